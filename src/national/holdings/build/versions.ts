import type { HoldingsHome } from '../holdings-home.ts'
import type { Edition } from '../keep/editions.ts'
import { readManifest, type PartManifest } from '../keep/manifest.ts'
import { partitionKeyOf, type PartitionId, type PartitionKey } from '../keep/places.ts'

export interface Version {
  readonly id: PartitionId
  readonly manifest: PartManifest
  readonly sha256: string
}

/** What is held of every partition: each version that an edition ever named, and which of them stands. */
export interface Held {
  versionsOf(key: PartitionKey): Promise<readonly Version[]>
  current(key: PartitionKey): Promise<Version | null>
}

export function heldBy(home: HoldingsHome, editions: readonly Edition[]): Held {
  const named = new Map<string, Map<string, { id: PartitionId; sha256: string }>>()
  for (const { partitions } of editions)
    for (const { manifest, ...id } of partitions) {
      const key = partitionKeyOf(id)
      const versions = named.get(key) ?? new Map<string, { id: PartitionId; sha256: string }>()
      versions.set(id.version, { id, sha256: manifest })
      named.set(key, versions)
    }
  const standing = new Map(
    (editions.at(-1)?.partitions ?? []).map((each) => [partitionKeyOf(each), each.version]),
  )
  const versionsOf = async (key: PartitionKey): Promise<readonly Version[]> =>
    Promise.all(
      [...(named.get(partitionKeyOf(key))?.values() ?? [])].map(async ({ id, sha256 }) => ({
        id,
        sha256,
        manifest: await readManifest(home.folder, id, sha256),
      })),
    )
  return {
    versionsOf,
    current: async (key) => {
      const version = standing.get(partitionKeyOf(key))
      return (await versionsOf(key)).find(({ id }) => id.version === version) ?? null
    },
  }
}

/** The name of a new version: censuses count, results say their stage and count only within it. */
export function nextVersion(versions: readonly Version[], stage: string | null): string {
  const taken = new Set(versions.map(({ id }) => id.version))
  if (stage === null) {
    for (let number = 1; ; number++) if (!taken.has(String(number))) return String(number)
  }
  if (!taken.has(stage)) return stage
  for (let number = 2; ; number++)
    if (!taken.has(`${stage}.${String(number)}`)) return `${stage}.${String(number)}`
}
