import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { canonicalJson } from '../../../core/standards/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { sha256Of } from './durable.ts'
import { manifestFile, partFolder, type PartitionId } from './places.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)

const shape = z.strictObject({
  dataset: z.string(),
  academicYear: z.int(),
  term: z.string(),
  version: z.string(),
  /** A digest of all that the rows are a function of: returns, links, declaration. The same, and nothing is built. */
  inputs: hash,
  declaration: hash,
  matchingRun: z.int().min(0),
  code: z.string(),
  engine: z.string(),
  file: z.strictObject({ name: z.string(), sha256: hash, sealed: z.boolean(), bytes: count }),
  /** Of the rows as they are before they are sealed. */
  content: hash,
  identities: z.strictObject({ name: z.string(), sha256: hash, rows: count }).nullable(),
  rows: count,
  schema: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  /** Of a data set of returns: each with the digest of its message. */
  returns: z.array(z.strictObject({ id: z.string(), messageSha256: hash })),
  /** Of a derived one: the partitions that it was worked out from. */
  reads: z.array(
    z.strictObject({
      dataset: z.string(),
      academicYear: z.int(),
      term: z.string(),
      version: z.string(),
      content: hash,
    }),
  ),
  parameters: z.record(z.string(), z.int()),
  counts: z.record(z.string(), count),
  difference: z
    .strictObject({ version: z.string(), rowsBefore: count, alike: count, only: count, gone: count })
    .nullable(),
  builtAt: z.string(),
})

/** What a partition is: its files with their hashes, and everything that it was made of. */
export type PartManifest = z.infer<typeof shape>

export const manifestText = (manifest: PartManifest): string => `${canonicalJson(manifest)}\n`

const refuse = (of: PartitionId, why: string): GatehouseError =>
  new GatehouseError('store-failed', 'A partition of the holdings is not what was built.', {
    where: `${of.dataset} ${String(of.academicYear)} ${of.term} ${of.version}`,
    why,
    todo: 'Restore the partition’s folder from a backup; nothing was read of it.',
  })

/** A manifest whose bytes have the digest that an edition names. @throws GatehouseError `store-failed` */
export async function readManifest(folder: string, of: PartitionId, sha256: string): Promise<PartManifest> {
  const file = join(partFolder(folder, of), manifestFile)
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) throw refuse(of, 'Its manifest is gone.')
  if ((await sha256Of(file)) !== sha256) throw refuse(of, 'Its manifest has other bytes.')
  const read = shape.safeParse(JSON.parse(text))
  if (!read.success) throw refuse(of, 'Its manifest is of another form.')
  return read.data
}

/** Reads the whole file: not one byte of it is used before. @throws GatehouseError `store-failed` */
export async function verifyFile(
  folder: string,
  of: PartitionId,
  file: { readonly name: string; readonly sha256: string },
): Promise<string> {
  const path = join(partFolder(folder, of), file.name)
  const found = await sha256Of(path).catch(() => null)
  if (found === null) throw refuse(of, `${file.name} is gone.`)
  if (found !== file.sha256) throw refuse(of, `${file.name} has other bytes.`)
  return path
}
