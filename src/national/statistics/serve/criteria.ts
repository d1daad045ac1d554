import { z } from 'zod'
import type { Facets, TimeFacet } from '../release/index.ts'

/** What is wrong with a request, or worth knowing of it: the place in it as JSONPath. */
export interface Remark {
  readonly message: string
  readonly code: string
  readonly path: string
  readonly detail?: unknown
}

const id = z.string().min(1).max(10)
const levelCodes = [
  'EDA',
  'INST',
  'LA',
  'LAD',
  'LEP',
  'LSIP',
  'MAT',
  'MCA',
  'NAT',
  'OA',
  'PA',
  'PCON',
  'PFA',
  'PROV',
  'REG',
  'RSC',
  'SCH',
  'SPON',
  'WARD',
] as const
const level = z.enum(levelCodes)
const most = 10_000
const timeCode = z
  .string()
  .regex(
    /^(AY|CY|FY|TY)(Q[1-4])?$|^RY$|^T1T2$|^T[123]$|^P[12]$|^M([1-9]|1[0-2])$|^W([1-9]|[1-4]\d|5[0-2])$/,
    'Must be a code of a time period, such as AY, CY, M1 or W20.',
  )
const time = z.strictObject({
  period: z
    .string()
    .regex(/^\d{4}(\/\d{4})?$/, 'Must be a year such as 2020, or two in a row such as 2020/2021.'),
  code: timeCode,
})
const code = z.string().min(1).max(30)
const short = z.string().min(1).max(20)
const location = z.union([
  z.strictObject({ level, id }),
  z.strictObject({ level, code }),
  z.strictObject({ level: z.literal('LA'), oldCode: short }),
  z.strictObject({ level: z.literal('PROV'), ukprn: short }),
  z.strictObject({ level: z.literal('SCH'), laEstab: short }),
  z.strictObject({ level: z.literal('SCH'), urn: short }),
])

const comparators = <T extends z.ZodType>(value: T) => ({
  eq: value.nullish(),
  notEq: value.nullish(),
  in: z.array(value).min(1).max(most).nullish(),
  notIn: z.array(value).min(1).max(most).nullish(),
})

export const facetsShape = z.strictObject({
  filters: z.strictObject(comparators(id)).nullish(),
  geographicLevels: z.strictObject(comparators(level)).nullish(),
  locations: z.strictObject(comparators(location)).nullish(),
  timePeriods: z
    .strictObject({
      ...comparators(time),
      gt: time.nullish(),
      gte: time.nullish(),
      lt: time.nullish(),
      lte: time.nullish(),
    })
    .nullish(),
})

export type FacetCriteria = z.infer<typeof facetsShape>
export type Place = z.infer<typeof location>
export type Time = z.infer<typeof time>
export type Criteria =
  | { readonly and: readonly Criteria[] }
  | { readonly or: readonly Criteria[] }
  | { readonly not: Criteria }
  | { readonly facets: FacetCriteria }

const deepest = 10
const mostNodes = 500

const problems = (error: z.ZodError, path: string): readonly Remark[] =>
  error.issues.map((issue) => ({
    message: issue.message,
    code:
      issue.code === 'too_small'
        ? 'NotEmpty'
        : issue.code === 'unrecognized_keys'
          ? 'UnrecognizedField'
          : 'InvalidValue',
    path: [path, ...issue.path.map(String)].join('.').replaceAll(/\.(\d+)/g, '[$1]'),
  }))

/** Reads the criteria of a request’s body; as many faults at once as there are. */
export function readCriteria(
  body: unknown,
  errors: Remark[],
  path = '$.criteria',
  depth = 0,
  nodes = { left: mostNodes },
): Criteria | null {
  if (depth > deepest || nodes.left-- <= 0) {
    errors.push({ message: 'The criteria are too deep or too many.', code: 'TooComplex', path })
    return null
  }
  const keys = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.keys(body) : []
  const value = body as Record<string, unknown>
  if (keys.length === 1 && (keys[0] === 'and' || keys[0] === 'or')) {
    const name = keys[0]
    const below = value[name]
    if (!Array.isArray(below) || below.length === 0) {
      errors.push({ message: 'Must not be empty.', code: 'NotEmpty', path: `${path}.${name}` })
      return null
    }
    const read = below.flatMap(
      (each, i) => readCriteria(each, errors, `${path}.${name}[${String(i)}]`, depth + 1, nodes) ?? [],
    )
    return name === 'and' ? { and: read } : { or: read }
  }
  if (keys.length === 1 && keys[0] === 'not') {
    const read = readCriteria(value['not'], errors, `${path}.not`, depth + 1, nodes)
    return read && { not: read }
  }
  const read = facetsShape.safeParse(body)
  if (!read.success) {
    errors.push(...problems(read.error, path))
    return null
  }
  return { facets: read.data }
}

/** Criteria as a condition on a cube, with what its facets don’t know as warnings. Only numbers and our own names stand in it. */
export function conditionOf(
  criteria: Criteria,
  facets: Facets,
  warnings: Remark[],
  path = '$.criteria',
): string {
  if ('and' in criteria)
    return joined(
      criteria.and.map((each, i) => conditionOf(each, facets, warnings, `${path}.and[${String(i)}]`)),
      'AND',
    )
  if ('or' in criteria)
    return joined(
      criteria.or.map((each, i) => conditionOf(each, facets, warnings, `${path}.or[${String(i)}]`)),
      'OR',
    )
  if ('not' in criteria) return `NOT ${conditionOf(criteria.not, facets, warnings, `${path}.not`)}`
  const { filters, geographicLevels, locations, timePeriods } = criteria.facets
  const parts: string[] = []
  function compared<T>(
    given:
      | {
          readonly eq?: T | null | undefined
          readonly notEq?: T | null | undefined
          readonly in?: readonly T[] | null | undefined
          readonly notIn?: readonly T[] | null | undefined
        }
      | null
      | undefined,
    facet: string,
    find: (value: T) => readonly (readonly [string, number])[],
  ): void {
    for (const name of ['eq', 'notEq', 'in', 'notIn'] as const) {
      const value = given?.[name]
      if (value === null || value === undefined) continue
      const values = (Array.isArray(value) ? value : [value]) as readonly T[]
      const missing = values.filter((each) => find(each).length === 0)
      if (missing.length > 0) warnings.push(notFound(facet, `${path}.${facet}.${name}`, missing))
      const any = anyOf(values.flatMap(find))
      parts.push(name.startsWith('not') ? `NOT ${any}` : any)
    }
  }
  compared(filters, 'filters', (item: string) =>
    facets.filters.flatMap(({ items }, f) => {
      const at = items.findIndex((each) => each.id === item)
      return at < 0 ? [] : [[`f${String(f)}`, at] as const]
    }),
  )
  compared(geographicLevels, 'geographicLevels', (one) =>
    facets.levels.filter((each) => each.code === one).map(({ at }) => ['g', at] as const),
  )
  compared(locations, 'locations', (place) => placesOf(place, facets))
  const indexed = timesIndexed(facets)
  compared(timePeriods, 'timePeriods', (one) => indexed(one, '=').map((t) => ['t', t] as const))
  for (const [name, sign] of [
    ['gt', '>'],
    ['gte', '>='],
    ['lt', '<'],
    ['lte', '<='],
  ] as const) {
    const value = timePeriods?.[name]
    if (value) parts.push(anyOf(indexed(value, sign).map((t) => ['t', t] as const)))
  }
  return joined(parts, 'AND')
}

const joined = (parts: readonly string[], by: 'AND' | 'OR'): string =>
  parts.length === 0 ? 'TRUE' : `(${parts.join(` ${by} `)})`

function anyOf(found: readonly (readonly [string, number])[]): string {
  const columns = Map.groupBy(found, ([column]) => column)
  if (columns.size === 0) return 'FALSE'
  return `(${[...columns].map(([column, at]) => (at.length === 1 ? `${column} = ${String(at[0]?.[1])}` : `${column} IN (${at.map(([, n]) => n).join(', ')})`)).join(' OR ')})`
}

const notFound = (facet: string, path: string, items: readonly unknown[]): Remark => ({
  message: 'One or more of these could not be found in the data set.',
  code: `${facet.charAt(0).toUpperCase()}${facet.slice(1)}NotFound`,
  path,
  detail: { items },
})

function placesOf(place: Place, facets: Facets): readonly (readonly [string, number])[] {
  const group = facets.locations.find(({ level: one }) => one === place.level)
  return (group?.options ?? []).flatMap((option, at) => {
    const same =
      'id' in place
        ? option.id === place.id
        : 'code' in place
          ? option.code === place.code
          : 'oldCode' in place
            ? option.other === place.oldCode
            : 'ukprn' in place
              ? option.code === place.ukprn
              : 'laEstab' in place
                ? option.other === place.laEstab
                : option.code === place.urn
    return same ? [[`l_${place.level}`, at] as const] : []
  })
}

const numberIn = (text: string): number => (text === 'T1T2' ? 2.5 : Number(/\d+$/.exec(text)?.[0] ?? 0))

/** Positions of the periods that stand so to a given one. A single year under a code of two years is the year that begins then. */
function timesIndexed({
  timePeriods,
}: Facets): (asked: Time, sign: '=' | '>' | '>=' | '<' | '<=') => readonly number[] {
  const rank = (year: string, one: string): number => Number(year.slice(0, 4)) * 1000 + numberIn(one) * 10
  return (asked, sign) =>
    timePeriods.flatMap((each: TimeFacet, at) => {
      if (asked.period.includes('/') && !each.period.includes('/')) return []
      const order = rank(each.period, each.code) - rank(asked.period, asked.code)
      const same = order === 0 && each.code === asked.code
      const holds =
        sign === '='
          ? same
          : sign === '>'
            ? order > 0
            : sign === '>='
              ? order > 0 || same
              : sign === '<'
                ? order < 0
                : order < 0 || same
      return holds ? [at] : []
    })
}
