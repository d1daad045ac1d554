import type { RefusalCode } from '../../../core/vocabulary/index.ts'
import { refusalWords } from './codes.ts'
import { number } from './numbers.ts'

/** "No consent yet (312), Parents disagree (2)": the most frequent first. */
export const withheldWords = (reasons: ReadonlyMap<RefusalCode, number>): string =>
  [...reasons]
    .sort((a, b) => b[1] - a[1])
    .map(([code, pupils]) => `${refusalWords[code]} (${number(pupils)})`)
    .join(', ')
