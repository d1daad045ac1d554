/**
 * Whether the two files are joined, or one is searched for duplicates; or what is new, the second file, is joined with the first and
 * searched itself.
 */
export type PairsOf = 'two files' | 'one file' | 'what is new'

/**
 * The pairs of rule `k`: both sides agree in all its fields, and in no earlier rule's, so that a pair comes once. What is
 * absent agrees with nothing. To be put behind `FROM`, with records `l` and `r`.
 */
export function candidatesSql(rules: readonly (readonly string[])[], k: number, of: PairsOf): string {
  const rule = rules[k]
  if (!rule) throw new Error('there is no such rule')
  const agree = rule.map(agreeSql)
  const earlier = rules.slice(0, k).map((each) => `NOT coalesce(${each.map(agreeSql).join(' AND ')}, false)`)
  return `record AS l JOIN record AS r ON ${[...agree, inOrder(of), ...earlier].join(' AND ')}`
}

/** Each pair once: the earlier record left, or the first file's. */
export const inOrder = (of: PairsOf): string =>
  of === 'one file' ? 'l.n < r.n' : of === 'two files' ? 'l.source < r.source' : 'r.source = 1 AND l.n < r.n'

/** That both sides have the same in a field; `a/b`: the left one’s a is the right one’s b. */
export function agreeSql(field: string): string {
  const [left = '', right = left] = field.split('/')
  return `l."${left}" = r."${right}"`
}
