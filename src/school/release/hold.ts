import type { Agreement, Dictionary, ItemId } from '../../core/vocabulary/index.ts'
import type { EgressFault } from './expected.ts'
import type { Unwritable } from './encoded.ts'
import type { DecidedPupil } from './permit-rows.ts'

/** Why a file that could be made does not leave before a person has looked. */
export type HoldReason =
  | 'missing-pupils' // a pupil would look like a leaver at the recipient
  | 'destination-withheld' // a transfer file of a pupil of whom nobody may be told where it went
  | 'short-read' // many fewer pupils than last time
  | 'not-in-notice' // the published notice does not name this version of the agreement
  | 'template' // the columns were not checked against the school's own blank template
  | 'recipient-key' // there is no usable key to encrypt to
  | 'unwritable' // a value does not fit the recipient's format
  | 'no-longer-permitted' // a return that was built holds what may not leave any more
  | 'egress-check' // what was written is not what was decided

/** A file that is held, and what a person must look at: ids and codes, never a value. */
export interface Hold {
  readonly reason: HoldReason
  readonly pupilIds: readonly string[]
  readonly faults?: readonly EgressFault[]
  readonly unwritable?: readonly Unwritable[]
}

/** When a fall in the number of pupils since the last release stops a file. */
export interface HoldLimits {
  /** Where absence means something at the recipient: this share and this number at least. */
  readonly share: number
  readonly pupils: number
  /** Where it means nothing. */
  readonly shareIfIgnored: number
  readonly pupilsIfIgnored: number
}

export const usualLimits: HoldLimits = { share: 0.1, pupils: 5, shareIfIgnored: 0.5, pupilsIfIgnored: 20 }

/**
 * Pupils of the population who would be taken for leavers: the recipient acts on absence, and what may leave of them does
 * not tell who they are. A pupil with the smallest permitted part (a name, a code) is not among them.
 */
export function missingPupils(
  agreement: Agreement,
  pupils: readonly DecidedPupil[],
  carried: ReadonlySet<ItemId>,
  items: Dictionary,
): readonly string[] {
  if (agreement.absenceMeans === 'ignore') return []
  // Grades 1 and 2 of the dictionary tell who somebody is; a picture does so only to a person.
  const identifies = (id: ItemId, as: string): boolean => {
    const item = items.get(id)
    if (item?.subject !== 'pupil') return false
    return (
      as === 'pseudonym' ||
      (as === 'as-is' && item.identificationRisk <= 2 && !item.handling.includes('image'))
    )
  }
  const canIdentify = agreement.items.some(({ item, as }) => carried.has(item) && identifies(item, as))
  return pupils
    .filter(({ row }) => row.inPopulation)
    .filter(({ row }) => {
      const leaving = row.verdict.permitted.filter(({ item }) => carried.has(item))
      return canIdentify
        ? !leaving.some(({ item, as }) => identifies(item, as))
        : !leaving.some(({ item }) => items.get(item)?.subject !== 'school')
    })
    .map(({ row }) => row.pupilId)
}

/** True when the population shrank more than is likely since the last release: a half-read register looks like this. */
export function isShortRead(
  agreement: Agreement,
  before: number | null,
  now: number,
  limits: HoldLimits,
): boolean {
  if (before === null) return false
  const ignored = agreement.absenceMeans === 'ignore'
  const [share, pupils] = ignored
    ? [limits.shareIfIgnored, limits.pupilsIfIgnored]
    : [limits.share, limits.pupils]
  const fall = before - now
  return fall >= pupils && fall > before * share
}
