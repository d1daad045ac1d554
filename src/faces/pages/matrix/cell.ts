import type { RefusalCode } from '../../../core/vocabulary/index.ts'
import { refusalWords } from '../words/codes.ts'
import { count, number } from '../words/numbers.ts'
import type { ItemTally } from './tally.ts'

export type CellKind = 'all' | 'some' | 'none' | 'off' | 'unlisted'

/** One square of the matrix. The sign and number say what the colour says; `words` says it to a screen reader. */
export interface Cell {
  readonly kind: CellKind
  readonly sign: string
  readonly number: string
  readonly words: string
}

export const signs: Readonly<Record<CellKind, string>> = {
  all: '✓',
  some: '◐',
  none: '✕',
  off: '–',
  unlisted: '·',
}

/** The whole agreement is shut, whoever the pupil: conditions 1 and 2 of the decision. */
const shutting: ReadonlySet<RefusalCode> = new Set([
  'agreement-off',
  'agreement-not-approved',
  'agreement-not-in-force',
  'review-overdue',
  'recipient-identity',
  'recipient-contract',
  'recipient-key',
  'recipient-transfer',
])

export const isShut = (refused: ReadonlyMap<RefusalCode, number>): boolean =>
  [...refused.keys()].some((code) => shutting.has(code))

const because = (refused: ReadonlyMap<RefusalCode, number>): string =>
  [...refused]
    .sort((a, b) => b[1] - a[1])
    .map(([code, pupils]) => `${refusalWords[code]}: ${pupils}`)
    .join('; ')

export function cellFor(item: ItemTally | undefined, population: number): Cell {
  const cell = (kind: CellKind, numberText: string, words: string): Cell => ({
    kind,
    sign: signs[kind],
    number: numberText,
    words,
  })
  if (!item) return cell('unlisted', '', 'not in the agreement')
  if (population === 0) return cell('off', '', 'no pupil is covered at present')
  if (item.permitted === population)
    return cell('all', number(population), `shared for all ${count(population, 'pupil')} covered`)
  if (item.permitted > 0) {
    return cell(
      'some',
      number(item.permitted),
      `shared for ${item.permitted} of ${count(population, 'pupil')}. ${because(item.refused)}`,
    )
  }
  if (isShut(item.refused)) return cell('off', '', `nothing is shared. ${because(item.refused)}`)
  return cell('none', '0', `shared for none of ${count(population, 'pupil')}. ${because(item.refused)}`)
}
