import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Analytics } from '../../../core/analytics/index.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import type { PartManifest } from '../keep/manifest.ts'
import { partFolder, type PartitionKey } from '../keep/places.ts'
import { fileOf } from '../read/attach-views.ts'
import type { Unsealed } from '../read/unsealed.ts'
import { placeDraft, type Draft, type Identities, type Made as MadeOf } from './part-draft.ts'
import { named, parquet } from './sql-words.ts'
import { nextVersion, type Held, type Version } from './versions.ts'

/** What became of a partition: it stood already, an earlier version stands again, or a new one was built. */
export interface Made extends Version {
  readonly outcome: 'unchanged' | 'again' | 'built'
}

interface Built {
  readonly draft: Draft
  readonly stage: string | null
  readonly keys: 'attributes' | 'sensitive'
  readonly identities: Identities | null
  readonly made: MadeOf
  close(): Promise<void>
}

/**
 * The version of a partition for these inputs. The same inputs are the version that was built of them, however long ago: after a
 * merge was taken back the version from before it stands again, with the same bytes, unless it was destroyed.
 */
export async function settle(
  home: HoldingsHome,
  held: Held,
  key: PartitionKey,
  inputs: string,
  build: (before: Version | null) => Promise<Built>,
): Promise<Made> {
  const current = await held.current(key)
  if (current?.manifest.inputs === inputs) return { ...current, outcome: 'unchanged' }
  const versions = await held.versionsOf(key)
  const same = versions.find(({ manifest }) => manifest.inputs === inputs)
  if (same && (await isThere(home, same))) return { ...same, outcome: 'again' }
  const built = await build(current)
  try {
    const version = nextVersion(versions, built.stage)
    const id = { ...key, version }
    const { manifest, sha256 } = await placeDraft(
      home,
      id,
      built.keys,
      built.draft,
      built.identities,
      built.made,
    )
    return { id, manifest, sha256, outcome: 'built' }
  } finally {
    await built.close()
    await rm(built.draft.folder, { recursive: true, force: true })
  }
}

/** How many rows of the version before are in the new one, and which are only in either. */
export async function differenceSql(
  analytics: Analytics,
  home: HoldingsHome,
  before: Version,
  draft: Draft,
  clear: Unsealed,
): Promise<PartManifest['difference']> {
  const old = parquet([await fileOf(home, before, clear)])
  const now = parquet([draft.file])
  const names = draft.schema.map(({ name }) => name)
  const had = new Set(before.manifest.schema.map(({ name }) => name))
  const columns = names
    .filter((name) => had.has(name))
    .map(named)
    .join(', ')
  const [row] = await analytics.rows(`SELECT
    (SELECT count(*) FROM (SELECT ${columns} FROM ${now} EXCEPT ALL SELECT ${columns} FROM ${old})) AS fresh,
    (SELECT count(*) FROM (SELECT ${columns} FROM ${old} EXCEPT ALL SELECT ${columns} FROM ${now})) AS gone`)
  const only = Number(row?.['fresh'] ?? 0)
  return {
    version: before.id.version,
    rowsBefore: before.manifest.rows,
    alike: draft.rows - only,
    only,
    gone: Number(row?.['gone'] ?? 0),
  }
}

const isThere = (home: HoldingsHome, { id, manifest }: Version): Promise<boolean> =>
  stat(join(partFolder(home.folder, id), manifest.file.name)).then(
    () => true,
    () => false,
  )
