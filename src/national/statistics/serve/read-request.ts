import { facetsShape, readCriteria, type Criteria, type Remark } from './criteria.ts'

export interface Sort {
  readonly field: string
  readonly direction: 'Asc' | 'Desc'
}

export interface QueryRequest {
  readonly criteria: Criteria | null
  /** Null: all. */
  readonly indicators: readonly string[] | null
  readonly sorts: readonly Sort[]
  readonly debug: boolean
  readonly page: number
  readonly pageSize: number
}

export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: readonly Remark[] }

/** A whole number from 1 to a bound; else a fault. */
export function readPage(
  value: unknown,
  path: string,
  usual: number,
  most: number,
  errors: Remark[],
): number {
  if (value === undefined || value === null) return usual
  const number = typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > most) {
    errors.push({
      message: `Must be a whole number from 1 to ${String(most)}.`,
      code: 'InclusiveBetween',
      path,
      detail: { value },
    })
    return usual
  }
  return number
}

const mostPages = 1_000_000_000

function readSort(value: unknown, path: string, errors: Remark[]): readonly Sort[] {
  const { field, direction } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >
  if (
    typeof field === 'string' &&
    field !== '' &&
    field.length <= 40 &&
    (direction === 'Asc' || direction === 'Desc')
  )
    return [{ field, direction }]
  errors.push({ message: 'Must have a field and a direction, Asc or Desc.', code: 'InvalidValue', path })
  return []
}

/** The body of POST. */
export function readBody(body: unknown): Read<QueryRequest> {
  const errors: Remark[] = []
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { ok: false, errors: [{ message: 'Must be an object.', code: 'InvalidValue', path: '$' }] }
  const given = body as Record<string, unknown>
  const known = ['criteria', 'indicators', 'sorts', 'debug', 'page', 'pageSize']
  for (const name of Object.keys(given))
    if (!known.includes(name))
      errors.push({ message: 'There is no such field.', code: 'UnrecognizedField', path: `$.${name}` })
  const criteria =
    given['criteria'] === undefined || given['criteria'] === null
      ? null
      : readCriteria(given['criteria'], errors)
  const { indicators, sorts, debug } = given
  if (
    indicators !== undefined &&
    indicators !== null &&
    !(
      Array.isArray(indicators) &&
      indicators.length > 0 &&
      indicators.every((one) => typeof one === 'string' && one !== '' && one.length <= 40)
    )
  )
    errors.push({
      message: 'Must be a list of ids of indicators.',
      code: 'InvalidValue',
      path: '$.indicators',
    })
  if (debug !== undefined && debug !== null && typeof debug !== 'boolean')
    errors.push({ message: 'Must be true or false.', code: 'InvalidValue', path: '$.debug' })
  if (sorts !== undefined && sorts !== null && !Array.isArray(sorts))
    errors.push({ message: 'Must be a list.', code: 'InvalidValue', path: '$.sorts' })
  const value: QueryRequest = {
    criteria,
    indicators: Array.isArray(indicators) ? (indicators as readonly string[]) : null,
    sorts: Array.isArray(sorts)
      ? sorts.flatMap((one, i) => readSort(one, `$.sorts[${String(i)}]`, errors))
      : [],
    debug: debug === true,
    page: readPage(given['page'], '$.page', 1, mostPages, errors),
    pageSize: readPage(given['pageSize'], '$.pageSize', 1000, 10_000, errors),
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, value }
}

const facetNames = ['filters', 'geographicLevels', 'locations', 'timePeriods'] as const
const lists = ['in', 'notIn']

/** `LA|code|E08000019` */
function placeOf(text: string): unknown {
  const [level, property = '', ...rest] = text.split('|')
  return { level, [property]: rest.join('|') }
}

/** `2020/2021|AY` */
function timeOf(text: string): unknown {
  const [period, code] = text.split('|')
  return { period, code }
}

/** The parameters of GET; a list may be given by commas or by naming the parameter again, with or without `[n]`. */
export function readParameters(search: URLSearchParams): Read<QueryRequest> {
  const errors: Remark[] = []
  const all = new Map<string, string[]>()
  for (const [name, value] of search) {
    const bare = name.replace(/\[\d*\]$/, '')
    all.set(bare, [...(all.get(bare) ?? []), value])
  }
  const known = ['dataSetVersion', 'indicators', 'sorts', 'debug', 'page', 'pageSize']
  const listOf = (name: string): readonly string[] | null =>
    all
      .get(name)
      ?.flatMap((value) => value.split(','))
      .filter((value) => value !== '') ?? null
  const facets: Record<string, Record<string, unknown>> = {}
  for (const name of all.keys()) {
    if (known.includes(name)) continue
    const [facet = '', comparator = '', ...more] = name.split('.')
    if (!(facetNames as readonly string[]).includes(facet) || comparator === '' || more.length > 0) {
      errors.push({ message: 'There is no such parameter.', code: 'UnrecognizedField', path: name })
      continue
    }
    const read =
      facet === 'locations' ? placeOf : facet === 'timePeriods' ? timeOf : (text: string): unknown => text
    const values = (listOf(name) ?? []).map(read)
    facets[facet] = { ...facets[facet], [comparator]: lists.includes(comparator) ? values : values[0] }
  }
  const parsed = facetsShape.safeParse(facets)
  if (!parsed.success)
    errors.push(
      ...parsed.error.issues.map((issue) => ({
        message: issue.message,
        code:
          issue.code === 'too_small'
            ? 'NotEmpty'
            : issue.code === 'unrecognized_keys'
              ? 'UnrecognizedField'
              : 'InvalidValue',
        path: issue.path
          .map(String)
          .join('.')
          .replaceAll(/\.(\d+)/g, '[$1]'),
      })),
    )
  const sorts = (listOf('sorts') ?? []).flatMap((text, i): readonly Sort[] => {
    const at = text.lastIndexOf('|')
    return readSort(
      { field: text.slice(0, at), direction: text.slice(at + 1) },
      `sorts[${String(i)}]`,
      errors,
    )
  })
  const debug = all.get('debug')?.[0]
  if (debug !== undefined && !/^(true|false)$/i.test(debug))
    errors.push({ message: 'Must be true or false.', code: 'InvalidValue', path: 'debug' })
  const value: QueryRequest = {
    criteria: parsed.success && Object.keys(facets).length > 0 ? { facets: parsed.data } : null,
    indicators: listOf('indicators'),
    sorts,
    debug: debug?.toLowerCase() === 'true',
    page: readPage(all.get('page')?.[0], 'page', 1, mostPages, errors),
    pageSize: readPage(all.get('pageSize')?.[0], 'pageSize', 1000, 10_000, errors),
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, value }
}
