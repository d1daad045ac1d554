import type { AccessPolicy } from '../terms/access-policy.ts'
import type { Check } from '../terms/match-codes.ts'
import type { Cell } from './query.ts'

/** An output that was released before, of whichever project. */
export interface Released {
  readonly id: string
  readonly project: string
  readonly cells: readonly Cell[]
}

/**
 * What the software sees before a person looks: every count is of enough pupils, and no earlier release of any project differs
 * from it by fewer than the limit, cell against cell or cell against the sum of those within it.
 */
export function checkOutput(
  { rules }: AccessPolicy,
  cells: readonly Cell[],
  bytes: number,
  earlier: readonly Released[],
): readonly Check[] {
  const { threshold, difference, maxRows, maxBytes } = rules.outputs
  const small = cells.filter(({ pupils }) => pupils > 0 && pupils < threshold).length
  return [
    check(
      'threshold',
      small === 0,
      small === 0
        ? `Every count is of at least ${String(threshold)} pupils.`
        : `${String(small)} of ${String(cells.length)} counts are of fewer than ${String(threshold)} pupils.`,
    ),
    check(
      'size',
      cells.length <= maxRows && bytes <= maxBytes,
      `${String(cells.length)} rows, ${String(bytes)} bytes.`,
    ),
    ...inside(cells, difference),
    ...against(cells, difference, earlier),
  ]
}

const check = (id: string, met: boolean, says: string): Check => ({
  id,
  outcome: met ? 'met' : 'not-met',
  says,
})

function inside(cells: readonly Cell[], limit: number): readonly Check[] {
  const isolates = isolated(cells, cells, limit)
  return [
    check(
      'within',
      !isolates,
      isolates
        ? `Counts of this output differ by fewer than ${String(limit)} pupils.`
        : 'No two counts of it isolate anybody.',
    ),
  ]
}

function against(cells: readonly Cell[], limit: number, earlier: readonly Released[]): readonly Check[] {
  const isolating = earlier.filter(
    (release) => isolated(cells, release.cells, limit) || isolated(release.cells, cells, limit),
  )
  return isolating.length === 0
    ? [check('difference', true, `Compared with ${String(earlier.length)} earlier releases.`)]
    : isolating.map((release) =>
        check(
          `difference/${release.id}`,
          false,
          `With the release ${release.id} of project ${release.project} it isolates fewer than ${String(limit)} pupils.`,
        ),
      )
}

/** Whether an outer count less what lies within it is of somebody, and of too few. */
function isolated(outer: readonly Cell[], inner: readonly Cell[], limit: number): boolean {
  const few = (difference: number): boolean => difference > 0 && difference < limit
  return outer.some((whole) => {
    const parts = inner.filter((part) => part !== whole && isWithin(part, whole))
    if (parts.some((part) => few(whole.pupils - part.pupils))) return true
    // Cells of one output that share no pupil: those that differ in a single value of a column that both name.
    return parts.length > 1 && few(whole.pupils - parts.reduce((sum, part) => sum + part.pupils, 0))
  })
}

/** Whether all who count in one cell count in the other: it asks at least as much of each column. */
function isWithin(part: Cell, whole: Cell): boolean {
  return Object.entries(whole.conditions).every(([column, values]) => {
    const own = part.conditions[column]
    return own !== undefined && own.every((value) => values.includes(value))
  })
}
