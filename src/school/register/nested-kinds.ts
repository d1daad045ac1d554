import { columnsOf, type Column } from './columns.ts'
import type { Target } from './fields.ts'

/** Targets whose rows hang on a pupil and have a table of their own with one plain key. */
export type NestedTarget = 'attendance' | 'fsm' | 'sen' | 'assessments' | 'suspensions' | 'history'

export interface NestedKind {
  readonly target: NestedTarget
  readonly table: string
  /** What makes a row the same row as the register's, beside the pupil. */
  readonly key: readonly string[]
  readonly columns: readonly Column[]
}

const kind = (target: NestedTarget, table: string, key: readonly string[]): NestedKind => ({
  target,
  table,
  key,
  columns: columnsOf(target),
})

export const nestedKinds: readonly NestedKind[] = [
  kind('attendance', 'attendance_mark', ['day', 'session']),
  kind('fsm', 'fsm_period', ['start_date']),
  kind('sen', 'sen_need', ['rank']),
  kind('assessments', 'assessment_result', [
    'stage',
    'subject',
    'method',
    'component',
    'year',
    'result_date',
  ]),
  kind('suspensions', 'suspension', ['start_date']),
  kind('history', 'school_history', ['entry_date']),
]

export const nestedKindOf = (target: Target): NestedKind | undefined =>
  nestedKinds.find((one) => one.target === target)

/** A key column that may be null, made comparable with `=`, so that a large table is joined and not searched row by row. */
export const comparable = (column: string, value: string): string =>
  column === 'result_date' ? `coalesce(${value}, date '0001-01-01')` : value
