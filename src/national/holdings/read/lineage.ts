import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asPerson, eventsOf, findReturn, type Person } from '../../collect/index.ts'
import { heldBy } from '../build/versions.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { readEditions } from '../keep/editions.ts'
import { standing } from './open-holdings.ts'

/** Where one row came from. It names places, people of the department and digests, never a pupil. */
export interface Lineage {
  readonly dataset: string
  readonly row: { readonly returnId: string; readonly n: number }
  readonly return: {
    readonly collection: string
    readonly year: number
    readonly term: string
    readonly source: string
    readonly sourceName: string
    readonly version: number
    readonly messageSha256: string
    readonly receivedAt: string
    readonly receivedBy: string
    readonly authorisedBy: string | null
    readonly authorisedAt: string | null
    readonly stands: boolean
  }
  /** Every version of a partition that was built of that return; the one that stands is marked. */
  readonly versions: readonly {
    readonly academicYear: number
    readonly term: string
    readonly version: string
    readonly matchingRun: number
    readonly builtAt: string
    readonly code: string
    readonly engine: string
    readonly manifest: string
    readonly stands: boolean
    readonly editions: readonly number[]
  }[]
  /** Data sets that are worked out of this one, in the versions that stand. */
  readonly goesInto: readonly {
    readonly dataset: string
    readonly academicYear: number
    readonly version: string
  }[]
}

/**
 * From a row (`<return>/<number>`) to its return, to who authorised it, and to the matching run that said whose it is.
 * @throws GatehouseError `bad-input`, `not-found`, also where the person’s scope does not reach the return
 */
export async function lineageOf(
  home: HoldingsHome,
  person: Person,
  dataset: string,
  row: string,
): Promise<Lineage> {
  const [, returnId = '', n = ''] = /^([0-9a-f-]{36})\/([1-9][0-9]{0,11})$/.exec(row) ?? []
  if (returnId === '')
    throw new GatehouseError(
      'bad-input',
      'A row is named by its return and its number in it, with a stroke between.',
    )
  if (!home.declarations.sources.has(dataset))
    throw new GatehouseError('not-found', `There is no data set ${dataset} with rows of returns.`, {
      todo: `Use one of: ${[...home.declarations.sources.keys()].join(', ')}.`,
    })
  const { of, events } = await asPerson(home.collector, person).read(async (tx) => {
    const found = await findReturn(tx, returnId)
    return { of: found, events: await eventsOf(tx, found.id) }
  })
  const editions = await readEditions(home)
  const held = heldBy(home, editions)
  const now = await standing(home)
  const keys = new Map(
    editions
      .flatMap(({ partitions }) => partitions)
      .filter((each) => each.dataset === dataset)
      .map((each) => [`${String(each.academicYear)} ${each.term}`, each]),
  )
  const versions: Lineage['versions'][number][] = []
  for (const key of keys.values())
    for (const { id, manifest, sha256 } of await held.versionsOf(key)) {
      if (!manifest.returns.some(({ id: each }) => each === returnId)) continue
      versions.push({
        academicYear: id.academicYear,
        term: id.term,
        version: id.version,
        matchingRun: manifest.matchingRun,
        builtAt: manifest.builtAt,
        code: manifest.code,
        engine: manifest.engine,
        manifest: sha256,
        stands: now.versions.some((each) => each.sha256 === sha256),
        editions: editions
          .filter(({ partitions }) => partitions.some((each) => each.manifest === sha256))
          .map(({ number }) => number),
      })
    }
  if (versions.length === 0)
    throw new GatehouseError('not-found', 'Nothing that is held was built of this return.', {
      todo: 'Build the holdings, or name another row.',
    })
  const authorised = events.findLast(({ to }) => to === 'authorised')
  return {
    dataset,
    row: { returnId, n: Number(n) },
    return: {
      collection: of.collection,
      year: of.year,
      term: of.term,
      source: of.source,
      sourceName: of.sourceName,
      version: of.version,
      messageSha256: of.messageSha256,
      receivedAt: of.receivedAt.toISOString(),
      receivedBy: of.receivedBy,
      authorisedBy: authorised?.by ?? null,
      authorisedAt: authorised?.at.toISOString() ?? null,
      stands: of.stands,
    },
    versions,
    goesInto: now.versions
      .filter(({ manifest }) =>
        manifest.reads.some((read) =>
          versions.some(
            (each) =>
              each.stands &&
              read.dataset === dataset &&
              read.academicYear === each.academicYear &&
              read.term === each.term,
          ),
        ),
      )
      .map(({ id }) => ({ dataset: id.dataset, academicYear: id.academicYear, version: id.version })),
  }
}
