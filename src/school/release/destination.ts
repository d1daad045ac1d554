import type { ItemId } from '../../core/vocabulary/index.ts'
import type { DecidedPupil, PermittedRow } from './permit-rows.ts'

/** The school that a common transfer file goes to; `XXX`/`XXXX` when it is not known. */
export interface Destination {
  readonly la: string
  readonly establishment: string
}

/** Outside the state sector or abroad. The mark is the Department's own; that S2S takes such a file is not confirmed. */
const outsideSector: Destination = { la: 'MMM', establishment: 'MMMM' }

/** The lost pupil area of School to School takes one pupil a file (S2S guide 2019). */
export const unknownDestination: Destination = { la: 'XXX', establishment: 'XXXX' }

export interface Bundle {
  /** Tells the bundles of one request apart. */
  readonly key: string
  readonly destination: Destination
  /**
   * Where the pupil went is withheld. Such a file is no lost pupil's: sent as one, authorities would find the pupil in a
   * search of that area, and the school that waits for the file would not get it.
   */
  readonly mayNotSay: boolean
  readonly pupilIds: ReadonlySet<string>
}

/**
 * Splits leavers into files: one for each destination, and one for each pupil whose destination is no school of ours to know.
 * A file never holds pupils of two destinations, or one school would read another's pupils.
 */
export function bundlesOf(rows: readonly PermittedRow[], carried: ReadonlySet<ItemId>): readonly Bundle[] {
  const groups = Map.groupBy(rows, (row) => keyOf(row, carried))
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, group]) => ({
      key,
      destination: key.startsWith('outside/')
        ? outsideSector
        : key.includes('/')
          ? unknownDestination
          : { la: key.slice(0, 3), establishment: key.slice(3) },
      mayNotSay: key.startsWith('withheld/'),
      pupilIds: new Set(group.map(({ pupilId }) => pupilId)),
    }))
}

function keyOf({ pupilId, permits, values }: PermittedRow, carried: ReadonlySet<ItemId>): string {
  const may = (item: ItemId): boolean => !carried.has(item) || permits.some((permit) => permit.item === item)
  if (!may('pupil.destinationLa') || !may('pupil.destinationEstablishment')) return `withheld/${pupilId}`
  const la = String(values.get('pupil.destinationLa'))
  const establishment = String(values.get('pupil.destinationEstablishment'))
  if (la === outsideSector.la && establishment === outsideSector.establishment) return `outside/${pupilId}`
  return /^\d{3}$/.test(la) && /^\d{4}$/.test(establishment) ? la + establishment : `unknown/${pupilId}`
}

/**
 * The pupils that a bundle answers for: its own, and in the first one also those of whom nothing may leave and whose
 * destination is therefore not known.
 */
export function pupilsOfBundle(
  pupils: readonly DecidedPupil[],
  bundle: Bundle,
  rows: readonly PermittedRow[],
  carried: ReadonlySet<ItemId>,
): readonly DecidedPupil[] {
  const isFirst = bundlesOf(rows, carried)[0]?.key === bundle.key
  const bundled = new Set(rows.map(({ pupilId }) => pupilId))
  return pupils.filter(
    ({ row: { pupilId, inPopulation } }) =>
      bundle.pupilIds.has(pupilId) || (isFirst && inPopulation && !bundled.has(pupilId)),
  )
}
