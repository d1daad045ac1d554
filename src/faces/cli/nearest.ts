/** How many letters must be put in, left out, changed or swapped with their neighbour to make one word of the other. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same, swapped))
    }
  }
  return at(a.length, b.length)
}

/** “Did you mean otrack?”, else what there is to choose from. What was typed is not repeated. */
export function nearest(typed: string, known: readonly string[]): string {
  const word = typed.toLowerCase().slice(0, 100)
  const near = known
    .map((id) => ({ id, away: distance(word, id.toLowerCase()) }))
    .filter(
      ({ id, away }) =>
        away <= Math.max(1, Math.floor(id.length / 3)) || (word.length > 2 && id.includes(word)),
    )
    .sort((a, b) => a.away - b.away)
    .slice(0, 3)
    .map(({ id }) => id)
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`
  return known.length === 0 ? 'There is none yet.' : `Choose one of: ${known.join(', ')}.`
}
