import type { AnalyticsRow, Lane } from '../analytics/index.ts'
import { named } from './condition/sql-text.ts'
import type { ReturnItem, ReturnTable, TermDefinition } from './definition.ts'
import type { Finding } from './finding.ts'
import { isFree } from './table-sql.ts'

/** Findings about an item in the whole of a return. Their numbers are our own. */
const kinds = {
  /** Sent in a term that doesn’t collect it. */
  uncollected: {
    rule: 'S4',
    message: 'The item is not collected in this term.',
    test: (item: string) => `${named(`${item}$raw`)} IS NOT NULL`,
  },
  /** Not of its type, code set, pattern or range, where no rule points at the item and would say so. */
  unguarded: {
    rule: 'S9',
    message: 'What is written is not of the item’s type, or is not one of its codes.',
    test: (item: string) =>
      `${named(`${item}$raw`)} IS NOT NULL AND NOT coalesce(${named(`${item}$right`)}, false)`,
  },
} as const

interface Asked {
  readonly item: ReturnItem
  readonly kind: keyof typeof kinds
}

/** What is asked of one table. */
export interface ItemQuestion {
  readonly table: ReturnTable
  readonly asked: readonly Asked[]
}

/** What is to be asked of each table in the term. */
export function itemQuestions(definition: TermDefinition): readonly ItemQuestion[] {
  const guarded = guardedItems(definition)
  return [...definition.tables.values()].flatMap((table): readonly ItemQuestion[] => {
    if (table.given) return []
    const asked = [...table.items.values()].flatMap((item): readonly Asked[] => {
      if (item.terms.length > 0 && !item.terms.includes(definition.term.name))
        return [{ item, kind: 'uncollected' }]
      return isFree(item) || guarded.has(`${table.name}.${item.name}`) ? [] : [{ item, kind: 'unguarded' }]
    })
    return asked.length === 0 ? [] : [{ table, asked }]
  })
}

/** The columns of the typed table that are asked. */
export const itemColumns = ({ asked }: ItemQuestion): readonly string[] =>
  asked.flatMap(({ item: { name }, kind }) =>
    kind === 'uncollected' ? [`${name}$raw`] : [`${name}$raw`, `${name}$right`],
  )

/** How many records of each return have what is asked of each item, and the line of the first; `from`: the typed table. */
export function itemCounts(
  lane: Lane,
  { table, asked }: ItemQuestion,
  from: string = `main.${named(table.name)}`,
): Promise<readonly AnalyticsRow[]> {
  const counts = asked.map(({ item, kind }, i) => {
    const test = kinds[kind].test(item.name)
    return `count(*) FILTER (${test}) AS c${String(i)}, min(line) FILTER (${test}) AS l${String(i)}`
  })
  return lane.rows(
    `SELECT return_id, ${counts.join(', ')} FROM ${from} GROUP BY return_id ORDER BY return_id`,
  )
}

/** One finding an item and return, with the number of records and the line of the first. */
export const itemFindings = (
  { table, asked }: ItemQuestion,
  rows: readonly AnalyticsRow[],
): readonly Finding[] =>
  rows.flatMap((row) =>
    asked.flatMap((each, i): readonly Finding[] => {
      const many = Number(row[`c${String(i)}`])
      return many === 0
        ? []
        : [findingOf(table, each, Number(row['return_id']), many, Number(row[`l${String(i)}`]))]
    }),
  )

/** Items that a rule of the term points at, as `table.item`. */
const guardedItems = ({ rules, term }: TermDefinition): ReadonlySet<string> =>
  new Set(
    rules
      .filter(({ terms }) => terms.length === 0 || terms.includes(term.name))
      .flatMap(({ on, points }) => points.map((point) => (point.includes('.') ? point : `${on}.${point}`))),
  )

const findingOf = (
  table: ReturnTable,
  { item, kind }: Asked,
  returnId: number,
  many: number,
  line: number,
): Finding => ({
  rule: kinds[kind].rule,
  severity: 'error',
  level: 'return',
  location: `${table.label}: ${item.label}, on ${String(many)} ${many === 1 ? 'record' : 'records, the first'} in line ${String(line)}`,
  message: kinds[kind].message,
  note: { accepts: 'none', says: 'Correct the data.' },
  returnId,
  table: null,
  n: null,
  ordinal: null,
  line,
  items: [`${table.name}.${item.name}`],
})
