import type { Measures } from '../../core/collections/index.ts'
import type { PupilFinding } from './pupil-findings.ts'
import type { ReturnSummary } from './return-summary.ts'

/** A number of the return beside the same of the return before. */
export interface ComparedLine {
  readonly label: string
  readonly now: number
  /** Null: the return before did not count it, or there was none. */
  readonly before: number | null
  /** `asked`: a rule of the collector asks why. `large`: a fifth or more, and five or more, of our own measure. */
  readonly unexpected: 'asked' | 'large' | null
}

export interface ComparedReturns {
  readonly counted: readonly ComparedLine[]
  readonly years: readonly ComparedLine[]
  readonly needs: readonly ComparedLine[]
}

interface Numbers {
  readonly measures: Measures
  readonly summary: ReturnSummary
}

/**
 * The numbers of a return beside those of the return before. `labels` are those of the measures, `found` what the check found:
 * a rule of term on term points at the measures that it asks about.
 */
export function compareReturns(
  now: Numbers,
  before: Numbers | null,
  labels: ReadonlyMap<string, string>,
  found: readonly Pick<PupilFinding, 'severity' | 'items'>[],
): ComparedReturns {
  const asked = new Set(
    found
      .filter(({ severity }) => severity === 'term-on-term')
      .flatMap(({ items }) => items.map((item) => item.split('.').at(-1) ?? item)),
  )
  const lines = (today: Counted, then: Counted | null): readonly ComparedLine[] =>
    [...today]
      .map(([name, { label, value }]) => {
        const last = then?.get(name)?.value ?? null
        return { label, now: value, before: last, unexpected: unexpected(value, last, asked.has(name)) }
      })
      .filter((line) => line.now > 0 || (line.before ?? 0) > 0)
  const of = (each: (numbers: Numbers) => Counted): readonly ComparedLine[] =>
    lines(each(now), before && each(before))
  return {
    counted: of(({ measures, summary }) => {
      const counted = new Map(
        Object.entries(measures).map(([name, value]) => [name, { label: labels.get(name) ?? name, value }]),
      )
      if (!counted.has('headcount'))
        counted.set('headcount', { label: 'Pupils on roll', value: summary.onRoll })
      return counted.set('left', { label: 'Pupils who have left', value: summary.left })
    }),
    years: of(({ summary }) => byLabel(summary.years)),
    needs: of(({ summary }) => byLabel(summary.needs)),
  }
}

type Counted = ReadonlyMap<string, { readonly label: string; readonly value: number }>

const byLabel = (lines: ReturnSummary['years']): Counted =>
  new Map(lines.map(({ label, pupils }) => [label, { label, value: pupils }]))

function unexpected(now: number, before: number | null, asked: boolean): ComparedLine['unexpected'] {
  if (asked) return 'asked'
  const change = Math.abs(now - (before ?? now))
  return change >= 5 && change * 5 >= (before ?? 0) ? 'large' : null
}
