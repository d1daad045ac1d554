import type { Analytics, AnalyticsRow } from '../analytics/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import { compileRules, type RuleQuery } from './compile-rules.ts'
import { named } from './condition/sql-text.ts'
import { cellFindings } from './csv/cell-findings.ts'
import type { TermDefinition } from './definition.ts'
import type { Finding } from './finding.ts'
import { itemFindings } from './item-findings.ts'
import { settled } from './settle-tables.ts'

/**
 * Every rule of the term over the returns that are loaded, in a stable order: return, table, record, rule. A pure function
 * of the definition and the returns.
 */
export async function find(analytics: Analytics, definition: TermDefinition): Promise<readonly Finding[]> {
  const compiled = compileRules(definition)
  if (!compiled.ok)
    throw new GatehouseError('bad-policy', 'A rule of the collection can’t be compiled.', {
      where: compiled.error.map(({ rule, message }) => `rule ${rule}: ${message}`).join('; '),
      todo: 'Mend the collection’s rules.',
    })
  const statements = compiled.value.map(({ sql }) => sql)
  const findings = await settled(analytics, definition, statements, async () => {
    const broken: Finding[] = []
    for (const query of compiled.value) {
      for (const row of await breaches(analytics, query)) broken.push(findingOf(row, query, definition))
    }
    return broken
  })
  findings.push(...(await itemFindings(analytics, definition)))
  findings.push(...(await cellFindings(analytics, definition)))
  const order = new Map([...definition.tables.keys()].map((name, i) => [name, i]))
  const place = (finding: Finding): number => (finding.table === null ? -1 : (order.get(finding.table) ?? 0))
  return findings.sort(
    (a, b) =>
      a.returnId - b.returnId ||
      place(a) - place(b) ||
      (a.n ?? 0) - (b.n ?? 0) ||
      a.rule.localeCompare(b.rule, 'en', { numeric: true }),
  )
}

/** What the query finds, with each record’s place among its return’s records of the table. */
async function breaches(analytics: Analytics, { on, sql }: RuleQuery): Promise<readonly AnalyticsRow[]> {
  if (on === 'return') return analytics.rows(`SELECT *, NULL AS ordinal FROM (${sql})`)
  await analytics.run(`CREATE TEMP TABLE "broken$" AS ${sql}`)
  try {
    const [many] = await analytics.rows('SELECT count(*) AS many FROM "broken$"')
    if (many?.['many'] === 0) return []
    const order = `SELECT n, row_number() OVER (PARTITION BY return_id ORDER BY n) AS ordinal FROM ${named(on)}`
    return await analytics.rows(
      `SELECT broken.*, placed.ordinal FROM "broken$" AS broken JOIN (${order}) AS placed ON placed.n = broken.n`,
    )
  } finally {
    await analytics.run('DROP TABLE temp."broken$"')
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
