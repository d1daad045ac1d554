import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql, type RawBuilder, type Transaction } from 'kysely'
import { GatehouseError } from '../vocabulary/index.ts'
import { asWholeStore, migrationsOf, sequencesOf, tablesOf, type TableShape } from './catalogue.ts'
import { copyHome, copyTold, type ToldFolder } from './home-files.ts'
import { tableFile, writeManifest, type Manifest, type TablePart } from './manifest.ts'
import { writePart } from './part-file.ts'
import type { Database } from './schema.ts'
import type { Store } from './store.ts'
import { stripError } from './strip-error.ts'

export interface BackupRequest {
  /** New or empty. */
  readonly folder: string
  readonly home: string
  /** Folders and files of the home that belong to the backup. */
  readonly besides: readonly string[]
  /** Folders of the home that the rows tell of: asked in the transaction that reads them, copied after it. */
  readonly told?: (tx: Transaction<Database>) => Promise<readonly ToldFolder[]>
  readonly at: Date
  readonly onProgress?: (done: number, total: number) => void
}

const readme = `This folder is a backup that Gatehouse made.

It holds SECRETS and PUPILS’ DATA in plain form: every table of the store, and the keys that sign the school’s log and
name its pupils to recipients. Whoever has it has all of that. Keep it encrypted and off this machine, and delete it when
the next one has been proved.

  store/TABLE.jsonl   one row a line, every value in PostgreSQL’s own text form, bytes in base64
  home/               keys and published log, as they stood in GATEHOUSE_HOME
  manifest.json       what belongs here: migrations, rows, SHA-256 of each part

Put it back with: gatehouse restore FOLDER, into a new home and an empty store, with the version of Gatehouse that made it.
`

/**
 * Writes the whole store, as it stood at one instant, and files of the home into a folder: table by table in batches, so
 * that memory stays flat. What fails leaves no folder behind.
 * @throws GatehouseError `conflict` when the folder holds something.
 */
export async function backUp(store: Store, request: BackupRequest): Promise<Manifest> {
  const { folder } = request
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((await readdir(folder)).length > 0) {
    throw new GatehouseError('conflict', 'A backup needs a folder of its own.', {
      where: folder,
      todo: 'Name a new or empty folder.',
    })
  }
  try {
    await mkdir(join(folder, 'store'), { mode: 0o700 })
    await writeFile(join(folder, 'README.txt'), readme, { mode: 0o600 })
    // The log before the store: then the store knows every checkpoint that the log shows.
    const files = await copyHome(request.home, request.besides, folder)
    const { written, told } = await store.engine.exclusive(() =>
      store.owner
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (tx) => ({
          written: await writeTables(tx, request),
          told: (await request.told?.(tx)) ?? [],
        })),
    )
    // What the rows tell of after them: it was there before they said so, and stays.
    const toldFiles = await copyTold(request.home, told, folder)
    const manifest: Manifest = {
      form: 'gatehouse-backup/v1',
      madeAt: request.at.toISOString(),
      ...written,
      files: [...files, ...toldFiles],
    }
    await writeManifest(folder, manifest)
    return manifest
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw stripError(error)
  }
}

async function writeTables(
  tx: Transaction<Database>,
  { folder, onProgress }: BackupRequest,
): Promise<Pick<Manifest, 'migrations' | 'tables' | 'sequences'>> {
  await sql`set transaction read only`.execute(tx)
  await asWholeStore(tx)
  const migrations = [...(await migrationsOf(tx))]
  const shapes = await tablesOf(tx)
  const tables: TablePart[] = []
  for (const shape of shapes) {
    let rows = 0
    const written = await writePart(
      tableFile(folder, shape.name),
      linesOf(tx, shape, (n) => (rows += n)),
    )
    tables.push({ name: shape.name, columns: [...shape.columns], rows, ...written })
    onProgress?.(tables.length, shapes.length)
  }
  // After the rows: a number given out meanwhile is then passed over, never given twice.
  return { migrations, tables, sequences: [...(await sequencesOf(tx))] }
}

/** A table's rows as JSON lines. Values are text in PostgreSQL's own form, exact for every type. */
async function* linesOf(
  tx: Transaction<Database>,
  { name, columns }: TableShape,
  counted: (rows: number) => void,
): AsyncGenerator<string> {
  const table = sql.table(`public.${name}`)
  const values = columns.map(({ name: column, type }): RawBuilder<unknown> => {
    const ref = sql.ref(column)
    // encode() breaks its base64 into lines.
    return type === 'bytea'
      ? sql`translate(encode(${ref}, 'base64'), chr(10), '') as ${ref}`
      : sql`${ref}::text as ${ref}`
  })
  const batch = await batchSize(tx, name, columns)
  await sql`declare gatehouse_backup no scroll cursor for select ${sql.join(values)} from ${table}`.execute(
    tx,
  )
  for (;;) {
    const { rows } = await sql`fetch ${sql.lit(batch)} from gatehouse_backup`.execute(tx)
    if (rows.length === 0) break
    counted(rows.length)
    yield rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  }
  await sql`close gatehouse_backup`.execute(tx)
}

const batchBytes = 2 << 20

/** How many of a table's largest row fit into a batch. The lengths are read without reading the values. */
async function batchSize(
  tx: Transaction<Database>,
  name: string,
  columns: TableShape['columns'],
): Promise<number> {
  const lengths = columns.map(({ name: column, type }) => {
    const ref = sql.ref(column)
    // Elsewhere the stored size, which may be compressed.
    return ['bytea', 'text'].includes(type)
      ? sql`coalesce(octet_length(${ref}), 0)::float8`
      : sql`coalesce(pg_column_size(${ref}), 0)::float8 * 4`
  })
  const { rows } = await sql<{ largest: number }>`
    select coalesce(max(${sql.join(lengths, sql` + `)}), 0) as largest from ${sql.table(`public.${name}`)}`.execute(
    tx,
  )
  return Math.max(1, Math.min(1000, Math.floor(batchBytes / Math.max(1, Number(rows[0]?.largest)))))
}
