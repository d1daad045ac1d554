/** Works something out once for each object: pupils of the same pattern share one verdict. */
export function oncePer<K extends object, V>(work: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined || known.has(key)) return before as V
    const now = work(key)
    known.set(key, now)
    return now
  }
}
