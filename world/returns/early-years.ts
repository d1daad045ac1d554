import type { CensusTerm } from './census-term.ts'
import { ageOn } from './days.ts'
import type { Draws } from './draws.ts'
import type { MessageRecord } from './message-record.ts'
import { eligibilityCodeOf } from './numbers.ts'
import type { Registration } from './populate.ts'
import { rateOf, type Stage } from './return-data.ts'

const [working, premium, access] = [
  rateOf('working-parents'),
  rateOf('early-premium'),
  rateOf('disability-access'),
]

/**
 * Hours and premiums of a child in the nursery. Ages are those of the prescribed day. A child of two is funded for need, or for
 * working parents by expanded hours; one of three or four has the universal hours, and extended ones where both parents work.
 */
export function giveEarlyYears(
  by: Draws,
  term: CensusTerm,
  { child, year }: Registration,
  stage: Stage,
  hasFreeMeals: boolean,
  postLookedAfter: boolean,
  items: Record<string, string>,
): MessageRecord[] {
  const age = ageOn(child.born, term.prescribedDay)
  const [works, gets, disabled] = [
    by.next() < working[stage],
    by.next() < premium[stage],
    by.next() < access[stage],
  ]
  const longer = by.int(0, 5)
  if (year > 3 || age < 2 || age > 4) return []
  if (age === 2) {
    const needy = hasFreeMeals || !works
    items['fundedHours'] = needy ? '15' : '0'
    items['hoursAtSetting'] = String(15 + longer)
    if (!needy) {
      items['expandedHours'] = '15'
      items['eligibilityCode'] = eligibilityCodeOf(child.index)
    }
    return needy ? [{ items: { basis: postLookedAfter ? 'LAA' : 'ECO' } }] : []
  }
  const extended = works && !hasFreeMeals
  items['fundedHours'] = '15'
  items['hoursAtSetting'] = String((extended ? 30 : 15) + longer)
  if (extended) {
    items['extendedHours'] = '15'
    items['eligibilityCode'] = eligibilityCodeOf(child.index)
  }
  items['dafIndicator'] = String(disabled)
  const receives = gets || hasFreeMeals || postLookedAfter
  items['eyppReceipt'] = receives ? 'Y' : 'N'
  if (receives) items['eyppBasis'] = postLookedAfter ? (hasFreeMeals ? 'RB' : 'RO') : 'RE'
  return []
}
