import type { MessageRow } from '../../core/collections/index.ts'
import type { Items } from '../release/index.ts'

export interface CountedSessions {
  readonly possible: number
  /** A row a code, in the order of the codes. */
  readonly rows: readonly MessageRow[]
}

/**
 * Sessions of a period by attendance code, and those that were possible. Marks that are no session (a closed school, a pupil
 * not yet on the register) are not counted. Null: the register has no session of the period.
 */
export function countSessions(
  marks: readonly Items[],
  { from, to }: { readonly from: string; readonly to: string },
  countsAsPossible: ReadonlyMap<string, boolean | null>,
): CountedSessions | null {
  const byCode = new Map<string, number>()
  let possible = 0
  for (const mark of marks) {
    const day = String(mark.get('attendance.date') ?? '')
    const code = String(mark.get('attendance.code') ?? '')
    if (code === '' || day < from || day > to) continue
    const counts = countsAsPossible.get(code)
    if (counts === null) continue
    if (counts === true) possible++
    byCode.set(code, (byCode.get(code) ?? 0) + 1)
  }
  if (byCode.size === 0) return null
  const rows = [...byCode]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, sessions]) => ({ items: { code, sessions: String(sessions) } }))
  return { possible, rows }
}
