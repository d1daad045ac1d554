import { createHmac, hash } from 'node:crypto'
import { parseWritten, writeCsv } from '../../../core/standards/csv/index.ts'
import { GatehouseError, type ItemId } from '../../../core/vocabulary/index.ts'
import type { AnalyticsRow, Lane } from '../../../core/analytics/index.ts'
import type { CompiledPart } from './compile-agreement.ts'

export interface BuiltFile {
  readonly name: string
  readonly dataSet: string
  readonly year: number
  readonly bytes: Uint8Array
  readonly sha256: string
  readonly rows: number
  readonly items: readonly string[]
}

export interface Built {
  readonly files: readonly BuiltFile[]
  /** By matching reference: the items that leave of the person, and whether there was a value. */
  readonly people: ReadonlyMap<string, ReadonlyMap<ItemId, boolean>>
  /** Rows of the holdings that the decision kept back, by its reasons. */
  readonly withheld: Readonly<Record<string, number>>
}

const places = ['la_code', 'urn'] as const

/** A code for one person in one project; with another project's key it is another, and neither leads to the reference. */
export const pseudonym = (key: Uint8Array, pmr: string): string =>
  createHmac('sha256', key).update(pmr).digest('hex').slice(0, 32)

/** An SQL text; only names that the declarations know and numbers are ever put beside one. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
const named = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * Reads out of the holdings what the decision permits and nothing else. Set-wise: pupils who can't be told apart by anything
 * that the decision looks at (year, authority, school) are decided once, and the file is built from the permits.
 */
export async function buildFiles(
  parts: readonly CompiledPart[],
  holdings: Lane,
  key: Uint8Array,
): Promise<Built> {
  const people = new Map<string, Map<ItemId, boolean>>()
  const withheld: Record<string, number> = {}
  const files: BuiltFile[] = []
  for (const part of parts) {
    const file = await buildFile(part, holdings, key, people, withheld)
    if (file) files.push(file)
  }
  return { files, people, withheld }
}

interface Permit {
  readonly laCode: string
  readonly urn: string
  readonly items: string
}

async function buildFile(
  part: CompiledPart,
  holdings: Lane,
  key: Uint8Array,
  people: Map<string, Map<ItemId, boolean>>,
  withheld: Record<string, number>,
): Promise<BuiltFile | null> {
  const permits = await permitsOf(part, holdings, withheld)
  if (permits.length === 0) return null
  const permitted = part.columns.filter((column) =>
    permits.some(({ items }) => items.includes(` ${part.idOf(column.name)} `)),
  )
  const open = new Map(permits.map((permit) => [`${permit.laCode}/${permit.urn}`, permit]))
  const names = permitted.map(({ name }) => name)
  const select = ['pmr', ...new Set([...names, ...places])].map(named).join(', ')
  const rows = await holdings.rows(
    `select ${select} from ${named(part.dataSet)} where academic_year = ${String(part.year)} and pmr is not null`,
  )
  const header = ['pupil', ...names]
  const lines: string[][] = []
  for (const row of rows) {
    const permit = open.get(`${String(row['la_code'])}/${String(row['urn'])}`)
    if (!permit) continue
    const pmr = String(row['pmr'])
    const items = people.get(pmr) ?? new Map<ItemId, boolean>()
    people.set(pmr, items)
    items.set(part.person, true)
    for (const name of names)
      items.set(part.idOf(name), (items.get(part.idOf(name)) ?? false) || row[name] != null)
    lines.push([pseudonym(key, pmr), ...names.map((name) => written(row, name))])
  }
  // In the order of codes that mean nothing: the holdings' own order would tell who follows whom.
  lines.sort((a, b) => (a.join('\t') < b.join('\t') ? -1 : 1))
  const bytes = Buffer.from(writeCsv([header, ...lines], { formula: 'prefix' }))
  checkEgress(bytes, header, lines, people)
  return {
    name: `${part.dataSet}-${String(part.year)}.csv`,
    dataSet: part.dataSet,
    year: part.year,
    bytes,
    sha256: hash('sha256', bytes),
    rows: lines.length,
    items: permitted.map(({ name }) => part.idOf(name)),
  }
}

const written = (row: AnalyticsRow, name: string): string => {
  const value = row[name] as string | number | bigint | boolean | Date | null | undefined
  return value == null ? '' : value instanceof Date ? value.toISOString().slice(0, 10) : String(value)
}

/** Each kind of pupil that the decision can tell from another, decided by the core. */
async function permitsOf(
  part: CompiledPart,
  holdings: Lane,
  withheld: Record<string, number>,
): Promise<readonly Permit[]> {
  const kinds = await holdings.rows(
    `select la_code, urn, count(*) as n from ${named(part.dataSet)} where academic_year = ${String(part.year)} and pmr is not null group by la_code, urn order by la_code, urn`,
  )
  return kinds.flatMap((kind) => {
    const [laCode, urn] = [String(kind['la_code']), String(kind['urn'])]
    const facts = {
      pupilId: '',
      values: {
        [part.idOf('academic_year')]: part.year,
        [part.idOf('la_code')]: laCode,
        [part.idOf('urn')]: urn,
      },
      choices: [],
      marks: [],
      holders: [],
    }
    const outcome = [part.person, ...part.columns.map(({ name }) => part.idOf(name))].map((item) =>
      part.compiled.decide(facts, item),
    )
    const outside = outcome.some(
      (each) => each.outcome === 'refuse' && each.reasons.some(({ code }) => code === 'not-in-population'),
    )
    if (outside) return []
    for (const each of outcome)
      if (each.outcome === 'refuse')
        for (const code of new Set(each.reasons.map((reason) => reason.code)))
          withheld[code] = (withheld[code] ?? 0) + Number(kind['n'])
    const permits = outcome.filter((each) => each.outcome === 'permit').map(({ item }) => item)
    return permits.includes(part.person) && permits.length > 1
      ? [{ laCode, urn, items: ` ${permits.join(' ')} ` }]
      : []
  })
}

/** Reads the bytes again: the columns and rows that were permitted, no other, and no matching reference among them. */
function checkEgress(
  bytes: Uint8Array,
  header: readonly string[],
  lines: readonly (readonly string[])[],
  people: ReadonlyMap<string, unknown>,
): void {
  const read = parseWritten(bytes, 'prefix')
  const wrong = (why: string): never => {
    throw new GatehouseError('not-allowed', 'The file is not what was permitted; nothing leaves.', { why })
  }
  if (read.header.join('\t') !== header.join('\t')) wrong('Its columns are others.')
  if (read.rows.length !== lines.length) wrong('It has another number of rows.')
  read.rows.forEach((row, i) => {
    if (row.some((cell, j) => cell !== lines[i]?.[j]?.normalize('NFC'))) wrong('A cell is another.')
    if (row.some((cell) => people.has(cell))) wrong('A matching reference is in it.')
  })
}

/** The schools whose pupils these columns are permitted of: for a question that is answered inside. */
export async function schoolsOf(
  part: CompiledPart,
  holdings: Lane,
  columns: readonly string[],
): Promise<readonly { readonly laCode: string; readonly urn: string; readonly year: number }[]> {
  const permits = await permitsOf(part, holdings, {})
  return permits
    .filter(({ items }) => columns.every((column) => items.includes(` ${part.idOf(column)} `)))
    .map(({ laCode, urn }) => ({ laCode, urn, year: part.year }))
}
