import type { Analytics, AnalyticsRow, Lane } from '../analytics/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import { breaches, mostNamed } from './breaches.ts'
import { compileRules, type RuleQuery } from './compile-rules.ts'
import { cellFindings } from './csv/cell-findings.ts'
import type { TermDefinition } from './definition.ts'
import type { Finding } from './finding.ts'
import { itemCounts, itemFindings, itemQuestions } from './item-findings.ts'
import { settled } from './settle-tables.ts'

/**
 * Every rule of the term over the returns that are loaded, in a stable order: return, table, record, rule. A pure function
 * of the definition and the returns.
 */
export async function find(analytics: Analytics, definition: TermDefinition): Promise<readonly Finding[]> {
  const queries = queriesOf(definition)
  const statements = queries.map(({ sql }) => sql)
  const findings = await settled(analytics, definition, statements, async (empty) => {
    // A rule about records finds nothing where there are none.
    const asked = queries
      .filter(({ on }) => !empty.has(on))
      .map((query) => async (lane: Lane) => ruleFindings(query, await breaches(lane, query), definition))
    const found = await analytics.together([
      ...asked,
      ...itemQuestions(definition)
        .filter(({ table }) => !empty.has(table.name))
        .map((each) => async (lane: Lane) => itemFindings(each, await itemCounts(lane, each))),
    ])
    return found.flat()
  })
  findings.push(...(await cellFindings(analytics, definition)))
  return inOrder(findings, definition)
}

/** The rules of the term as statements. */
export function queriesOf(definition: TermDefinition): readonly RuleQuery[] {
  const compiled = compileRules(definition)
  if (compiled.ok) return compiled.value
  throw new GatehouseError('bad-policy', 'A rule of the collection can’t be compiled.', {
    where: compiled.error.map(({ rule, message }) => `rule ${rule}: ${message}`).join('; '),
    todo: 'Mend the collection’s rules.',
  })
}

export function inOrder(findings: readonly Finding[], definition: TermDefinition): readonly Finding[] {
  const order = new Map([...definition.tables.keys()].map((name, i) => [name, i]))
  const place = (finding: Finding): number => (finding.table === null ? -1 : (order.get(finding.table) ?? 0))
  return findings.toSorted(
    (a, b) =>
      a.returnId - b.returnId ||
      place(a) - place(b) ||
      (a.n ?? 0) - (b.n ?? 0) ||
      a.rule.localeCompare(b.rule, 'en', { numeric: true }),
  )
}

/** What `breaches` gave of a query, as findings. */
export function ruleFindings(
  query: RuleQuery,
  rows: readonly AnalyticsRow[],
  definition: TermDefinition,
): readonly Finding[] {
  const broken: Finding[] = []
  const more = new Set<string>()
  for (const row of rows) {
    broken.push(findingOf(row, query, definition))
    if (Number(row['many']) > mostNamed)
      more.add(`${String(row['return_id'])} ${String(row['rule'])} ${String(row['many'])}`)
  }
  for (const each of more) broken.push(moreOf(each, query, definition))
  return broken
}

/** One finding in place of those that are not named: it has the rule’s number, and the records’ number for a place. */
function moreOf(key: string, query: RuleQuery, definition: TermDefinition): Finding {
  const [returnId = 0, position = 0, many = 0] = key.split(' ').map(Number)
  const found = findingOf(
    { rule: position, return_id: returnId, n: null, ordinal: null, line: null },
    query,
    definition,
  )
  const label = definition.tables.get(query.on)?.label ?? query.on
  return {
    ...found,
    table: null,
    location: `${label}: ${String(many - mostNamed)} more records, which are not named`,
  }
}

function findingOf(
  row: Readonly<Record<string, unknown>>,
  query: RuleQuery,
  definition: TermDefinition,
): Finding {
  const rule = query.rules[Number(row['rule'])]
  if (!rule) throw new Error('a rule that was not asked')
  const table = query.on === 'return' ? null : (definition.tables.get(query.on) ?? null)
  const number = (value: unknown): number | null => (value === null ? null : Number(value))
  const [ordinal, line] = [number(row['ordinal']), number(row['line'])]
  const labels = rule.points.map((point) => labelOf(point, query.on, definition))
  const where =
    table === null
      ? 'Return'
      : table.once || table.given
        ? table.label
        : `${table.label} ${String(ordinal)}, line ${String(line)}`
  return {
    rule: rule.number,
    severity: rule.severity,
    level: rule.level,
    location: labels.length === 0 ? where : `${where}: ${labels.join(', ')}`,
    message: rule.message,
    note: rule.note,
    returnId: Number(row['return_id']),
    table: table?.name ?? null,
    n: number(row['n']),
    ordinal,
    line,
    items: rule.points,
  }
}

function labelOf(point: string, on: string, { tables }: TermDefinition): string {
  const [first = '', second] = point.split('.')
  const item = second === undefined ? tables.get(on)?.items.get(first) : tables.get(first)?.items.get(second)
  return item?.label ?? point
}
