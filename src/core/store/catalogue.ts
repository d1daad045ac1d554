import { sql, type Transaction } from 'kysely'
import { GatehouseError } from '../vocabulary/index.ts'
import type { Database } from './schema.ts'

export interface ColumnShape {
  readonly name: string
  /** As PostgreSQL writes it: `numeric(4,1)`, `text[]`. */
  readonly type: string
}

export interface TableShape {
  readonly name: string
  readonly columns: readonly ColumnShape[]
}

/** What counts on for a column: an identity's next value is not among its table's rows. */
export interface SequenceState {
  readonly name: string
  readonly last: number
  /** False: `last` was not given out yet. */
  readonly called: boolean
}

export interface MigrationState {
  readonly name: string
  readonly sha256: string
}

/** Each migration that stands in this store, by name. */
export async function migrationsOf(tx: Transaction<Database>): Promise<readonly MigrationState[]> {
  const { rows } = await sql<MigrationState>`
    select name, sha256 from public.schema_migration order by name`.execute(tx)
  return rows
}

/**
 * Every table of the schema public with the columns that take a value, those pointed at before those that point. Left out:
 * views, and the list of migrations, which tells of the store and not of the school.
 */
export async function tablesOf(tx: Transaction<Database>): Promise<readonly TableShape[]> {
  const { rows } = await sql<{ table: string; column: string; type: string }>`
    select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'schema_migration'
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    order by c.relname, a.attnum`.execute(tx)
  const { rows: pointers } = await sql<{ from: string; to: string }>`
    select f.relname as from, t.relname as to
    from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and f.oid <> t.oid`.execute(tx)
  const tables = [...Map.groupBy(rows, (row) => row.table)].map(([name, columns]) => ({
    name,
    columns: columns.map((column) => ({ name: column.column, type: column.type })),
  }))
  return inOrder(tables, pointers)
}

function inOrder(
  tables: readonly TableShape[],
  pointers: readonly { from: string; to: string }[],
): readonly TableShape[] {
  const placed: TableShape[] = []
  const waiting = new Map(tables.map((table) => [table.name, table]))
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(
      ({ name }) => !pointers.some(({ from, to }) => from === name && waiting.has(to)),
    )
    if (free.length === 0) {
      throw new GatehouseError(
        'store-failed',
        'Tables that point at each other have no order to be filled in.',
        {
          where: [...waiting.keys()].join(', '),
        },
      )
    }
    for (const table of free) waiting.delete(table.name)
    placed.push(...free)
  }
  return placed
}

/** Every sequence of the schema public with where it stands. */
export async function sequencesOf(tx: Transaction<Database>): Promise<readonly SequenceState[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'S' order by c.relname`.execute(tx)
  const states: SequenceState[] = []
  for (const { name } of rows) {
    const state = await sql<{ last: number; called: boolean }>`
      select last_value as last, is_called as called from ${sql.table(`public.${name}`)}`.execute(tx)
    states.push({ name, last: Number(state.rows[0]?.last), called: state.rows[0]?.called === true })
  }
  return states
}

/**
 * Makes this transaction read and write values in one way whatever the server's settings, and fail rather than leave out
 * what row security would hide.
 * @throws GatehouseError `misconfigured` when the user is bound by row security.
 */
export async function asWholeStore(tx: Transaction<Database>): Promise<void> {
  const { rows } = await sql<{ past: boolean }>`
    select rolsuper or rolbypassrls as past from pg_roles where rolname = current_user`.execute(tx)
  if (rows[0]?.past !== true) {
    throw new GatehouseError('misconfigured', 'This database user sees no whole store.', {
      where: 'DATABASE_URL',
      why: 'Row security binds it, and a backup must hold every school’s rows.',
      todo: 'Use a user with BYPASSRLS, or a superuser.',
    })
  }
  for (const setting of ["row_security = 'off'", "timezone = 'UTC'", "datestyle = 'ISO, YMD'"]) {
    await sql.raw(`set local ${setting}`).execute(tx)
  }
}
