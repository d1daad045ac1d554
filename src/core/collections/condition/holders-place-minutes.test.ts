import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAnalytics } from '../../analytics/index.ts'
import { readShape, readPolicyFile } from '../../policy/index.ts'
import { compileRules } from '../compile-rules.ts'
import { tablesShape } from '../definition-shapes.ts'
import type { TermDefinition } from '../definition.ts'
import { prepareTables } from '../prepare-tables.ts'
import { readTables } from '../read-tables.ts'
import { rawTable } from '../table-sql.ts'
import { parseCondition } from './parse-condition.ts'

const tables = `
pupil:
  label: Pupil
  at: [{ path: Pupil }]
  items:
    year: { path: Year, type: text, label: Year }
    opens: { path: Opens, type: text, label: Opens }
meal:
  label: Period
  parent: pupil
  at: [{ path: Meal }]
  items:
    country: { path: Country, type: text, label: Country }
`

/** Two pupils: in year 1 with two periods, and in year R with none. */
const records: readonly (readonly [table: string, values: string])[] = [
  ['pupil', "(0, 1, 0, 1, '1', '08:05'), (0, 2, 0, 1, 'R', '24:00')"],
  ['meal', "(0, 3, 1, 1, 'ENG'), (0, 4, 1, 1, 'ENG')"],
]

function definitionOf(on: string, condition: string): TermDefinition {
  const file = readPolicyFile('tables.yaml', tables)
  const shaped = readShape(file, tablesShape)
  assert.ok(shaped.ok)
  const read = readTables(file, shaped.value)
  assert.ok(read.ok)
  const fails = parseCondition(condition)
  assert.ok(fails.ok, JSON.stringify(fails))
  const term = {
    name: 'YEAR',
    title: 'A year',
    census: '2026-01-15',
    previousCensus: null,
    due: null,
    periods: new Map<string, never>(),
    confidence: 'official',
  }
  return {
    id: 'example',
    year: 2026,
    title: 'Example',
    source: 'school',
    law: { instrument: 'example', agreement: null },
    message: { root: 'Message', known: ['EX'] },
    tables: read.value,
    codes: new Map(),
    lists: new Map([
      ['order', ['R', '1', '2']],
      ['none', []],
    ]),
    maps: new Map<string, ReadonlyMap<string, number | string>>([
      ['age', new Map([['1', 5]])],
      ['stage', new Map([['R', 'F']])],
    ]),
    measures: new Map(),
    parameters: new Map(),
    terms: new Map([['YEAR', term]]),
    holidays: null,
    term,
    listed: [],
    rules: [
      {
        number: '1',
        severity: 'error',
        level: 'pupil',
        terms: [],
        phases: [],
        on,
        fails: fails.value,
        points: [],
        message: 'Wrong.',
        note: { accepts: 'none', says: 'Correct the data.' },
      },
    ],
  }
}

/** The records that the condition is true of, by their number; null for the whole return. */
async function trueOf(on: string, condition: string): Promise<readonly (number | null)[]> {
  const definition = definitionOf(on, condition)
  const compiled = compileRules(definition)
  assert.ok(compiled.ok, JSON.stringify(compiled))
  const analytics = await openAnalytics()
  try {
    await prepareTables(analytics, definition)
    await analytics.run('INSERT INTO "return" VALUES (0)')
    for (const [table, values] of records)
      await analytics.run(`INSERT INTO "${rawTable(table)}" VALUES ${values}`)
    const rows = await analytics.rows(compiled.value[0]?.sql ?? '')
    return rows.map(({ n }) => (n === null ? null : Number(n)))
  } finally {
    analytics.close()
  }
}

const faultOf = (on: string, condition: string): string => {
  const compiled = compileRules(definitionOf(on, condition))
  return compiled.ok ? 'none' : (compiled.error[0]?.message ?? '')
}

void test('holders counts the records that have such rows, not the rows', async () => {
  assert.deepEqual(await trueOf('return', 'holders(meal) = 1 and count(meal) = 2'), [null])
  assert.deepEqual(await trueOf('return', "holders(meal where country = 'WLS') = 0"), [null])
  assert.deepEqual(await trueOf('pupil', 'holders(return.meal) = 1'), [1, 2])
  assert.match(faultOf('return', 'holders(pupil) = 1'), /below another/)
})

void test('place is where a value stands in a list, from 1, and absent where it does not', async () => {
  assert.deepEqual(await trueOf('pupil', "place(year, list.order) > place('R', list.order)"), [1])
  assert.deepEqual(await trueOf('pupil', 'place(year, list.order) = 1'), [2])
  assert.deepEqual(await trueOf('pupil', "place('X', list.order) > 0 or place(year, list.none) > 0"), [])
  assert.match(faultOf('pupil', 'place(year, opens) = 1'), /wants a value and a list/)
  assert.match(faultOf('pupil', 'place(year, list.other) = 1'), /no list “other”/)
})

void test('minutes reads a time of day, and nothing that is none', async () => {
  assert.deepEqual(await trueOf('pupil', 'minutes(opens) = 485'), [1])
  assert.deepEqual(await trueOf('pupil', 'minutes(opens) >= 0'), [1])
})

void test('kinds counts the different values of an item', async () => {
  assert.deepEqual(await trueOf('return', 'kinds(pupil.year) = 2 and kinds(meal.country) = 1'), [null])
  assert.deepEqual(await trueOf('pupil', 'kinds(meal.country) = 1'), [1])
  assert.deepEqual(await trueOf('pupil', "kinds(return.pupil.year where year != 'R') = 1"), [1, 2])
  assert.deepEqual(await trueOf('pupil', 'kinds(other pupil.year) = 1'), [1, 2])
})

void test('mapped is what stands for a code in a map, and absent where nothing does', async () => {
  assert.deepEqual(await trueOf('pupil', 'mapped(year, map.age) = 5'), [1])
  assert.deepEqual(await trueOf('pupil', "mapped(year, map.stage) = 'F'"), [2])
  assert.deepEqual(await trueOf('pupil', 'mapped(opens, map.age) >= 0'), [])
  assert.match(faultOf('pupil', 'mapped(year, list.order) = 1'), /wants a code and a map/)
  assert.match(faultOf('pupil', 'mapped(year, map.other) = 1'), /no map “other”/)
})

void test('yearFrom is the year in which the year that holds a date began', async () => {
  const began = (date: string, month: number): Promise<readonly (number | null)[]> =>
    trueOf('return', `yearFrom(date('${date}'), ${String(month)}) = 2025`)
  assert.deepEqual(await began('2025-08-01', 8), [null])
  assert.deepEqual(await began('2026-07-31', 8), [null])
  assert.deepEqual(await began('2026-08-01', 8), [])
  assert.deepEqual(await began('2025-07-31', 8), [])
  assert.deepEqual(await began('2025-01-01', 1), [null])
})
