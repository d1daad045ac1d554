import type { TermDefinition } from '../../core/collections/index.ts'
import type { ItemId } from '../../core/vocabulary/index.ts'

/** Items of the return that are counted, joined or laid out from an item of the register under another name. */
const madeFrom: Readonly<Record<string, ItemId>> = {
  'pupil.ncYearLeaving': 'pupil.yearGroup',
  'pupil.fundedHours': 'pupil.fundedHours',
  'pupil.extendedHours': 'pupil.fundedHours',
  'pupil.sessionsPossible': 'attendance.code',
  'pupil.summerSessionsPossible': 'attendance.code',
  'session.code': 'attendance.code',
  'session.sessions': 'attendance.code',
  'summerSession.code': 'attendance.code',
  'summerSession.sessions': 'attendance.code',
  'suspension.reason1': 'suspension.reasons',
  'suspension.reason2': 'suspension.reasons',
  'suspension.reason3': 'suspension.reasons',
  'suspension.senProvision': 'pupil.senProvision',
  'address.line3': 'pupil.town',
  'address.line4': 'pupil.county',
}

/**
 * The item of the data dictionary that an item of a return is, or is made from: what must be permitted for it to stand there.
 * Null for what the register does not hold.
 */
export const itemBehind = (
  { tables }: Pick<TermDefinition, 'tables'>,
  table: string,
  item: string,
): ItemId | null => tables.get(table)?.items.get(item)?.item ?? madeFrom[`${table}.${item}`] ?? null
