import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { GatehouseError } from '../vocabulary/index.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const size = z.number().int().nonnegative()
const name = z.string().regex(/^[a-z_][a-z0-9_]*$/)

/** Below the home, by `/`; never out of it. */
const path = z.string().regex(/^(?!\.)[^/\\\0]+(\/(?!\.)[^/\\\0]+)*$/)

const manifestForm = z.strictObject({
  form: z.literal('gatehouse-backup/v1'),
  madeAt: z.iso.datetime(),
  migrations: z.array(z.strictObject({ name: z.string(), sha256 })),
  tables: z.array(
    z.strictObject({
      name,
      columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
      rows: size,
      bytes: size,
      sha256,
    }),
  ),
  sequences: z.array(z.strictObject({ name, last: z.number().int(), called: z.boolean() })),
  files: z.array(z.strictObject({ path, mode: z.number().int().min(0).max(0o777), bytes: size, sha256 })),
})

/** What a backup holds. It is written last: a folder without one is no backup. */
export type Manifest = z.infer<typeof manifestForm>
export type TablePart = Manifest['tables'][number]
export type FilePart = Manifest['files'][number]

const fileName = 'manifest.json'
const sealName = 'manifest.sha256'

export const tableFile = (folder: string, table: string): string => join(folder, 'store', `${table}.jsonl`)
export const homeFile = (folder: string, relative: string): string =>
  join(folder, 'home', ...relative.split('/'))

const sealOf = (bytes: Uint8Array): string =>
  `${createHash('sha256').update(bytes).digest('hex')}  ${fileName}\n`

/** Ends a backup. Beside the manifest stands its hash, as `sha256sum -c` reads it. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
  await writeFile(join(folder, sealName), sealOf(bytes), { mode: 0o600, flush: true })
  const draft = join(folder, `${fileName}.part`)
  await writeFile(draft, bytes, { mode: 0o600, flush: true })
  await rename(draft, join(folder, fileName))
}

/** @throws GatehouseError `not-found` when there is no backup, `bad-input` when its manifest was changed. */
export async function readManifest(folder: string): Promise<Manifest> {
  const where = join(folder, fileName)
  let bytes: Uint8Array
  let seal: string
  try {
    bytes = await readFile(where)
    seal = await readFile(join(folder, sealName), 'utf8')
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw new GatehouseError('not-found', 'There is no whole backup in this folder.', {
      where: folder,
      why: `A backup ends with ${fileName} and ${sealName}; one that was cut off has none.`,
    })
  }
  if (seal !== sealOf(bytes)) throw damaged(where, 'It is not the manifest that was written.')
  const read = manifestForm.safeParse(parse(bytes))
  if (!read.success) throw damaged(where, 'It is not of the form that this version reads.')
  return read.data
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

export const damaged = (where: string, why: string): GatehouseError =>
  new GatehouseError('bad-input', 'The backup is damaged. Nothing was restored.', {
    where,
    why,
    todo: 'Use another copy of it, or an earlier backup.',
  })
