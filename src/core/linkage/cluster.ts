/** A scored pair: positions of two records, and the match weight in bits. */
export interface Edge {
  readonly l: number
  readonly r: number
  readonly weight: number
}

/**
 * Joins records along edges, the strongest first, into people. Where `source` says so, no two records of one source come
 * together: an edge that would do that is left out. Of edges that are equally strong, those of the lower records come
 * first, so the same edges in any order give the same people.
 *
 * @param apart for each record a source within which each person is there once; a negative number binds nothing
 * @returns for each record the lowest record of its person
 */
export function cluster(records: number, edges: readonly Edge[], apart: Int32Array | null): Int32Array {
  const parent = Int32Array.from({ length: records }, (_, i) => i)
  const find = (record: number): number => {
    let root = record
    while (parent[root] !== root) root = parent[root] ?? root
    for (let at = record; parent[at] !== root;) {
      const next = parent[at] ?? root
      parent[at] = root
      at = next
    }
    return root
  }
  const within = new Map<number, Set<number>>()
  const sourcesOf = (root: number): Set<number> => {
    const known = within.get(root)
    if (known) return known
    const own = apart?.[root] ?? -1
    return new Set(own < 0 ? [] : [own])
  }
  const order = [...edges].sort((a, b) => b.weight - a.weight || a.l - b.l || a.r - b.r)
  for (const { l, r } of order) {
    const [a, b] = [find(l), find(r)]
    if (a === b) continue
    const [low, high] = a < b ? [a, b] : [b, a]
    if (apart) {
      const [theirs, others] = [sourcesOf(low), sourcesOf(high)]
      if ([...others].some((source) => theirs.has(source))) continue
      within.set(low, new Set([...theirs, ...others]))
      within.delete(high)
    }
    parent[high] = low
  }
  return Int32Array.from({ length: records }, (_, i) => find(i))
}
