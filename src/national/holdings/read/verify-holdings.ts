import { join } from 'node:path'
import { asCollector, type Person } from '../../collect/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { heldBy } from '../build/versions.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { keepEditions } from '../keep/edition-rows.store.ts'
import { sha256Of } from '../keep/durable.ts'
import { readEditions } from '../keep/editions.ts'
import { verifyFile } from '../keep/manifest.ts'
import { partFolder, partitionKeyOf } from '../keep/places.ts'
import { destroyedPartitions } from './retention.store.ts'

export interface Verified {
  readonly editions: number
  readonly versions: number
  readonly files: number
  /** Versions that were destroyed as somebody decided: their files are gone and need not be there. */
  readonly destroyed: number
  readonly faults: readonly { readonly where: string; readonly what: string }[]
}

/** Reads every byte of every version ever named, and the chain of editions against what the store remembers. */
export async function verifyHoldings(home: HoldingsHome, person: Person): Promise<Verified> {
  const editions = await readEditions(home)
  const store = asCollector(home.collector, person.actor)
  await store.write((tx) => keepEditions(tx, editions))
  const gone = new Set(
    (await store.read(destroyedPartitions)).map((id) => `${partitionKeyOf(id)} ${id.version}`),
  )
  const faults: Verified['faults'][number][] = []
  const attempt = async (where: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof GatehouseError)) throw error
      faults.push({ where, what: [error.message, error.why].filter(Boolean).join(' ') })
    }
  }
  const held = heldBy(home, editions)
  const keys = new Map(
    editions.flatMap(({ partitions }) => partitions).map((each) => [partitionKeyOf(each), each]),
  )
  let versions = 0
  let files = 0
  let destroyed = 0
  for (const [name, key] of keys)
    await attempt(name, async () => {
      for (const { id, manifest } of await held.versionsOf(key)) {
        versions++
        if (gone.has(`${name} ${id.version}`)) {
          destroyed++
          continue
        }
        await attempt(`${name} ${id.version}`, async () => {
          files++
          await verifyFile(home.folder, id, manifest.file)
          const { identities } = manifest
          if (!identities) return
          files++
          const found = await sha256Of(join(partFolder(home.identitiesFolder, id), identities.name)).catch(
            () => null,
          )
          if (found !== identities.sha256)
            throw new GatehouseError('store-failed', 'A file of identities is not what was built.')
        })
      }
    })
  return { editions: editions.length, versions, files, destroyed, faults }
}
