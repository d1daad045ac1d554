import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { canonicalJson } from '../../../core/standards/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { writeOnce } from './durable.ts'
import { editionFile } from './places.ts'

const shape = z.strictObject({
  number: z.int().min(1),
  /** The digest of the edition before; of the first: none. */
  previous: z.string(),
  at: z.string(),
  by: z.string(),
  matchingRun: z.int(),
  note: z.string(),
  partitions: z.array(
    z.strictObject({
      dataset: z.string(),
      academicYear: z.int(),
      term: z.string(),
      version: z.string(),
      manifest: z.string(),
    }),
  ),
  signature: z.string(),
})

/** Which version of each partition stands. Editions are chained, signed, and only ever added. */
export type Edition = z.infer<typeof shape> & { readonly sha256: string }

const broken = (number: number, why: string): GatehouseError =>
  new GatehouseError('store-failed', 'The editions of the holdings do not verify.', {
    where: `edition ${String(number)}`,
    why,
    todo: 'Restore the folder “holdings” from a backup.',
  })

/** Every edition, each verified with the chain to it, the first first. @throws GatehouseError `store-failed` */
export async function readEditions(home: HoldingsHome): Promise<readonly Edition[]> {
  const names = (await readdir(join(home.folder, 'editions')).catch(() => []))
    .filter((name) => /^\d{6}\.json$/.test(name))
    .sort()
  const editions: Edition[] = []
  let previous = ''
  for (const [at, name] of names.entries()) {
    const text = await readFile(join(home.folder, 'editions', name), 'utf8')
    const edition = readEdition(home, at + 1, text)
    if (edition.previous !== previous) throw broken(at + 1, 'It does not follow the one before.')
    previous = edition.sha256
    editions.push(edition)
  }
  return editions
}

function readEdition(home: HoldingsHome, number: number, text: string): Edition {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    throw broken(number, 'It is not JSON.')
  }
  const read = shape.safeParse(data)
  if (!read.success || read.data.number !== number)
    throw broken(number, 'It is of another form, or one is missing.')
  const { signature, ...signed } = read.data
  if (`${canonicalJson(read.data)}\n` !== text) throw broken(number, 'It was written by something else.')
  if (!home.keys.signing.verify(Buffer.from(canonicalJson(signed)), signature))
    throw broken(number, 'Its signature is not ours.')
  return { ...read.data, sha256: createHash('sha256').update(text).digest('hex') }
}

/** The moment at which an edition counts: its file has its name. @throws GatehouseError `conflict` where another was first. */
export async function writeEdition(
  home: HoldingsHome,
  edition: Omit<Edition, 'sha256' | 'signature'>,
): Promise<Edition> {
  const signature = home.keys.signing.sign(Buffer.from(canonicalJson(edition)))
  const whole = { ...edition, signature }
  const text = `${canonicalJson(whole)}\n`
  if (!(await writeOnce(editionFile(home.folder, edition.number), text)))
    throw new GatehouseError('conflict', 'Another build was finished first.', { todo: 'Build again.' })
  return { ...whole, sha256: createHash('sha256').update(text).digest('hex') }
}
