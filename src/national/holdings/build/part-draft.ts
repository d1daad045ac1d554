import { randomUUID } from 'node:crypto'
import { rm, stat, writeFile } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Analytics } from '../../../core/analytics/index.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { makeFolder, putFolder, sha256Of, sync } from '../keep/durable.ts'
import { manifestText, type PartManifest } from '../keep/manifest.ts'
import { makePartitionKey } from '../keep/partition-keys.ts'
import {
  attributesFile,
  identitiesFile,
  manifestFile,
  partFolder,
  sealedFile,
  type PartitionId,
} from '../keep/places.ts'
import { writeSealed } from '../keep/seal.ts'
import { named, parquet, quoted } from './sql-words.ts'

/** Rows of a partition as they were written, not yet under a version’s name. */
export interface Draft {
  readonly folder: string
  readonly file: string
  readonly content: string
  readonly rows: number
  readonly schema: PartManifest['schema']
}

export const draftsFolder = (home: HoldingsHome): string => join(home.folder, '.drafts')

export async function newDraft(home: HoldingsHome): Promise<string> {
  const folder = join(draftsFolder(home), randomUUID())
  await makeFolder(folder)
  return folder
}

/** Writes a query’s rows as one Parquet file: in their order, so that the same rows are the same bytes. */
export async function writeRows(analytics: Analytics, folder: string, query: string): Promise<Draft> {
  const file = join(folder, attributesFile)
  await analytics.run(
    `COPY (${query}) TO ${quoted(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
  )
  await sync(file)
  const [count] = await analytics.rows(`SELECT count(*) AS rows FROM ${parquet([file])}`)
  const schema = await analytics.rows(`DESCRIBE SELECT * FROM ${parquet([file])}`)
  return {
    folder,
    file,
    content: await sha256Of(file),
    rows: Number(count?.['rows'] ?? 0),
    schema: schema.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) })),
  }
}

export interface Identities {
  readonly analytics: Analytics
  readonly query: string
}

export type Made = Omit<
  PartManifest,
  keyof PartitionId | 'file' | 'content' | 'rows' | 'schema' | 'identities'
>

/** Gives a draft its version’s place: sealed where its data set is, identities beside it, the manifest last. */
export async function placeDraft(
  home: HoldingsHome,
  of: PartitionId,
  keys: 'attributes' | 'sensitive',
  draft: Draft,
  identities: Identities | null,
  made: Made,
): Promise<{ readonly manifest: PartManifest; readonly sha256: string }> {
  const sealed = keys === 'sensitive'
  if (sealed) {
    const key = await makePartitionKey(home, 'sensitive', of)
    const bytes = createReadStream(draft.file) as AsyncIterable<Uint8Array>
    await writeSealed(join(draft.folder, sealedFile), key, `rows ${JSON.stringify(of)}`, bytes)
    await rm(draft.file)
  }
  const name = sealed ? sealedFile : attributesFile
  const kept = identities ? await writeIdentities(home, of, identities) : null
  const manifest: PartManifest = {
    ...of,
    ...made,
    file: {
      name,
      sha256: sealed ? await sha256Of(join(draft.folder, name)) : draft.content,
      sealed,
      bytes: (await stat(join(draft.folder, name))).size,
    },
    content: draft.content,
    identities: kept,
    rows: draft.rows,
    schema: [...draft.schema],
  }
  const path = join(draft.folder, manifestFile)
  await writeFile(path, manifestText(manifest), { mode: 0o600 })
  await sync(path)
  await home.step('place')
  const target = partFolder(home.folder, of)
  await putFolder(draft.folder, target)
  return { manifest, sha256: await sha256Of(join(target, manifestFile)) }
}

/** Names and numbers never lie on the disk but sealed: they go from the engine through the cipher. */
async function writeIdentities(
  home: HoldingsHome,
  of: PartitionId,
  { analytics, query }: Identities,
): Promise<PartManifest['identities']> {
  const key = await makePartitionKey(home, 'identities', of)
  const draft = join(home.identitiesFolder, '.drafts', randomUUID())
  await makeFolder(draft)
  const file = join(draft, identitiesFile)
  let rows = 0
  await writeSealed(
    file,
    key,
    `identities ${JSON.stringify(of)}`,
    (async function* () {
      for await (const portion of analytics.stream(query)) {
        rows += portion.length
        yield Buffer.from(portion.map((row) => `${JSON.stringify(row)}\n`).join(''))
      }
    })(),
  )
  const sha256 = await sha256Of(file)
  await putFolder(draft, partFolder(home.identitiesFolder, of))
  return { name: identitiesFile, sha256, rows }
}

/** Tables of codes and groups, as the declarations’ SQL asks for them. */
export async function loadCodes(
  analytics: Analytics,
  name: string,
  records: readonly Readonly<Record<string, string>>[],
  columns: readonly string[],
): Promise<void> {
  await analytics.run(
    `CREATE TABLE ${named(name)} (${columns.map((each) => `${named(each)} VARCHAR`).join(', ')})`,
  )
  for (let at = 0; at < records.length; at += 500) {
    const rows = records
      .slice(at, at + 500)
      .map((row) => `(${columns.map((each) => quoted(row[each] ?? '')).join(', ')})`)
    await analytics.run(`INSERT INTO ${named(name)} VALUES ${rows.join(', ')}`)
  }
}
