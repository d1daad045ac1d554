import type { TermDefinition } from '../../../core/collections/index.ts'
import type { ColumnType, Relation, RoundPart, SourceColumn, SourceDataset } from '../declare/declaration.ts'
import { recordStatusSql, type Hierarchies } from './record-status-sql.ts'
import { named, parquet, quoted, whole } from './sql-words.ts'

export interface SourcePart {
  readonly of: SourceDataset
  readonly definition: TermDefinition
  readonly part: RoundPart
  readonly academicYear: number
  /** Parquet files by table, of every return of the round. */
  readonly files: ReadonlyMap<string, readonly string[]>
  readonly links: string | null
  readonly hierarchies: Hierarchies
}

export interface SourceSql {
  /** Statements that make what the two queries read. */
  readonly prepare: readonly string[]
  readonly attributes: string
  /** Null: the data set has nothing that identifies. */
  readonly identities: string | null
}

/** Columns that every row of a data set of returns begins with, in its files. */
export const rowColumns = ['academic_year', 'term', 'pmr', 'urn', 'la_code', 'return_id', 'n'] as const

/** The SQL of one part of a data set: items as they were sent, typed, joined to what they belong to and to their person. */
export function sourceSql(source: SourcePart): SourceSql {
  const { of } = source
  const prepare: string[] = []
  const used = usedItems(source)
  const table = (relation: string, name: string): string => {
    const view = `raw$${relation}`
    prepare.push(`CREATE VIEW ${named(view)} AS ${rawSql(source, name, used.get(relation) ?? new Set())}`)
    return named(view)
  }
  const joins: string[] = []
  const record = table('record', named$(of.record, source.part))
  for (const [name, relation] of of.relations) {
    const from = table(name, named$(relation.table, source.part))
    const on = {
      once: '',
      parent: ` AND ${name}.n = record.parent`,
      children: ` AND ${name}.parent = record.${relation.of === 'parent' ? 'parent' : 'n'}`,
    }[relation.joined]
    const rows = relation.joined === 'children' ? `(${childrenSql(source, relation, from)})` : from
    joins.push(`LEFT JOIN ${rows} AS ${name} ON ${name}.return_id = record.return_id${on}`)
  }
  if (of.person !== null && source.links !== null)
    joins.push(
      `LEFT JOIN (SELECT return_id, n, pmr FROM ${parquet([source.links])} WHERE "table" = ${quoted(of.person)}) AS link ON link.return_id = record.return_id AND link.n = record.${of.person === of.record ? 'n' : 'parent'}`,
    )
  for (const group of new Set(of.columns.flatMap(({ group: each }) => (each === null ? [] : [each]))))
    for (const column of of.columns.filter((each) => each.group === group))
      joins.push(
        `LEFT JOIN ${named(`group$${group}`)} AS ${named(`group$${column.name}`)} ON ${named(`group$${column.name}`)}.code = ${reference(column.from ?? '', source.part)}`,
      )
  const where = of.filter === null ? '' : ` WHERE ${expression(of.filter, source)}`
  const from = `FROM ${record} AS record ${joins.join(' ')}${where}`
  const pmr = of.person !== null && source.links !== null ? 'link.pmr' : 'NULL::VARCHAR'
  const fixed = [
    `${whole(source.academicYear)}::BIGINT AS academic_year`,
    `${quoted(source.part.term)} AS term`,
    `CAST(${pmr} AS VARCHAR) AS pmr`,
    `${of.urn === null ? 'NULL::VARCHAR' : reference(of.urn, source.part)} AS urn`,
    `${of.laCode === null ? 'NULL::VARCHAR' : reference(of.laCode, source.part)} AS la_code`,
    'record.return_id AS return_id',
    'record.n AS n',
  ]
  const columns = (those: readonly SourceColumn[]): readonly string[] =>
    those.map((column) => `${columnSql(column, source)} AS ${named(column.name)}`)
  const attributes = of.columns.filter(({ identifies }) => !identifies)
  const identities = of.columns.filter(({ identifies }) => identifies)
  const plain = attributes.filter(({ from: item, sql }) => item !== null || sql !== null)
  const base = `SELECT ${[...fixed, ...columns(plain)].join(', ')} ${from}`
  const rows = of.recordStatus === null ? base : recordStatusSql(base, of.recordStatus, source.hierarchies)
  return {
    prepare,
    attributes: `SELECT ${[...rowColumns, ...attributes.map(({ name }) => named(name))].join(', ')} FROM (${rows}) ORDER BY urn NULLS FIRST, pmr NULLS FIRST, return_id, n`,
    identities:
      identities.length === 0
        ? null
        : `SELECT CAST(${pmr} AS VARCHAR) AS pmr, record.return_id AS return_id, record.n AS n, ${columns(identities).join(', ')} ${from} ORDER BY record.return_id, record.n`,
  }
}

/** `$name` is another item or table in each part of a round. */
const named$ = (text: string, { names }: RoundPart): string =>
  text.replaceAll(/\$([a-zA-Z]+)/g, (_, name: string) => names[name] ?? name)

const reference = (item: string, part: RoundPart): string => {
  const [relation = '', name = ''] = named$(item, part).split('.')
  return `${named(relation)}.${named(name)}`
}

function usedItems({ of, part }: SourcePart): ReadonlyMap<string, Set<string>> {
  const used = new Map<string, Set<string>>()
  const add = (relation: string, item: string): void => {
    used.set(relation, (used.get(relation) ?? new Set()).add(item))
  }
  const scan = (text: string | null, own?: string): void => {
    for (const [, relation = '', item, inQuotes] of named$(text ?? '', part).matchAll(
      /([a-zA-Z]+)\.(?:([a-zA-Z_0-9]+)|"([^"]+)")/g,
    ))
      if (own === undefined || relation === 'item') add(own ?? relation, item ?? inQuotes ?? '')
  }
  for (const text of [of.urn, of.laCode, of.filter, of.stage]) scan(text)
  for (const { from, sql } of of.columns) {
    scan(from)
    scan(sql)
  }
  for (const [name, { columns, codes, joined }] of of.relations) {
    if (joined !== 'children') continue
    used.set(name, new Set())
    for (const text of Object.values(columns)) scan(text, name)
    if (codes) add(name, codes.item)
  }
  for (const [name, { joined }] of of.relations)
    if (joined === 'once') used.set(name, used.get(name) ?? new Set())
  return used
}

const fixedItems = new Set(['return_id', 'n', 'parent'])

/** A table’s records with the items that are asked for, as text; what is absent, or marked as not available, is null. */
function rawSql({ definition, files }: SourcePart, table: string, items: ReadonlySet<string>): string {
  const held = files.get(table) ?? []
  const known = definition.tables.get(table)?.items
  const marker = definition.message.csv?.marker
  const columns = [...items]
    .filter((item) => !fixedItems.has(item))
    .map((item) => {
      if (!known?.has(item) || held.length === 0) return `NULL::VARCHAR AS ${named(item)}`
      const text = `nullif(trim(${named(item)}), '')`
      return `${marker === undefined ? text : `nullif(${text}, ${quoted(marker)})`} AS ${named(item)}`
    })
  return held.length === 0
    ? `SELECT ${['NULL::VARCHAR AS return_id', 'NULL::BIGINT AS n', 'NULL::BIGINT AS parent', ...columns].join(', ')} WHERE false`
    : `SELECT ${['return_id', 'n', 'parent', ...columns].join(', ')} FROM ${parquet(held)}`
}

function childrenSql(source: SourcePart, { columns, codes }: Relation, from: string): string {
  const aggregates = Object.entries(columns).map(
    ([name, text]) => `${expression(text, source)} AS ${named(name)}`,
  )
  const join = codes
    ? ` LEFT JOIN ${named(`codes$${codes.set}`)} AS code ON code.code = item.${named(codes.item)}`
    : ''
  return `SELECT item.return_id, item.parent, ${aggregates.join(', ')} FROM ${from} AS item${join} GROUP BY item.return_id, item.parent`
}

/** An expression of a declaration with the names of its part and its constants filled in. It was checked when it was read. */
const expression = (text: string, { definition, part, academicYear }: SourcePart): string =>
  named$(text, part)
    .replaceAll(/\bcensus_date\b/g, quoted(definition.term.census))
    .replaceAll(/(?<!\.)\bacademic_year\b/g, whole(academicYear))
    .replaceAll(/\bparameter_([a-zA-Z0-9]+)\b/g, (_, name: string) => {
      const value = definition.parameters.get(name)
      return typeof value === 'number' ? whole(value) : 'NULL'
    })

function columnSql(column: SourceColumn, source: SourcePart): string {
  const { years, terms } = column
  const { academicYear, part } = source
  const asked =
    (terms.length === 0 || terms.includes(part.term)) &&
    (years.from ?? academicYear) <= academicYear &&
    academicYear <= (years.to ?? academicYear)
  // Not asked is nothing, never nought.
  if (!asked) return `NULL::${sqlType(column.type)}`
  if (column.sql !== null) return typedExpression(expression(column.sql, source), column.type)
  const text = reference(column.from ?? '', part)
  if (column.group !== null) return `${named(`group$${column.name}`)}."to"`
  return typedText(mapped(text, column), column.type, column.from?.endsWith('.n') ?? false)
}

function mapped(text: string, { map, otherwise }: SourceColumn): string {
  if (map === null) return text
  const branches = Object.entries(map).map(([from, to]) => `WHEN ${quoted(from)} THEN ${quoted(to)}`)
  return `CASE ${text} ${branches.join(' ')}${otherwise === 'keep' ? ` ELSE ${text}` : ''} END`
}

export const sqlType = (type: ColumnType): string =>
  ({
    text: 'VARCHAR',
    code: 'VARCHAR',
    date: 'VARCHAR',
    decimal: 'VARCHAR',
    integer: 'BIGINT',
    flag: 'INTEGER',
  })[type]

const typedExpression = (text: string, type: ColumnType): string => `CAST(${text} AS ${sqlType(type)})`

function typedText(text: string, type: ColumnType, isNumber: boolean): string {
  if (isNumber) return text
  switch (type) {
    case 'text':
    case 'code':
    case 'decimal':
      return text
    case 'date':
      return `CASE WHEN regexp_full_match(${text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AND TRY_CAST(${text} AS DATE) IS NOT NULL THEN ${text} END`
    case 'integer':
      return `TRY_CAST(CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]{1,12}') THEN ${text} END AS BIGINT)`
    case 'flag':
      return `CAST(CASE WHEN ${text} IN ('true', '1') THEN 1 WHEN ${text} IN ('false', '0') THEN 0 END AS INTEGER)`
  }
}
