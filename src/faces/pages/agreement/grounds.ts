import type { Agreement, Dictionary, RefusalCode } from '../../../core/vocabulary/index.ts'
import { isShut, signs } from '../matrix/cell.ts'
import type { Tally } from '../matrix/tally.ts'
import { classWords, isSpecial, refusalWords, transformationWords } from '../words/codes.ts'
import { count, number } from '../words/numbers.ts'
import type { GroundsView } from './agreement.view.ts'

/** Counts of one agreement over the whole school, by item and reason; the most frequent reason comes first. */
export function groundsView(agreement: Agreement, counted: Tally, items: Dictionary): GroundsView {
  const totals = new Map<RefusalCode, number>()
  for (const { refused } of counted.items.values()) {
    for (const [code, pupils] of refused) totals.set(code, (totals.get(code) ?? 0) + pupils)
  }
  const reasons = [...totals].sort((a, b) => b[1] - a[1]).map(([code]) => code)
  return {
    population: count(counted.population, 'pupil'),
    reasons: reasons.map((code) => refusalWords[code]),
    rows: agreement.items.map((grant) => {
      const item = items.get(grant.item)
      const one = counted.items.get(grant.item)
      const permitted = one?.permitted ?? 0
      const shut = one !== undefined && isShut(one.refused)
      const none = shut ? 'off' : 'none'
      const kind = permitted === 0 ? none : permitted === counted.population ? 'all' : 'some'
      return {
        item: item?.label ?? grant.item,
        special: item && isSpecial(item) ? classWords[item.class] : null,
        form: grant.as === 'as-is' ? '' : transformationWords[grant.as],
        permitted: { kind, sign: signs[kind], number: number(permitted) },
        refused: reasons.map((code) => {
          const pupils = one?.refused.get(code) ?? 0
          return { number: pupils === 0 ? '–' : number(pupils), kind: pupils === 0 ? 'nil' : none }
        }),
      }
    }),
  }
}
