import { createHash } from 'node:crypto'
import {
  columnsOfLevel,
  filtersOf,
  indicatorsOf,
  timeGroupOf,
  type EesMeta,
  type EesStandards,
} from '../../../core/standards/ees/index.ts'

/** What a version can be asked by: every filter, indicator, place and period with its id in the query API. */
export interface Facets {
  readonly filters: readonly FilterFacet[]
  readonly indicators: readonly IndicatorFacet[]
  /** `at` is the number that stands for the level in the cube. */
  readonly levels: readonly { readonly code: string; readonly label: string; readonly at: number }[]
  /** By level, in the order of `levels`. */
  readonly locations: readonly { readonly level: string; readonly options: readonly LocationFacet[] }[]
  /** From the earliest to the latest. */
  readonly timePeriods: readonly TimeFacet[]
}

export interface FilterFacet {
  readonly id: string
  readonly column: string
  readonly label: string
  readonly hint: string
  readonly default: string
  readonly items: readonly { readonly id: string; readonly label: string }[]
}

export interface IndicatorFacet {
  readonly id: string
  readonly column: string
  readonly label: string
  readonly unit: string
  readonly decimalPlaces: number | null
}

/** `code` and `other` mean what the level's columns mean: URN and establishment number of a school, and so on. */
export interface LocationFacet {
  readonly id: string
  readonly label: string
  readonly code: string
  readonly other: string
}

export interface TimeFacet {
  readonly code: string
  /** `2025` or `2025/2026`. */
  readonly period: string
  readonly label: string
  /** As in the file. */
  readonly timePeriod: string
  readonly identifier: string
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** A short opaque name that is the same in every version of the data set. */
export function shortId(...of: readonly string[]): string {
  let number = createHash('sha256').update(of.join('\u0001')).digest().readBigUInt64BE()
  let id = ''
  while (id.length < 8) {
    id += alphabet.charAt(Number(number % 62n))
    number /= 62n
  }
  return id
}

/** A UUID that a name always has. */
export function uuidOf(...of: readonly string[]): string {
  const hex = createHash('sha256').update(of.join('\u0001')).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

export const periodOf = (timePeriod: string): string =>
  timePeriod.length === 6
    ? `${timePeriod.slice(0, 4)}/${String(Number(timePeriod.slice(0, 4)) + 1)}`
    : timePeriod

const timeLabel = (timePeriod: string, identifier: string): string => {
  const years = timePeriod.length === 6 ? `${timePeriod.slice(0, 4)}/${timePeriod.slice(4)}` : timePeriod
  return ['Academic year', 'Calendar year', 'Reporting year'].includes(identifier)
    ? years
    : `${years} ${identifier}`
}

/** Gathers, row by row, what facets a data file has. */
export function facetGatherer(
  dataSet: string,
  meta: EesMeta,
  header: readonly string[],
  standards: EesStandards,
) {
  const at = (name: string): number => header.indexOf(name)
  const [period, identifier, level] = [at('time_period'), at('time_identifier'), at('geographic_level')]
  const filters = filtersOf(meta).map((filter) => ({
    filter,
    at: at(filter.column),
    items: new Map<string, number>(),
  }))
  const indicators = indicatorsOf(meta).filter(({ column }) => at(column) >= 0)
  const places = standards.levels.map((each) => ({
    level: each,
    code: at(each.codeColumn ?? ''),
    name: at(each.nameColumn),
    other: at(each.otherColumn ?? ''),
    options: new Map<string, number>(),
  }))
  const times = new Map<string, number>()
  const levels = new Set<string>()
  const levelAt = new Map(standards.levels.map(({ name }, i) => [name, i]))
  const optionKey = (cells: readonly string[], { code, name, other }: (typeof places)[number]): string =>
    `${cells[code] ?? ''}\u0001${cells[name] ?? ''}\u0001${cells[other] ?? ''}`
  const number = (map: Map<string, number>, key: string): number => {
    const known = map.get(key)
    if (known !== undefined) return known
    map.set(key, map.size)
    return map.size - 1
  }
  const used = places.filter(({ level: one }) => columnsOfLevel(one).some((column) => at(column) >= 0))

  return {
    /** Positions of a row's facets, in the order met: time, level, places by level of `placeLevels`, filters. */
    row(cells: readonly string[]): readonly number[] {
      const time = number(times, `${cells[period] ?? ''}\u0001${cells[identifier] ?? ''}`)
      const label = cells[level] ?? ''
      levels.add(label)
      const where = used.map((place) =>
        cells[place.name] ? number(place.options, optionKey(cells, place)) : -1,
      )
      return [
        time,
        levelAt.get(label) ?? -1,
        ...where,
        ...filters.map(({ at: i, items }) => number(items, cells[i] ?? '')),
      ]
    },
    values: (cells: readonly string[]): readonly string[] =>
      indicators.map(({ column }) => cells[at(column)] ?? ''),
    placeLevels: used.map(({ level: one }) => one.code),
    /** Everything met, in the order in which it was met. */
    facets(): Facets {
      return {
        filters: filters.map(({ filter, items }) => ({
          id: shortId(dataSet, 'filter', filter.column),
          column: filter.column,
          label: filter.label,
          hint: filter.hint ?? '',
          default: filter.default ?? 'Total',
          items: [...items.keys()].map((label) => ({
            id: shortId(dataSet, 'item', filter.column, label),
            label,
          })),
        })),
        indicators: indicators.map((each) => ({
          id: shortId(dataSet, 'indicator', each.column),
          column: each.column,
          label: each.label,
          unit: each.unit === 'numberstring' ? 'string' : (each.unit ?? ''),
          decimalPlaces: each.decimalPlaces ?? null,
        })),
        levels: standards.levels.flatMap(({ code, name }, i) =>
          levels.has(name) ? [{ code, label: name, at: i }] : [],
        ),
        locations: used.map(({ level: { code }, options }) => ({
          level: code,
          options: [...options.keys()].map((key) => {
            const [own = '', label = '', other = ''] = key.split('\u0001')
            return { id: shortId(dataSet, 'place', code, key), label, code: own, other }
          }),
        })),
        timePeriods: [...times.keys()].map((key) => {
          const [timePeriod = '', name = ''] = key.split('\u0001')
          return {
            code: timeGroupOf(standards, name)?.identifiers[name] ?? '',
            period: periodOf(timePeriod),
            label: timeLabel(timePeriod, name),
            timePeriod,
            identifier: name,
          }
        }),
      }
    },
  }
}

/** Positions of times from the earliest to the latest. */
export const inOrder = (times: readonly TimeFacet[]): readonly number[] =>
  [...times.keys()].toSorted((a, b) => {
    const [one, other] = [times[a], times[b]]
    if (!one || !other) return 0
    return one.timePeriod < other.timePeriod
      ? -1
      : one.timePeriod > other.timePeriod
        ? 1
        : timeRank(one.code) - timeRank(other.code)
  })

/** Weeks and months by their number, terms and quarters likewise; the two terms together after each alone. */
const timeRank = (code: string): number => (code === 'T1T2' ? 2.5 : Number(/\d+$/.exec(code)?.[0] ?? 0))
