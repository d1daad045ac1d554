import { heldBy } from '../build/versions.ts'
import { allDatasets } from '../declare/declaration.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { readEditions } from '../keep/editions.ts'
import type { PartManifest } from '../keep/manifest.ts'
import { partitionKeyOf } from '../keep/places.ts'

export interface ListedVersion {
  readonly version: string
  readonly stands: boolean
  readonly rows: number
  readonly linked: number | null
  readonly setByHand: number | null
  readonly returns: number
  readonly matchingRun: number
  readonly builtAt: string
  readonly difference: PartManifest['difference']
  readonly editions: readonly number[]
}

export interface ListedPartition {
  readonly academicYear: number
  readonly term: string
  readonly versions: readonly ListedVersion[]
}

export interface ListedDataset {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly kind: 'source' | 'derived'
  readonly sensitive: boolean
  readonly partitions: readonly ListedPartition[]
}

export interface ListedHoldings {
  /** 0: nothing was built yet. */
  readonly edition: number
  readonly editions: readonly {
    readonly number: number
    readonly at: string
    readonly by: string
    readonly matchingRun: number
    readonly note: string
  }[]
  readonly datasets: readonly ListedDataset[]
}

/** Every data set with what is held of it: years, terms, versions, and which stands. */
export async function listHoldings(home: HoldingsHome): Promise<ListedHoldings> {
  const editions = await readEditions(home)
  const held = heldBy(home, editions)
  const keys = new Map(
    editions.flatMap(({ partitions }) => partitions).map((each) => [partitionKeyOf(each), each]),
  )
  const datasets: ListedDataset[] = []
  for (const dataset of allDatasets(home.declarations)) {
    const own = [...keys.values()]
      .filter((each) => each.dataset === dataset.id)
      .sort((a, b) => a.academicYear - b.academicYear || order(a.term) - order(b.term))
    const partitions: ListedPartition[] = []
    for (const key of own) {
      const current = await held.current(key)
      partitions.push({
        academicYear: key.academicYear,
        term: key.term,
        versions: (await held.versionsOf(key)).map(({ id, manifest, sha256 }) => ({
          version: id.version,
          stands: current?.sha256 === sha256,
          rows: manifest.rows,
          linked: manifest.counts['linked'] ?? null,
          setByHand: manifest.counts['setByHand'] ?? null,
          returns: manifest.returns.length,
          matchingRun: manifest.matchingRun,
          builtAt: manifest.builtAt,
          difference: manifest.difference,
          editions: editions
            .filter(({ partitions: named }) => named.some((each) => each.manifest === sha256))
            .map(({ number }) => number),
        })),
      })
    }
    datasets.push({
      id: dataset.id,
      title: dataset.title,
      description: dataset.description,
      kind: dataset.kind,
      sensitive: dataset.keys === 'sensitive',
      partitions,
    })
  }
  return {
    edition: editions.at(-1)?.number ?? 0,
    editions: editions.map(({ number, at, by, matchingRun, note }) => ({
      number,
      at,
      by,
      matchingRun,
      note,
    })),
    datasets,
  }
}

const order = (term: string): number => ['AUT', 'SPR', 'SUM', 'SUM6'].indexOf(term)
