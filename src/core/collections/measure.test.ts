import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAnalytics } from '../analytics/index.ts'
import { readPolicyFile } from '../policy/index.ts'
import { compileRules } from './compile-rules.ts'
import { parseCondition } from './condition/parse-condition.ts'
import type { CollectionDefinition, TermDefinition } from './definition.ts'
import { find } from './find.ts'
import { giveTable } from './give-table.ts'
import { measure } from './measure.ts'
import { prepareTables } from './prepare-tables.ts'
import { readCollection } from './read-collection.ts'
import { checkMeasures, readMeasures } from './read-measures.ts'
import { rawTable } from './table-sql.ts'
import { termDefinition } from './term-definition.ts'

const read = await readCollection(join(import.meta.dirname, '../../../policy'), 'school-census', 2026)
assert.ok(read.ok, JSON.stringify(read))
const census: CollectionDefinition = read.value

function inTerm(name: string): TermDefinition {
  const definition = termDefinition(census, name)
  assert.ok(definition)
  return definition
}

/** Return 1: four on roll, one of them with two periods of free meals, and a leaver. Return 2 holds no pupil. */
async function measured(definition: TermDefinition): ReturnType<typeof measure> {
  const analytics = await openAnalytics()
  try {
    await prepareTables(analytics, definition)
    await analytics.run('INSERT INTO "return" VALUES (1), (2)')
    const put = (table: string, n: number, parent: number, items: Record<string, string>): Promise<unknown> =>
      analytics.run(
        `INSERT INTO "${rawTable(table)}" (return_id, n, parent, line, ${Object.keys(items)
          .map((item) => `"${item}"`)
          .join(', ')}) VALUES (1, ${String(n)}, ${String(parent)}, 1, ${Object.values(items)
          .map((value) => `'${value}'`)
          .join(', ')})`,
      )
    await put('pupil', 11, 1, { onRoll: 'true', ncYear: 'R', language: 'URD', schoolLunchTaken: 'true' })
    await put('pupil', 12, 1, {
      onRoll: 'true',
      ncYear: 'X',
      dob: '2020-09-30',
      senProvision: 'E',
      ethnicity: 'NOBT',
    })
    await put('pupil', 13, 1, {
      onRoll: 'true',
      ncYear: '9',
      language: 'NOT',
      serviceChild: 'Y',
      schoolLunchTaken: 'true',
    })
    await put('pupil', 14, 1, { onRoll: 'true', ncYear: '4', language: 'BSL', senProvision: 'K' })
    await put('pupil', 15, 1, { onRoll: 'false', language: 'URD', ethnicity: 'NOBT', senProvision: 'E' })
    await put('freeMealPeriod', 21, 12, { start: '2025-09-01', end: '2026-01-15' })
    await put('freeMealPeriod', 22, 12, { start: '2025-10-01' })
    await put('freeMealPeriod', 23, 13, { start: '2024-10-01' })
    await put('freeMealPeriod', 24, 14, { start: '2024-10-01', end: '2026-01-14' })
    await put('freeMealPeriod', 25, 11, { start: '2026-05-22' })
    return await measure(analytics, definition)
  } finally {
    analytics.close()
  }
}

void test('the measures of each return that is loaded', async () => {
  const spring = await measured(inTerm('SPR'))
  assert.deepEqual(spring.get(1), {
    headcount: 4,
    infantFreeMeals: 1,
    freeMeals: 2,
    ehcPlans: 1,
    senSupport: 1,
    otherLanguage: 1,
    serviceChildren: 1,
    ethnicityNotObtained: 1,
    infantLunches: 1,
  })
  assert.deepEqual(new Set(Object.values(spring.get(2) ?? {})), new Set([0]))
})

void test('a measure that a term’s returns can’t have is left out', async () => {
  const summer = await measured(inTerm('SUM'))
  assert.equal(summer.get(1)?.['headcount'], 4)
  assert.equal('ethnicityNotObtained' in (summer.get(1) ?? {}), false)
})

void test('the record of the collection before has the measures, and nothing else', () => {
  assert.deepEqual([...census.measures.keys()], [...(census.tables.get('previous')?.items.keys() ?? [])])
})

function ruleOf(on: string, condition: string): TermDefinition {
  const fails = parseCondition(condition)
  assert.ok(fails.ok)
  const rule = {
    number: '1',
    severity: 'query',
    level: 'school',
    terms: [],
    phases: [],
    on,
    fails: fails.value,
    points: [],
    message: 'Wrong.',
    note: { accepts: 'none', says: 'Correct the data.' },
  } as const
  return { ...inTerm('SUM'), rules: [rule] }
}

void test('a rule asks for measures of the whole return, whatever it is asked of', async () => {
  for (const [condition, finds] of [
    ['measure.headcount - previous.headcount = 1', 1],
    ['measure.headcount = 1', 0],
    ['measure.ethnicityNotObtained >= 0', 0],
  ] as const) {
    const definition = ruleOf('pupil', condition)
    const analytics = await openAnalytics()
    try {
      await prepareTables(analytics, definition)
      await analytics.run('INSERT INTO "return" VALUES (1)')
      await analytics.run(
        `INSERT INTO "${rawTable('pupil')}" (return_id, n, parent, line, "onRoll") VALUES (1, 1, 1, 1, 'true'), (1, 2, 1, 1, 'true')`,
      )
      await giveTable(analytics, definition, 'previous', 1, { headcount: '1' })
      assert.equal((await find(analytics, definition)).length, 2 * finds, condition)
    } finally {
      analytics.close()
    }
  }
})

void test('measures that are not there, or within a count, are refused', () => {
  const faultOf = (condition: string): string => {
    const compiled = compileRules(ruleOf('return', condition))
    return compiled.ok ? 'none' : (compiled.error[0]?.message ?? '')
  }
  assert.match(faultOf('measure.other > 1'), /no measure “other”/)
  assert.match(faultOf('count(pupil where measure.headcount > 1) > 1'), /not a part of a row/)
})

void test('a fault in a measure has its file and line', () => {
  const file = readPolicyFile(
    'measures.yaml',
    'one:\n  value: count(pupil) +\ntwo:\n  value: count(pupil) > 1\nthree:\n  value: measure.headcount\nfour:\n  value: count(nothing)\n  terms: [OLD]\n',
  )
  const shaped = { one: { value: 'count(pupil) +' } }
  const unread = readMeasures(file, shaped)
  assert.ok(!unread.ok)
  assert.deepEqual(
    unread.error.map(({ line, message }) => [line, message]),
    [[2, 'Measure one: Something is missing at the end.']],
  )
  const rest = readMeasures(file, {
    two: { value: 'count(pupil) > 1' },
    three: { value: 'measure.headcount' },
    four: { value: 'count(nothing)', terms: ['OLD'] },
  })
  assert.ok(rest.ok)
  const measures = new Map([...census.measures, ...rest.value])
  const faults = checkMeasures(file, [...rest.value.keys()], { ...census, measures })
  assert.deepEqual(
    faults.map(({ line, message }) => [line, message]),
    [
      [4, 'Measure two: A measure is a number.'],
      [6, 'Measure three: There is no measure “headcount” here.'],
      [9, 'The collection has no term OLD.'],
      [8, 'Measure four: There is no table “nothing”.'],
    ],
  )
})
