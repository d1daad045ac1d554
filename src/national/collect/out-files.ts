import { asPerson, type Collector } from './collector.ts'
import { findingsOf } from './findings.store.ts'
import { personOf } from './person-of-source.ts'
import { readRefusal, refusalNames } from './kept-refusals.ts'
import { sourceShown } from './show/source-shown.store.ts'
import type { Source } from './sources.store.ts'

/** A file that lies ready for a source: made when it is read. */
export interface OutFile {
  readonly name: string
  readonly at: Date
  readonly read: () => Promise<Buffer>
}

/** What lies ready for a source: of each return its receipt and its findings, and why files were refused. */
export async function outFiles(collector: Collector, source: Source): Promise<readonly OutFile[]> {
  const { laNumber, source: number } = source
  const own = asPerson(collector, personOf(source))
  const { received } = await own.read((tx) => sourceShown(tx, laNumber, number))
  const returns = received.flatMap((of): OutFile[] => {
    const stem = `${of.collection}-${String(of.year)}-${of.term}-${String(of.version)}`
    const { receipt } = of
    const files: OutFile[] = []
    if (receipt !== null)
      files.push({
        name: `${stem}.receipt.jws`,
        at: of.receivedAt,
        read: () => Promise.resolve(Buffer.from(`${receipt}\n`)),
      })
    if (of.state !== 'waiting-for-validation')
      files.push({
        name: `${stem}.findings.json`,
        at: of.stateSince,
        read: async () => {
          const found = await own.read((tx) => findingsOf(tx, of))
          return Buffer.from(`${JSON.stringify(found)}\n`)
        },
      })
    return files
  })
  const refusals: OutFile[] = []
  for (const name of await refusalNames(collector.home, source)) {
    const { at } = await readRefusal(collector.home, source, name)
    refusals.push({ name, at, read: async () => (await readRefusal(collector.home, source, name)).bytes })
  }
  return [...returns, ...refusals]
}
