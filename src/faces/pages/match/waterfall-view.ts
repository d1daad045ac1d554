import type { PairSides } from '../../../national/match/index.ts'
import { bits } from './words.ts'

/** A waterfall of match weights: each bar begins where the one before ended. Lengths are of a picture 640 wide. */
export interface WaterfallView {
  readonly height: number
  readonly zero: number
  readonly bars: readonly {
    readonly y: number
    readonly x: number
    readonly width: number
    readonly kind: 'for' | 'against' | 'whole'
    readonly label: string
    readonly value: string
    readonly valueX: number
  }[]
  /** The same in words: what the picture shows, and how far the two agree. */
  readonly rows: readonly {
    readonly label: string
    readonly level: string
    readonly value: string
    readonly sum: string
  }[]
  readonly summary: string
}

const comparisons: Readonly<Record<string, string>> = {
  'first+last': 'Names',
  dob: 'Date of birth',
  upn: 'Pupil number',
  uln: 'Learner number',
  sex: 'Sex',
  postcode: 'Home',
}
const labelOf = (comparison: string): string => comparisons[comparison] ?? comparison

const [left, width, step] = [130, 430, 30]

export function waterfallView({ explained, probability }: PairSides): WaterfallView | null {
  if (!explained) return null
  const steps = [
    { label: 'Before looking', level: 'two pupils picked at random', weight: explained.prior },
    ...explained.steps.map(({ comparison, level, weight, rarity }) => ({
      label: labelOf(comparison),
      level: level === null ? 'one of them lacks it' : `${level}${rarity > 0.05 ? ', and rare' : ''}`,
      weight: weight + rarity,
    })),
    ...(explained.household < 0
      ? [
          {
            label: 'Household',
            level: 'what brothers and sisters share says nothing',
            weight: explained.household,
          },
        ]
      : []),
  ]
  let sum = 0
  const sums = steps.map(({ weight }) => (sum += weight))
  const [lowest, highest] = [Math.min(0, ...sums), Math.max(0, ...sums)]
  const scale = width / Math.max(1, highest - lowest)
  const x = (at: number): number => Math.round(10 * (left + (at - lowest) * scale)) / 10
  const bar = (i: number, from: number, to: number, label: string, kind: 'for' | 'against' | 'whole') => ({
    y: 8 + i * step,
    x: Math.min(x(from), x(to)),
    width: Math.max(1, Math.round(10 * Math.abs(x(to) - x(from))) / 10),
    kind,
    label,
    value: bits(to - from),
    valueX: Math.max(x(from), x(to)) + 6,
  })
  return {
    height: 16 + (steps.length + 1) * step,
    zero: x(0),
    bars: [
      ...steps.map(({ label, weight }, i) =>
        bar(i, (sums[i] ?? 0) - weight, sums[i] ?? 0, label, weight < 0 ? 'against' : 'for'),
      ),
      bar(steps.length, 0, explained.weight, 'Together', 'whole'),
    ],
    rows: [
      ...steps.map(({ label, level, weight }, i) => ({
        label,
        level,
        value: bits(weight),
        sum: bits(sums[i] ?? 0),
      })),
    ],
    summary: `Together ${bits(explained.weight)} bits: a probability of ${probabilityWords(probability ?? 0)} that they are one child.`,
  }
}

const probabilityWords = (p: number): string =>
  p > 0.9999 ? 'more than 99.99%' : p < 0.0001 ? 'less than 0.01%' : `${(100 * p).toFixed(p > 0.99 ? 2 : 0)}%`
