import { asCollector, type Collector } from '../../collect/index.ts'
import {
  flagTouched,
  numberText,
  publishDue,
  readFacets,
  uuidOf,
  versionsIn,
  type Facets,
  type StatisticVersion,
} from '../release/index.ts'

/** A data set as the public has it: its versions, latest first. */
export interface PublicDataSet {
  readonly id: string
  readonly publication: string
  readonly name: string
  readonly versions: readonly StatisticVersion[]
  /** The newest that is not withdrawn; null: all are. */
  readonly latest: StatisticVersion | null
}

export interface PublicPublication {
  readonly id: string
  readonly slug: string
  readonly title: string
  readonly summary: string
  readonly lastPublished: Date
  readonly dataSets: readonly PublicDataSet[]
}

export interface Catalogue {
  /** What is published at this instant. What is due is published by being looked for. */
  publications(at: Date): Promise<readonly PublicPublication[]>
  facets(version: StatisticVersion): Promise<Facets>
  /** Looks again at once: something was published or withdrawn. */
  forget(): void
}

const freshFor = 1000
const facetsKept = 32

export const dataSetId = (publication: string, name: string): string => uuidOf('data-set', publication, name)

/** Reads the list of versions at most once a second, and keeps the facets of those that were asked for last. */
export function catalogueOf(collector: Collector): Catalogue {
  let read: { readonly when: number; readonly list: Promise<readonly PublicPublication[]> } | null = null
  const facets = new Map<string, Promise<Facets>>()
  return {
    publications(at) {
      if (read && performance.now() - read.when < freshFor) return read.list
      const list = look(collector, at)
      read = { when: performance.now(), list }
      list.catch(() => (read = null))
      return list
    },
    facets({ id }) {
      const kept = facets.get(id) ?? readFacets(collector, id)
      facets.delete(id)
      facets.set(id, kept)
      kept.catch(() => facets.delete(id))
      const [oldest] = facets.keys()
      if (facets.size > facetsKept && oldest !== undefined) facets.delete(oldest)
      return kept
    },
    forget: () => {
      read = null
    },
  }
}

async function look(collector: Collector, at: Date): Promise<readonly PublicPublication[]> {
  const done = await publishDue(collector, at)
  if (done.length > 0) await flagTouched(collector, at)
  const versions = await asCollector(collector).read((tx) => versionsIn(tx, ['published', 'withdrawn']))
  const bySlug = Map.groupBy(versions, ({ publication }) => publication)
  return [...bySlug].map(([slug, all]) => {
    const dataSets = [...Map.groupBy(all, ({ dataSet }) => dataSet)].map(([name, own]): PublicDataSet => ({
      id: dataSetId(slug, name),
      publication: slug,
      name,
      versions: own,
      latest: own.find(({ state }) => state === 'published') ?? null,
    }))
    const newest = all.toSorted((a, b) => Number(b.publishedAt) - Number(a.publishedAt))[0]
    return {
      id: uuidOf('publication', slug),
      slug,
      title: newest?.about.publication.title ?? slug,
      summary: newest?.about.publication.summary ?? '',
      lastPublished: newest?.publishedAt ?? new Date(0),
      dataSets,
    }
  })
}

/** The version that a selector means: `1.1`, `1.1.2`, `2.*`, `1.1.*`, `*`; the latest where there is none. Null: none. */
export function selectVersion(
  { versions, latest }: PublicDataSet,
  selector: string | undefined,
): StatisticVersion | null {
  if (selector === undefined || selector === '' || selector === '*') return latest
  const text = selector.replace(/^v/, '')
  const named = (version: StatisticVersion): string => (version.number ? numberText(version.number) : '')
  if (!text.endsWith('*')) return versions.find((version) => named(version) === text) ?? null
  const begin = text.slice(0, -1)
  if (!/^\d+\.(\d+\.)?$/.test(begin)) return null
  return (
    versions.find((version) => version.state === 'published' && `${named(version)}.`.startsWith(begin)) ??
    null
  )
}
