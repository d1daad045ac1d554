import type { ReturnState } from '../../../../core/collections/index.ts'
import type { Progress } from '../../../../national/collect/index.ts'
import { number } from '../../words/numbers.ts'
import { authorityLabel } from '../words.ts'

/** How far each authority's area has come: a row of numbers, with the same as a bar beside it. */
export interface ProgressView {
  readonly rows: readonly {
    readonly authority: string
    readonly href: string
    readonly expected: string
    readonly steps: readonly string[]
    /** Of a hundred: where each step's part of the bar begins and how wide it is. */
    readonly bar: readonly { readonly step: number; readonly x: number; readonly width: number }[]
  }[]
  readonly steps: readonly string[]
}

/** The states in four steps that everybody follows. */
export const steps: readonly { readonly text: string; readonly states: readonly ReturnState[] }[] = [
  { text: 'Authorised', states: ['authorised'] },
  { text: 'Submitted or approved', states: ['submitted', 'approved'] },
  {
    text: 'Sent, not submitted',
    states: [
      'waiting-for-validation',
      'loaded-and-validated',
      'amended-by-source',
      'amended-by-agent',
      'rejected',
    ],
  },
  { text: 'Not sent', states: ['no-data', 'withdrawn'] },
]

export const inStep = ({ states }: Progress, step: number): number =>
  (steps[step]?.states ?? []).reduce((sum, state) => sum + states[state], 0)

export function progressView(
  progress: readonly Progress[],
  names: ReadonlyMap<string, string>,
  round: string,
): ProgressView {
  return {
    steps: steps.map(({ text }) => text),
    rows: progress.flatMap((area) => {
      if (area.laNumber === null) return []
      const counts = steps.map((_, step) => inStep(area, step))
      let x = 0
      const bar = counts.flatMap((many, step) => {
        const width = area.expected === 0 ? 0 : (many / area.expected) * 100
        const from = x
        x += width
        return width > 0 ? [{ step, x: rounded(from), width: rounded(width) }] : []
      })
      return [
        {
          authority: authorityLabel(names, area.laNumber),
          href: `/collect/returns?round=${encodeURIComponent(round)}&authority=${area.laNumber}`,
          expected: number(area.expected),
          steps: counts.map(number),
          bar,
        },
      ]
    }),
  }
}

const rounded = (n: number): number => Math.round(n * 100) / 100
