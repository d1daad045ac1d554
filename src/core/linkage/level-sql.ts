import type { Comparison } from './comparison/levels.ts'

/** Names of a comparison's column of levels: -1 where a side lacks the value, else the position of its level. */
export const levelColumn = ({ name }: Pick<Comparison, 'name'>): string => `"${name}$level"`

/** Every measure of the comparisons, to be selected over a pair of records `l` and `r`. */
export const measureColumns = (comparisons: readonly Comparison[]): readonly string[] =>
  comparisons.flatMap(({ measures }) => measures.map(({ name, sql }) => `${sql} AS "${name}"`))

/** The level of a pair as SQL, where its measures stand as columns beside `l` and `r`. */
export const levelSql = ({ absent, levels }: Comparison): string =>
  `CASE WHEN ${absent} THEN -1 ${levels.map(({ test }, i) => (test === null ? `ELSE ${String(i)}` : `WHEN ${test} THEN ${String(i)}`)).join(' ')} END`
