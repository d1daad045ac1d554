import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openAnalytics } from '../../core/analytics/index.ts'
import type { TermDefinition } from '../../core/collections/index.ts'
import { decryptStream } from '../../core/standards/age/index.ts'
import { writeCsv } from '../../core/standards/csv/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { asPerson, type Collector, type Person } from './collector.ts'
import { bodyFile, exists, returnFolder, tableFile, writeDurably } from './return-files.ts'
import { meantReturn, type StoredReturn } from './returns.store.ts'
import { hashing } from './take-in.ts'
import { quoted } from './write-tables.ts'

export interface ExportedReturn {
  readonly return: string
  /** Names within the folder. */
  readonly files: readonly string[]
}

/**
 * Writes a return into a folder of its own below `out`: the message as it was received, and a CSV for each of its tables with
 * the lineage of every row. A cell that a spreadsheet would run begins with an apostrophe.
 * @throws GatehouseError `not-found`, `conflict` while it waits for validation or where the folder is there, `store-failed` where
 * the kept bytes are not those that came.
 */
export async function exportReturn(
  collector: Collector,
  person: Person,
  named: string,
  out: string,
): Promise<ExportedReturn> {
  const of = await asPerson(collector, person).read((tx) => meantReturn(tx, named))
  if (of.state === 'waiting-for-validation')
    throw new GatehouseError('conflict', 'The return waits for validation.', {
      todo: 'Export it once it is loaded.',
    })
  const definition = await collector.definitions.term(of)
  if (!definition) throw new GatehouseError('not-found', 'The policy no longer has this round.')
  const from = returnFolder(collector.home, of, of.id)
  const target = join(
    out,
    `${of.laNumber}-${of.source}-${of.collection}-${String(of.year)}-${of.term}-${String(of.version)}`,
  )
  if (await exists(target))
    throw new GatehouseError('conflict', 'The folder to export into is there already.', { where: target })
  // Under a name of its own until it is whole: what fails leaves nothing of a child's behind.
  const draft = `${target}.${randomUUID()}`
  await mkdir(draft, { recursive: true, mode: 0o700 })
  try {
    const files = await writeInto(draft, { from, of, definition, identity: collector.keys.identity })
    await rename(draft, target)
    return { return: of.id, files }
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function writeInto(
  target: string,
  {
    from,
    of,
    definition,
    identity,
  }: {
    readonly from: string
    readonly of: StoredReturn
    readonly definition: TermDefinition
    readonly identity: string
  },
): Promise<readonly string[]> {
  const message = definition.message.csv ? 'message.csv' : 'message.xml'
  const hash = createHash('sha256')
  const body = decryptStream(identity, createReadStream(join(from, bodyFile)) as AsyncIterable<Uint8Array>)
  await writeDurably(
    join(target, message),
    hashing(body, (chunk) => hash.update(chunk)),
  )
  if (hash.digest('hex') !== of.messageSha256)
    throw new GatehouseError('store-failed', 'The bytes that are kept are not those that were received.', {
      where: from,
      todo: 'Restore the folder from a backup.',
    })
  const files = [message]
  const analytics = await openAnalytics({ folders: [from] })
  try {
    for (const table of definition.tables.keys()) {
      const file = join(from, tableFile(table))
      if (!(await exists(file))) continue
      const rows = analytics.stream(`SELECT * FROM read_parquet(${quoted(file)}) ORDER BY n`)
      await writeDurably(join(target, `${table}.csv`), csvOf(rows))
      files.push(`${table}.csv`)
    }
  } finally {
    analytics.close()
  }
  return files
}

async function* csvOf(
  portions: AsyncIterable<readonly Readonly<Record<string, unknown>>[]>,
): AsyncGenerator<Uint8Array> {
  let begun = false
  for await (const rows of portions) {
    const [first] = rows
    if (!first) continue
    const header = Object.keys(first)
    const written = writeCsv([header, ...rows.map((row) => header.map((name) => cell(row[name])))], {
      formula: 'prefix',
    })
    yield begun ? written.subarray(written.indexOf(0x0a) + 1) : written
    begun = true
  }
}

const cell = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'bigint'
      ? String(value)
      : ''
