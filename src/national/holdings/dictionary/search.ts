import type { Route } from '../declare/declaration.ts'
import type { Dictionary, DictionaryEntry } from './dictionary.ts'

export interface DictionarySearch {
  /** Words that must all occur, in whatever part of an entry. */
  readonly words?: string
  readonly dataset?: string
  readonly origin?: DictionaryEntry['origin']
  readonly risk?: number
  readonly sensitivity?: string
  readonly route?: Route
}

/** Entries that fit, those with a word in their name or alias first, otherwise in the dictionary’s order. */
export function searchDictionary(
  { entries }: Dictionary,
  search: DictionarySearch,
): readonly DictionaryEntry[] {
  const words = (search.words ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const found = entries.filter(
    (each) =>
      (search.dataset === undefined || each.dataset === search.dataset) &&
      (search.origin === undefined || each.origin === search.origin) &&
      (search.risk === undefined || each.risk === search.risk) &&
      (search.sensitivity === undefined || each.sensitivity === search.sensitivity) &&
      (search.route === undefined || each.route === search.route) &&
      words.every((word) => textOf(each).includes(word)),
  )
  if (words.length === 0) return found
  const near = (each: DictionaryEntry): boolean => {
    const name = `${each.name} ${each.alias} ${each.label}`.toLowerCase()
    return words.some((word) => name.includes(word))
  }
  return [...found.filter(near), ...found.filter((each) => !near(each))]
}

const textOf = ({
  dataset,
  datasetTitle,
  name,
  alias,
  label,
  description,
  concepts,
  item,
}: DictionaryEntry): string =>
  [dataset, datasetTitle, name, alias, label, description, item ?? '', ...concepts].join(' ').toLowerCase()

export interface RatingCell {
  readonly risk: number
  readonly sensitivity: string
  readonly count: number
}

/** How many entries have each rating: rows by identification risk, columns by sensitivity. A is not among them. */
export function ratingMatrix(entries: readonly DictionaryEntry[]): {
  readonly risks: readonly number[]
  readonly sensitivities: readonly string[]
  readonly cells: readonly RatingCell[]
  readonly unrated: number
} {
  const rated = entries.filter(({ risk, sensitivity }) => risk !== null && sensitivity !== null)
  const risks = [...new Set([1, 2, 3, 4, 5, ...rated.map(({ risk }) => risk ?? 0)])].sort((a, b) => a - b)
  const sensitivities = ['B', 'C', 'D', 'E']
  return {
    risks,
    sensitivities,
    cells: risks.flatMap((risk) =>
      sensitivities.map((sensitivity) => ({
        risk,
        sensitivity,
        count: rated.filter((each) => each.risk === risk && each.sensitivity === sensitivity).length,
      })),
    ),
    unrated: entries.length - rated.length,
  }
}
