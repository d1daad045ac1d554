import type { Measures } from '../../core/collections/index.ts'
import type { ReturnSummary } from './return-summary.ts'

export interface ReturnChange {
  readonly label: string
  readonly before: number
  readonly now: number
}

/** What is counted otherwise than in the return before: what the collector compares, and pupils by year group and need. */
export function returnChanges(
  before: { readonly measures: Measures; readonly summary: ReturnSummary },
  now: { readonly measures: Measures; readonly summary: ReturnSummary },
  labels: ReadonlyMap<string, string>,
): readonly ReturnChange[] {
  const counted = ({ measures, summary }: typeof now): ReadonlyMap<string, number> =>
    new Map([
      ...Object.entries(measures).map(([name, value]) => [labels.get(name) ?? name, value] as const),
      ['Pupils who have left', summary.left] as const,
      ...summary.years.map(({ label, pupils }) => [`Year ${label}`, pupils] as const),
      ...summary.needs.map(({ label, pupils }) => [label, pupils] as const),
    ])
  const [then, today] = [counted(before), counted(now)]
  return [...today].flatMap(([label, value]) => {
    const last = then.get(label)
    return last === undefined || last === value ? [] : [{ label, before: last, now: value }]
  })
}
