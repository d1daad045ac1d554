import { sql, type Transaction } from 'kysely'
import { GatehouseError } from '../vocabulary/index.ts'
import { asWholeStore, migrationsOf, tablesOf, type MigrationState, type TableShape } from './catalogue.ts'
import { missingInHome, putIntoHome } from './home-files.ts'
import { damaged, homeFile, readManifest, tableFile, type Manifest, type TablePart } from './manifest.ts'
import { checkPart, readLines } from './part-file.ts'
import type { Database } from './schema.ts'
import type { Store } from './store.ts'
import { stripError } from './strip-error.ts'

export interface RestoreRequest {
  readonly folder: string
  readonly home: string
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Puts a backup into an empty store and a home without keys and log of its own; all of it or nothing. Deliveries that were
 * under way go on when a server next begins to deliver, which queues them again.
 * @throws GatehouseError `not-found` without a backup; `bad-input` when a part is not the one written or the tables are not
 * this store's; `conflict` when the store or the home holds something, or stands at other migrations.
 */
export async function restore(store: Store, request: RestoreRequest): Promise<Manifest> {
  const { folder, home } = request
  const manifest = await readManifest(folder)
  for (const part of manifest.tables) await checkPart(tableFile(folder, part.name), part)
  for (const part of manifest.files) await checkPart(homeFile(folder, part.path), part)
  let undo = (): Promise<void> => Promise.resolve()
  try {
    await store.engine.exclusive(() =>
      store.owner.transaction().execute(async (tx) => {
        const shapes = await checkStore(tx, manifest)
        const missing = await missingInHome(home, manifest.files)
        await fillTables(tx, shapes, manifest, request)
        // Before the commit: cut off between the two, the restore can be run again over files that are the same.
        undo = await putIntoHome(home, folder, missing)
      }),
    )
  } catch (error) {
    await undo()
    throw stripError(error)
  }
  await store.refreshStatistics()
  return manifest
}

/** Holds every table against others and sees that they are empty and of the backup's shape. */
async function checkStore(tx: Transaction<Database>, manifest: Manifest): Promise<readonly TableShape[]> {
  await asWholeStore(tx)
  const shapes = await tablesOf(tx)
  const names = shapes.map(({ name }) => sql.table(`public.${name}`))
  await sql`lock table ${sql.join(names)} in exclusive mode`.execute(tx)
  for (const [i, { name }] of shapes.entries()) {
    const { rows } = await sql`select 1 from ${names[i]} limit 1`.execute(tx)
    if (rows.length === 0) continue
    throw new GatehouseError('conflict', 'The store is not empty. Nothing was restored.', {
      where: name,
      todo: 'Restore into an empty database, or into a new GATEHOUSE_HOME.',
    })
  }
  const other = differenceOf(await migrationsOf(tx), manifest.migrations)
  if (other !== undefined) {
    throw new GatehouseError('conflict', 'The backup stands at other migrations than this store.', {
      where: other,
      todo: 'Restore it with the version of Gatehouse that made it, then upgrade.',
    })
  }
  const shapeOf = ({ name, columns }: TableShape): string => JSON.stringify({ name, columns })
  const own = new Set(shapes.map(shapeOf))
  const stranger = manifest.tables.find((part) => !own.has(shapeOf(part)))
  const lacking = shapes.find(({ name }) => !manifest.tables.some((part) => part.name === name))
  if (stranger ?? lacking ?? manifest.tables.length !== shapes.length) {
    throw damaged(
      (stranger ?? lacking)?.name ?? 'manifest.json',
      'The tables that the manifest names are not this store’s.',
    )
  }
  return shapes
}

function differenceOf(a: readonly MigrationState[], b: readonly MigrationState[]): string | undefined {
  const text = ({ name, sha256 }: MigrationState): string => `${name} ${sha256}`
  const [ours, theirs] = [a.map(text), b.map(text)]
  const other = [...ours, ...theirs].find((each) => !ours.includes(each) || !theirs.includes(each))
  return other?.split(' ')[0]
}

async function fillTables(
  tx: Transaction<Database>,
  shapes: readonly TableShape[],
  manifest: Manifest,
  { folder, onProgress }: RestoreRequest,
): Promise<void> {
  const parts = new Map(manifest.tables.map((part) => [part.name, part]))
  let done = 0
  for (const shape of shapes) {
    const part = parts.get(shape.name)
    if (!part) throw damaged(shape.name, 'The manifest does not name it.')
    const table = sql.table(`public.${shape.name}`)
    // What triggers would do was done when the rows first came; foreign keys are still checked.
    await sql`alter table ${table} disable trigger user`.execute(tx)
    await fillTable(tx, shape, part, tableFile(folder, part.name))
    await sql`alter table ${table} enable trigger user`.execute(tx)
    onProgress?.(++done, shapes.length)
  }
  for (const { name, last, called } of manifest.sequences) {
    await sql`select setval(${`public.${name}`}::text::regclass, ${last}::text::bigint, ${called}::text::boolean)`.execute(
      tx,
    )
  }
}

async function fillTable(
  tx: Transaction<Database>,
  { name, columns }: TableShape,
  part: TablePart,
  file: string,
): Promise<void> {
  const targets = sql.join(columns.map((column) => sql.ref(column.name)))
  const texts = sql.join(columns.map((column) => sql`${sql.ref(column.name)} text`))
  const values = sql.join(
    columns.map((column) =>
      column.type === 'bytea'
        ? sql`decode(${sql.ref(column.name)}, 'base64')`
        : sql`${sql.ref(column.name)}::${sql.raw(column.type)}`,
    ),
  )
  let rows = 0
  for await (const lines of readLines(file, part)) {
    const batch = `[${lines.join(',')}]`
    const { numAffectedRows } = await sql`
      insert into ${sql.table(`public.${name}`)} (${targets}) overriding system value
      select ${values} from json_to_recordset(${batch}::text::json) as line(${texts})`.execute(tx)
    rows += Number(numAffectedRows)
  }
  if (rows !== part.rows) throw damaged(file, `It holds ${rows} rows, and the manifest says ${part.rows}.`)
}
