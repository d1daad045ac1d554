import { cell, rows, weights } from './data.ts'
import type { Random, Weighted } from './random.ts'

/** A row of `origins.csv`: what families of one origin draw from. */
export interface Origin {
  readonly id: string
  readonly weight: number
  readonly names: string
  readonly surnames: string
  readonly ethnicity: readonly Weighted<string>[]
  readonly languages: readonly Weighted<string>[]
  readonly englishAtHome: number
  readonly religions: readonly Weighted<string>[]
}

export const origins: readonly Origin[] = rows('origins').map((row) => ({
  id: cell(row, 'origin'),
  weight: Number(cell(row, 'weight')),
  names: cell(row, 'names'),
  surnames: cell(row, 'surnames'),
  ethnicity: weights(cell(row, 'ethnicity')),
  languages: weights(cell(row, 'languages')),
  englishAtHome: Number(cell(row, 'english_at_home')),
  religions: weights(cell(row, 'religions')),
}))

const weightedOrigins = origins.map((value) => ({ value, weight: value.weight }))

export const anyOrigin = (random: Random): Origin => random.weighted(weightedOrigins)

export function origin(id: string): Origin {
  const found = origins.find((one) => one.id === id)
  if (!found) throw new Error(`origins.csv has no origin ${id}`)
  return found
}

export type Sex = 'M' | 'F'

const children = groupBy(
  rows('forenames').flatMap((row) =>
    cell(row, 'origins')
      .split(' ')
      .map((from) => [`${from}/${cell(row, 'sex')}`, cell(row, 'forename')] as const),
  ),
)
const adults = groupBy(
  rows('adult-forenames').map(
    (row) => [`${cell(row, 'origin')}/${cell(row, 'sex')}`, cell(row, 'forename')] as const,
  ),
)
const surnames = groupBy(
  rows('surnames').map(
    (row) =>
      [
        cell(row, 'origin'),
        { common: cell(row, 'surname'), feminine: cell(row, 'feminine') || cell(row, 'surname') },
      ] as const,
  ),
)

/** A child's forename that `taken` doesn't hold: no two siblings share one. */
export function childForename(random: Random, from: Origin, sex: Sex, taken: ReadonlySet<string>): string {
  const list = (children.get(`${from.names}/${sex}`) ?? []).filter((name) => !taken.has(name))
  return random.pick(list)
}

export const adultForename = (random: Random, from: Origin, sex: Sex): string =>
  random.pick(adults.get(`${from.names}/${sex}`) ?? [])

const shortForms = new Map(rows('known-as').map((row) => [cell(row, 'forename'), cell(row, 'known_as')]))

/** What a child of this forename is called, where people call it otherwise; blank where not. */
export const knownAs = (forename: string): string => shortForms.get(forename) ?? ''

/** A family's name: what men and women of the family carry (Kowalski and Kowalska, Singh and Kaur). */
export interface FamilyName {
  readonly common: string
  readonly feminine: string
}

export const familyName = (random: Random, from: Origin): FamilyName =>
  random.pick(surnames.get(from.surnames) ?? [])

export const surnameFor = (name: FamilyName, sex: Sex): string => (sex === 'F' ? name.feminine : name.common)

/** Letters without marks, for an e-mail address. */
export const plainLetters = (text: string): string =>
  text
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()

function groupBy<T>(pairs: readonly (readonly [string, T])[]): ReadonlyMap<string, readonly T[]> {
  const map = new Map<string, T[]>()
  for (const [key, value] of pairs) {
    const list = map.get(key)
    if (list) list.push(value)
    else map.set(key, [value])
  }
  return map
}
