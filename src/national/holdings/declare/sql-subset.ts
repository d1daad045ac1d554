import { fail, ok, type Result } from '../../../core/vocabulary/index.ts'

const words = new Set(
  `select from where group by as and or not in is null case when then else end distinct join left inner on with over
  partition order asc desc between cast try_cast bigint integer varchar date union all having nulls first last`.split(
    /\s+/,
  ),
)
const functions = new Set(
  `count sum min max coalesce nullif upper lower trim substr row_number mod length abs`.split(/\s+/),
)
/** Functions whose answer depends on the engine, its threads or its luck, with what to write in their place. */
const refused: Readonly<Record<string, string>> = {
  avg: 'An average is a sum and a count: keep both, and divide once where it is shown.',
  first: 'Use min or max by a declared key, or row_number over a total order.',
  last: 'Use min or max by a declared key, or row_number over a total order.',
  any_value: 'Use min or max by a declared key.',
  list: 'Rows are kept as rows.',
  array_agg: 'Rows are kept as rows.',
  random: 'The same returns give the same rows.',
  approx_count_distinct: 'Count exactly.',
  approx_quantile: 'Count exactly.',
  stddev: 'No sums of broken numbers.',
  now: 'The day is a parameter.',
  read_parquet: 'Data sets are named; files are not.',
  read_csv: 'Data sets are named; files are not.',
}

export interface SubsetFault {
  readonly what: string
  readonly todo: string
}

const token =
  /\s+|('(?:[^']|'')*')|("(?:[^"]|"")*")|([A-Za-z_][A-Za-z0-9_]*)|([0-9]+(?:\.[0-9]+)?)|(<>|<=|>=|\|\||[-+*=<>(),.])|([\s\S])/g

/**
 * Whether SQL stays in the subset that engines answer alike (select, inner and left join, filter, group by, count, sum of whole
 * numbers, min, max, case, row_number over an order), and reads only what it may. Not a parser: what is not known is refused.
 */
export function checkSubset(sql: string, tables: ReadonlySet<string>): Result<void, SubsetFault> {
  const tokens: { readonly kind: 'text' | 'name' | 'number' | 'sign'; readonly value: string }[] = []
  for (const [whole, quotedText, quotedName, word, number, sign, other] of sql.matchAll(token)) {
    if (whole.startsWith('--') || whole.startsWith('/*')) return no(whole, 'Leave comments outside.')
    if (quotedText !== undefined) tokens.push({ kind: 'text', value: quotedText })
    else if (quotedName !== undefined) tokens.push({ kind: 'name', value: quotedName.slice(1, -1) })
    else if (word !== undefined) tokens.push({ kind: 'name', value: word })
    else if (number !== undefined) {
      if (number.includes('.'))
        return no(number, 'Whole numbers alone: a broken one is a numerator and a denominator.')
      tokens.push({ kind: 'number', value: number })
    } else if (sign !== undefined) tokens.push({ kind: 'sign', value: sign })
    else if (other === '/')
      return no('/', 'Keep numerator and denominator; a bare division differs between engines.')
    else if (other !== undefined)
      return no(other, 'Use names, whole numbers, texts and the signs of the subset.')
  }
  const known = new Set([...tables].map((each) => each.toLowerCase()))
  for (const [at, { kind, value }] of tokens.entries()) {
    const before = tokens[at - 1]
    const beforeThat = tokens[at - 2]
    const next = tokens[at + 1]
    const small = value.toLowerCase()
    if (kind === 'sign' && value === '-' && before?.value === '-') return no('--', 'Leave comments outside.')
    const isAfterFrom =
      ['from', 'join'].includes(before?.value.toLowerCase() ?? '') && before?.kind === 'name'
    if (isAfterFrom && kind !== 'name' && value !== '(') return no(value, 'Name a data set.')
    if (kind !== 'name') continue
    if (small === 'from' && hasComma(tokens.slice(at + 1).map((each) => each.value.toLowerCase())))
      return no(',', 'Say how tables belong together: join … on ….')
    // A name that begins a common table: `with x as (` or `), x as (`.
    if (next?.value.toLowerCase() === 'as' && tokens[at + 2]?.value === '(') {
      if (before?.value.toLowerCase() === 'with' || (before?.value === ',' && beforeThat?.value === ')')) {
        known.add(small)
        continue
      }
    }
    const afterFrom = ['from', 'join'].includes(before?.value.toLowerCase() ?? '')
    if (afterFrom && !known.has(small)) return no(value, `It may read ${[...known].join(', ')}.`)
    if (next?.value === '(' && !words.has(small) && !functions.has(small) && !afterFrom)
      return no(value, refused[small] ?? 'It is not one of the functions that every engine answers alike.')
    if (next?.value === '(' && before?.value !== '.' && refused[small]) return no(value, refused[small])
    if (small === 'over' && !overInOrder(tokens.slice(at + 1).map((each) => each.value.toLowerCase())))
      return no('over', 'Give row_number an order: order by, within over (…).')
    if (
      [
        'insert',
        'update',
        'delete',
        'copy',
        'attach',
        'pragma',
        'set',
        'create',
        'drop',
        'limit',
        'using',
      ].includes(small) &&
      before?.value !== '.'
    )
      return no(value, 'Write one select.')
  }
  return ok(undefined)
}

/** Whether the tables of a from clause are only put side by side. */
function hasComma(rest: readonly string[]): boolean {
  let depth = 0
  for (const each of rest) {
    if (each === '(') depth++
    else if (each === ')' && --depth < 0) return false
    else if (depth === 0 && ['where', 'group', 'order', 'having', 'union', 'on'].includes(each)) return false
    else if (depth === 0 && each === ',') return true
  }
  return false
}

function overInOrder(rest: readonly string[]): boolean {
  const end = rest.indexOf(')')
  return rest[0] === '(' && rest.slice(0, depthEnd(rest, end)).includes('order')
}

/** Where the bracket that opens at the beginning is closed. */
function depthEnd(rest: readonly string[], least: number): number {
  let depth = 0
  for (const [at, each] of rest.entries()) {
    if (each === '(') depth++
    if (each === ')' && --depth === 0) return at
  }
  return least
}

const no = (what: string, todo: string): Result<void, SubsetFault> => fail({ what, todo })
