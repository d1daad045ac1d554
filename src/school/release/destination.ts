import type { DecidedPupil, PermittedRow } from './permit-rows.ts'

/** The school that a common transfer file goes to; `XXX`/`XXXX` when it is not known. */
export interface Destination {
  readonly la: string
  readonly establishment: string
}

/** The lost pupil area of School to School takes one pupil a file (S2S guide 2019). */
export const unknownDestination: Destination = { la: 'XXX', establishment: 'XXXX' }

export interface Bundle {
  /** Tells the bundles of one request apart. */
  readonly key: string
  readonly destination: Destination
  readonly pupilIds: ReadonlySet<string>
}

/**
 * Splits leavers into files: one for each destination, and one for each pupil whose destination is not known. A file never
 * holds pupils of two destinations, or one school would read another's pupils.
 */
export function bundlesOf(rows: readonly PermittedRow[]): readonly Bundle[] {
  const groups = Map.groupBy(rows, (row) => {
    const la = row.values.get('pupil.destinationLa')
    const establishment = row.values.get('pupil.destinationEstablishment')
    const known = /^\d{3}$/.test(String(la)) && /^\d{4}$/.test(String(establishment))
    return known ? `${String(la)}${String(establishment)}` : `unknown/${row.pupilId}`
  })
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, group]) => ({
      key,
      destination: key.startsWith('unknown/')
        ? unknownDestination
        : { la: key.slice(0, 3), establishment: key.slice(3) },
      pupilIds: new Set(group.map(({ pupilId }) => pupilId)),
    }))
}

/**
 * The pupils that a bundle answers for: its own, and in the first one also those of whom nothing may leave and whose
 * destination is therefore not known.
 */
export function pupilsOfBundle(
  pupils: readonly DecidedPupil[],
  bundle: Bundle,
  rows: readonly PermittedRow[],
): readonly DecidedPupil[] {
  const isFirst = bundlesOf(rows)[0]?.key === bundle.key
  const bundled = new Set(rows.map(({ pupilId }) => pupilId))
  return pupils.filter(
    ({ row: { pupilId, inPopulation } }) =>
      bundle.pupilIds.has(pupilId) || (isFirst && inPopulation && !bundled.has(pupilId)),
  )
}
