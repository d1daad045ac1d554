import { openAnalytics, type Analytics } from '../../../core/analytics/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { heldBy, type Version } from '../build/versions.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { readEditions } from '../keep/editions.ts'
import { readManifest } from '../keep/manifest.ts'
import { attachViews } from './attach-views.ts'
import { attachAliases } from './alias-views.ts'
import { unsealed } from './unsealed.ts'

export interface HoldingsOptions {
  /** The edition that stood at this instant; the last one unless told. */
  readonly asOf?: Date
  readonly edition?: number
  /** Other versions than the edition’s, by data set and academic year: `{ ks2: { 2025: 'unamended' } }`. */
  readonly versions?: Readonly<Record<string, Readonly<Record<number, string>>>>
  /** The data sets that are to be read; all unless told. Files of others are not opened and not verified. */
  readonly datasets?: readonly string[]
  readonly years?: readonly number[]
  readonly memory?: string
  readonly threads?: number
  readonly lanes?: number
}

/** What a reading is of: recorded with whatever is made of it. */
export interface OpenPartition {
  readonly dataset: string
  readonly academicYear: number
  readonly term: string
  readonly version: string
  readonly manifest: string
  readonly content: string
  readonly rows: number
}

export interface OpenHoldings extends Analytics {
  readonly edition: number
  readonly partitions: readonly OpenPartition[]
  /** Closes the engine and removes whatever was unsealed for it. */
  readonly done: () => Promise<void>
}

/**
 * The holdings as one engine with a view for each data set, and the views under the names of the National Pupil Database. Every file
 * is compared with its signed manifest before it is read. Data sets of sensitivity B need their key and are opened only when they
 * are named.
 * @throws GatehouseError `not-found` before the first build, or for a version that is not held; `not-allowed` without the key;
 * `store-failed` where a file, a manifest or the chain of editions is not what was written.
 */
export async function openHoldings(home: HoldingsHome, options: HoldingsOptions = {}): Promise<OpenHoldings> {
  const { edition, versions } = await standing(home, options)
  const wanted = versions.filter(
    ({ id, manifest }) =>
      (options.datasets?.includes(id.dataset) ?? !manifest.file.sealed) &&
      (id.academicYear === 0 || (options.years?.includes(id.academicYear) ?? true)),
  )
  const clear = await unsealed(home)
  const analytics = await openAnalytics({
    folders: [home.folder],
    memory: options.memory ?? home.memory,
    threads: options.threads ?? home.threads,
    lanes: options.lanes ?? 1,
    spill: clear.folder,
  })
  try {
    await attachViews(analytics, home, wanted, clear)
    await attachAliases(analytics, home, wanted)
  } catch (error) {
    analytics.close()
    await clear.clear()
    throw error
  }
  return {
    ...analytics,
    edition,
    partitions: wanted.map(({ id, manifest, sha256 }) => ({
      ...id,
      manifest: sha256,
      content: manifest.content,
      rows: manifest.rows,
    })),
    done: async () => {
      analytics.close()
      await clear.clear()
    },
  }
}

/** The versions that stand in an edition, with those that were asked for in their place. */
export async function standing(
  home: HoldingsHome,
  { asOf, edition: number, versions: asked = {} }: HoldingsOptions = {},
): Promise<{ readonly edition: number; readonly versions: readonly Version[] }> {
  const editions = await readEditions(home)
  const edition =
    number !== undefined
      ? editions[number - 1]
      : editions.findLast(({ at }) => asOf === undefined || new Date(at) <= asOf)
  if (!edition)
    throw new GatehouseError('not-found', 'Nothing is held yet.', {
      todo: 'Build the holdings: gatehouse holdings build.',
    })
  const held = heldBy(home, editions)
  const versions = await Promise.all(
    edition.partitions.map(async ({ manifest: sha256, ...id }): Promise<Version> => {
      const other = asked[id.dataset]?.[id.academicYear]
      if (other === undefined || other === id.version)
        return { id, sha256, manifest: await readManifest(home.folder, id, sha256) }
      const found = (await held.versionsOf(id)).find((each) => each.id.version === other)
      if (found) return found
      throw new GatehouseError(
        'not-found',
        `There is no version ${other} of ${id.dataset} ${String(id.academicYear)}.`,
        {
          todo: 'List them: gatehouse holdings list.',
        },
      )
    }),
  )
  return { edition: edition.number, versions }
}
