import type { RecordStatusColumns } from '../declare/declaration.ts'
import { named, quoted, whole } from './sql-words.ts'

/** Which of two records comes first; ours, for the department’s own order is not public (`duplicates.yaml`). */
export interface Hierarchies {
  readonly enrolment: readonly string[]
  readonly schoolTypesLast: readonly string[]
  readonly nurseryYears: readonly string[]
}

/**
 * The rows of a query with `record_status`: of a person’s records in one collection one is the main one, by the codes of the National
 * Pupil Database (1 to 8, 9 by hand; the others 100 more; 20 for nursery children without a reference). 0 is ours: the only one.
 * `hand` (return_id, n) are records that a person chose. Where nothing parts two records and nobody chose, both say so (9, 109),
 * and the first by school and place stands as the main one until somebody does.
 */
export function recordStatusSql(
  rows: string,
  { onRoll, enrolment, schoolType, entry, leaving, year }: RecordStatusColumns,
  { enrolment: order, schoolTypesLast, nurseryYears }: Hierarchies,
): string {
  const rank = (column: string, list: readonly string[], others: number): string =>
    list.length === 0
      ? '0'
      : `CASE ${named(column)} ${list.map((code, at) => `WHEN ${quoted(code)} THEN ${whole(at)}`).join(' ')} ELSE ${whole(others)} END`
  const of = 'PARTITION BY pmr'
  const people = `SELECT r.*, CASE WHEN hand.n IS NULL THEN 0 ELSE 1 END AS by_hand,
      count(*) OVER (${of}) AS total, sum(CASE WHEN ${named(onRoll)} = 1 THEN 1 ELSE 0 END) OVER (${of}) AS on_count,
      ${rank(enrolment, order, order.length)} AS enrol_rank, ${rank(schoolType, schoolTypesLast, -1)} AS type_rank
    FROM (${rows}) AS r LEFT JOIN hand ON hand.return_id = r.return_id AND hand.n = r.n WHERE pmr IS NOT NULL`
  const asked = `SELECT *, CASE WHEN on_count = 0 OR ${named(onRoll)} = 1 THEN 1 ELSE 0 END AS may FROM (${people})`
  const first = `SELECT *, CASE WHEN may = 0 THEN 0
      WHEN on_count = 0 THEN CASE WHEN coalesce(${named(leaving)}, '') = max(CASE WHEN may = 1 THEN coalesce(${named(leaving)}, '') END) OVER (${of}) THEN 1 ELSE 0 END
      WHEN enrol_rank = min(CASE WHEN may = 1 THEN enrol_rank END) OVER (${of}) THEN 1 ELSE 0 END AS in1 FROM (${asked})`
  const second = `SELECT *, sum(in1) OVER (${of}) AS n1, CASE WHEN in1 = 1 AND type_rank = min(CASE WHEN in1 = 1 THEN type_rank END) OVER (${of}) THEN 1 ELSE 0 END AS in2 FROM (${first})`
  const third = `SELECT *, CASE WHEN in2 = 1 AND coalesce(${named(entry)}, '') = max(CASE WHEN in2 = 1 THEN coalesce(${named(entry)}, '') END) OVER (${of}) THEN 1 ELSE 0 END AS in3 FROM (${second})`
  const placed = `SELECT *, sum(in3) OVER (${of}) AS n3, max(by_hand) OVER (${of}) AS any_hand,
      row_number() OVER (${of} ORDER BY by_hand DESC, CASE WHEN on_count = 0 THEN in1 ELSE in3 END DESC, urn NULLS LAST, return_id, n) AS place FROM (${third})`
  const offset = 'CASE WHEN total > 2 THEN 4 ELSE 0 END'
  const code = `CASE WHEN total = 1 THEN 0 WHEN any_hand = 1 THEN 9
      WHEN on_count = 1 THEN 1 + ${offset}
      WHEN on_count = 0 THEN CASE WHEN n1 = 1 THEN 2 + ${offset} ELSE 9 END
      WHEN n1 = 1 THEN 3 + ${offset} WHEN n3 = 1 THEN 4 + ${offset} ELSE 9 END`
  const nursery =
    nurseryYears.length === 0
      ? '0'
      : `CASE WHEN ${named(year)} IN (${nurseryYears.map(quoted).join(', ')}) THEN 20 ELSE 0 END`
  const extra = 'by_hand, total, on_count, enrol_rank, type_rank, may, in1, n1, in2, in3, n3, any_hand, place'
  return `SELECT * EXCLUDE (${extra}), CAST(${code} + CASE WHEN place = 1 THEN 0 ELSE 100 END AS BIGINT) AS record_status FROM (${placed})
    UNION ALL SELECT *, CAST(${nursery} AS BIGINT) AS record_status FROM (${rows}) WHERE pmr IS NULL`
}
