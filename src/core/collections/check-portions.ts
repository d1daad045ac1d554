import type { Analytics, AnalyticsRow, Lane } from '../analytics/index.ts'
import type { PortionRows } from '../standards/xml-records/index.ts'
import { breaches, mostNamed } from './breaches.ts'
import type { RuleQuery } from './compile-rules.ts'
import { named } from './condition/sql-text.ts'
import type { ReturnTable, TermDefinition } from './definition.ts'
import { inOrder, queriesOf, ruleFindings } from './find.ts'
import type { Finding } from './finding.ts'
import { itemColumns, itemCounts, itemFindings, itemQuestions, type ItemQuestion } from './item-findings.ts'
import { loadRows, rowsIn } from './load-return.ts'
import { columnsOf, createTypedTable, namesIn } from './settle-tables.ts'
import { splitRules } from './split-rules.ts'
import { typedRows } from './table-sql.ts'

export interface PortionCheck {
  /** In the order of the message; one after the other. */
  take(portion: PortionRows): Promise<void>
  /** What `find` would give of the whole. Null: records stand in an order in which the return can’t be asked in portions. */
  finish(): Promise<readonly Finding[] | null>
}

/**
 * Asks a return’s rules while it is read. What concerns a record and what is below it is asked of each portion, which is then
 * let go; of what concerns the whole return, those columns are kept that its rules name. `given` fills the given tables.
 * The engine holds the tables of `prepareTables`, and is of no use for anything else afterwards.
 */
export function checkInPortions(
  analytics: Analytics,
  definition: TermDefinition,
  given: () => Promise<void>,
): PortionCheck {
  const { within, across, whole, portioned } = splitRules(definition)
  const asked = queriesOf({ ...definition, rules: within }).map((query) => ({ query, broken: gather(query) }))
  const last = queriesOf({ ...definition, rules: across })
  const questions = itemQuestions(definition)
  const inPortions = new Set(portioned.map(({ name }) => name))
  const counted = new Map<ItemQuestion, AnalyticsRow | undefined>()
  const keptNames = namesIn(last.map(({ sql }) => sql))
  const names = new Set([
    ...keptNames,
    ...namesIn(asked.map(({ query }) => query.sql)),
    ...questions.flatMap(itemColumns),
  ])
  const tables = portioned.filter(
    ({ name }) => names.has(name) || questions.some(({ table }) => table.name === name),
  )
  const kept = tables.filter(({ name }) => keptNames.has(name))
  const sizes = new Map<string, number>()
  let begun = false
  let disordered = false

  const begin = async (portion: PortionRows): Promise<void> => {
    begun = true
    await loadRows(analytics, definition, new Map([...portion].filter(([name]) => !inPortions.has(name))))
    await given()
    await analytics.together([
      ...whole.map((table) => (lane: Lane) => {
        const columns = columnsOf(table, names).map(named).join(', ')
        return lane.run(
          `CREATE TABLE settled.${named(table.name)} AS SELECT ${columns} FROM main.${named(table.name)}`,
        )
      }),
      ...kept.map((table) => (lane: Lane) => lane.run(createTypedTable(keptOf(table), table, keptNames))),
    ])
  }

  return {
    async take(portion) {
      disordered ||= begun && whole.some(({ name }) => portion.has(name))
      if (disordered) return
      if (!begun) await begin(portion)
      await oneByOne(
        analytics,
        tables.map((table) => (lane: Lane) => lane.run(settling(table, portion, names, definition))),
      )
      const full = ({ name }: ReturnTable): boolean => portion.has(name)
      await oneByOne(analytics, [
        ...asked
          .filter(({ query }) => portion.has(query.on))
          .map(({ query, broken }) => async (lane: Lane) => {
            broken.add(await breaches(lane, query, broken.wanted()), sizes.get(query.on) ?? 0)
          }),
        ...questions
          .filter(({ table }) => inPortions.has(table.name) && full(table))
          .map((question) => async (lane: Lane) => {
            const [row] = await itemCounts(lane, question, `settled.${named(question.table.name)}`)
            counted.set(question, together(counted.get(question), row))
          }),
        ...kept.filter(full).map((table) => (lane: Lane) => {
          const columns = columnsOf(table, keptNames).map(named).join(', ')
          return lane.run(`INSERT INTO ${keptOf(table)} SELECT ${columns} FROM settled.${named(table.name)}`)
        }),
      ])
      for (const { name } of tables) {
        await analytics.run(`DROP TABLE settled.${named(name)}`)
        sizes.set(name, (sizes.get(name) ?? 0) + (portion.get(name)?.rows ?? 0))
      }
    },
    async finish() {
      if (disordered) return null
      for (const table of kept)
        await analytics.run(`CREATE VIEW settled.${named(table.name)} AS SELECT * FROM ${keptOf(table)}`)
      const found = await analytics.together([
        ...last
          .filter(({ on }) => !inPortions.has(on) || (sizes.get(on) ?? 0) > 0)
          .map((query) => async (lane: Lane) => ruleFindings(query, await breaches(lane, query), definition)),
        ...questions.map((question) => async (lane: Lane) => {
          const { name } = question.table
          const row = counted.get(question)
          if (inPortions.has(name)) return row ? itemFindings(question, [row]) : []
          return itemFindings(question, await itemCounts(lane, question))
        }),
      ])
      const broken = asked.flatMap(({ query, broken: gathered }) =>
        ruleFindings(query, gathered.rows(), definition),
      )
      return inOrder([...broken, ...found.flat()], definition)
    },
  }
}

/** A scanner’s record is 1 MiB at most, and its numbers and the ends of its cells a little more. */
const longestRow = 5 * 2 ** 18

const keptOf = ({ name }: ReturnTable): string => `main.${named(`kept$${name}`)}`

function settling(
  table: ReturnTable,
  portion: PortionRows,
  names: ReadonlySet<string>,
  definition: TermDefinition,
): string {
  const name = `settled.${named(table.name)}`
  const rows = portion.get(table.name)
  return rows
    ? `CREATE TABLE ${name} AS SELECT ${columnsOf(table, names).map(named).join(', ')} FROM (${typedRows(table, definition, rowsIn(table, [rows.file], longestRow))})`
    : createTypedTable(name, table, names)
}

interface Gathering {
  /** Of one portion; `before`: records of the table in the portions before it. */
  add(rows: readonly AnalyticsRow[], before: number): void
  /** Of each rule, how many records are still to be named. */
  wanted(): readonly number[]
  rows(): readonly AnalyticsRow[]
}

/** What `breaches` gives of every portion, as it would give it of all at once. */
function gather({ rules }: RuleQuery): Gathering {
  const kept = rules.map((): AnalyticsRow[] => [])
  const many = rules.map(() => 0)
  return {
    add(rows, before) {
      for (const [rule, those] of Map.groupBy(rows, (row) => Number(row['rule']))) {
        const of = kept[rule] ?? []
        const first = those
          .toSorted((a, b) => Number(a['n']) - Number(b['n']))
          .slice(0, mostNamed - of.length)
        for (const row of first) of.push({ ...row, ordinal: Number(row['ordinal']) + before })
        many[rule] = (many[rule] ?? 0) + Number(those[0]?.['many'])
      }
    },
    wanted: () => kept.map((of) => mostNamed - of.length),
    rows: () => kept.flatMap((rows, rule) => rows.map((row) => ({ ...row, many: many[rule] }))),
  }
}

/** Counts (`c…`) are added up; the line that was first (`l…`) stays. */
function together(before: AnalyticsRow | undefined, row: AnalyticsRow | undefined): AnalyticsRow | undefined {
  if (!before || !row) return row ?? before
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      name.startsWith('c') ? Number(before[name]) + Number(value) : (before[name] ?? value),
    ]),
  )
}

/** On one connection: the other core reads on meanwhile, and a portion needs less memory. */
async function oneByOne(lane: Lane, works: readonly ((lane: Lane) => Promise<void>)[]): Promise<void> {
  for (const work of works) await work(lane)
}
