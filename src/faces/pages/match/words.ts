import type { PairReason, PairState, Verdict } from '../../../national/match/index.ts'
import type { TagView } from '../frame/tag.ts'

export const whyWords: Readonly<Record<PairReason, string>> = {
  between: 'The weights neither join them nor part them.',
  numbers: 'All else speaks for one child, but both have a valid pupil number, and the two differ.',
  tie: 'Each could be joined with another as well: both can’t be.',
  apart: 'All else speaks for one child, but both stand in one school’s return.',
  sample: 'They are joined. Some of those are looked at, to know how often that is right.',
}

export const stateTags: Readonly<Record<PairState, TagView>> = {
  open: { text: 'Waits', colour: 'yellow' },
  second: { text: 'Needs a second opinion', colour: 'purple' },
  decided: { text: 'Decided', colour: 'green' },
  gone: { text: 'Settled since', colour: 'grey' },
}

export const verdictWords: Readonly<Record<Verdict, string>> = {
  same: 'The same child',
  'not-same': 'Two children',
  unsure: 'Can’t be told',
}

export const percent = (share: number | null): string =>
  share === null ? '–' : share === 1 ? '100%' : `${(100 * Math.min(share, 0.9999)).toFixed(2)}%`

const groupKinds: Readonly<Record<string, string>> = {
  sex: 'Sex',
  ethnicity: 'Ethnic group',
  language: 'Language',
  deprivation: 'Deprivation',
}
export const groupWords = (kind: string, group: string): string => `${groupKinds[kind] ?? kind}: ${group}`

/** Bits with their sign, as a person adds them up. */
export const bits = (weight: number): string => `${weight < 0 ? '−' : '+'}${Math.abs(weight).toFixed(1)}`
