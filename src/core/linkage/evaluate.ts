/** How well predicted people agree with true ones, over all pairs within a person and over people. */
export interface Evaluation {
  readonly records: number
  readonly pairwise: { readonly precision: number; readonly recall: number; readonly f1: number }
  /** Averaged over records (B-cubed). */
  readonly bCubed: { readonly precision: number; readonly recall: number; readonly f1: number }
  /** People who were found exactly as they are, of all true and of all predicted people. */
  readonly exact: { readonly ofTrue: number; readonly ofPredicted: number }
  /** Predicted people who hold more than one true person; the most in one. */
  readonly overMerged: { readonly people: number; readonly worst: number }
  readonly overSplit: number
  /** Predicted people over true people, less 1: what a statistic feels. */
  readonly personCountError: number
}

/** Compares two labellings of the same records: position i of both is record i. */
export function evaluate(predicted: readonly unknown[], truth: readonly unknown[]): Evaluation {
  const sizes = (labels: readonly unknown[]): Map<unknown, number> => {
    const counts = new Map<unknown, number>()
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
    return counts
  }
  const [found, real] = [sizes(predicted), sizes(truth)]
  const cells = new Map<unknown, Map<unknown, number>>()
  predicted.forEach((label, i) => {
    const row = cells.get(label) ?? new Map<unknown, number>()
    row.set(truth[i], (row.get(truth[i]) ?? 0) + 1)
    cells.set(label, row)
  })
  const pairs = (many: number): number => (many * (many - 1)) / 2
  const all = (counts: Iterable<number>): number => [...counts].reduce((sum, many) => sum + pairs(many), 0)
  let [together, exact, overMerged, worst, precision, recall] = [0, 0, 0, 0, 0, 0]
  const parts = new Map<unknown, number>()
  for (const [label, row] of cells) {
    if (row.size > 1) overMerged++
    worst = Math.max(worst, row.size)
    for (const [person, many] of row) {
      together += pairs(many)
      parts.set(person, (parts.get(person) ?? 0) + 1)
      const [size, whole] = [found.get(label) ?? 1, real.get(person) ?? 1]
      if (row.size === 1 && many === whole) exact++
      precision += (many * many) / size
      recall += (many * many) / whole
    }
  }
  const n = Math.max(1, predicted.length)
  const [positive, real2] = [all(found.values()), all(real.values())]
  return {
    records: predicted.length,
    pairwise: rates(positive === 0 ? 1 : together / positive, real2 === 0 ? 1 : together / real2),
    bCubed: rates(precision / n, recall / n),
    exact: { ofTrue: exact / Math.max(1, real.size), ofPredicted: exact / Math.max(1, found.size) },
    overMerged: { people: overMerged, worst },
    overSplit: [...parts.values()].filter((many) => many > 1).length,
    personCountError: found.size / Math.max(1, real.size) - 1,
  }
}

const rates = (precision: number, recall: number): { precision: number; recall: number; f1: number } => ({
  precision,
  recall,
  f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
})
