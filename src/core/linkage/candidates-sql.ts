/** Whether the two files are joined, or one is searched for duplicates. */
export type PairsOf = 'two files' | 'one file'

/**
 * The pairs of rule `k`: both sides agree in all its fields, and in no earlier rule's, so that a pair comes once. What is
 * absent agrees with nothing. To be put behind `FROM`, with records `l` and `r`.
 */
export function candidatesSql(rules: readonly (readonly string[])[], k: number, of: PairsOf): string {
  const rule = rules[k]
  if (!rule) throw new Error('there is no such rule')
  const agree = rule.map((field) => `l."${field}" = r."${field}"`)
  const earlier = rules
    .slice(0, k)
    .map((each) => `NOT coalesce(${each.map((field) => `l."${field}" = r."${field}"`).join(' AND ')}, false)`)
  return `record AS l JOIN record AS r ON ${[...agree, inOrder(of), ...earlier].join(' AND ')}`
}

/** Each pair once: the earlier record left, or the first file's. */
export const inOrder = (of: PairsOf): string => (of === 'one file' ? 'l.n < r.n' : 'l.source < r.source')
