import { audit, wideEnough } from './audit.ts'
import { atLeastOf, hide, shown, type Hidden, type HideOptions } from './hide.ts'
import type { Audit } from './interval-ends.ts'
import type { LinkedTables } from './system.ts'

export interface HiddenAndAudited extends Hidden {
  readonly audit: Audit
  /** Hidden cells that can still be told more closely than asked for. */
  readonly narrow: readonly number[]
}

/**
 * Hides, then solves what can be told, until no hidden cell is told too closely: those hidden for others' sake too, since whoever
 * audits from outside can't tell them from the confidential ones.
 */
export async function hideAndAudit(
  tables: LinkedTables,
  confidential: readonly number[],
  options: HideOptions,
): Promise<HiddenAndAudited> {
  const wanted = new Set(confidential)
  for (let round = 0; ; round++) {
    const hidden = hide(tables, [...wanted], options)
    const known = Float64Array.from(tables.values, (value, cell) =>
      hidden.state[cell] === shown ? value : NaN,
    )
    const audited = await audit(tables, known, { atLeast: atLeastOf(options), enough: options })
    const narrow = audited.intervals.flatMap(({ cell, least, greatest }) =>
      wideEnough(options, least, greatest) ? [] : [cell],
    )
    const news = narrow.filter((cell) => !wanted.has(cell))
    if (news.length === 0 || round === 6) return { ...hidden, audit: audited, narrow }
    for (const cell of news) wanted.add(cell)
  }
}
