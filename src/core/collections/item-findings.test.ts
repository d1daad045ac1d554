import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAnalytics } from '../analytics/index.ts'
import { parseCondition } from './condition/parse-condition.ts'
import type { Rule, TermDefinition } from './definition.ts'
import { find } from './find.ts'
import { prepareTables } from './prepare-tables.ts'
import { readCollection } from './read-collection.ts'
import { rawTable } from './table-sql.ts'
import { termDefinition } from './term-definition.ts'

const read = await readCollection(join(import.meta.dirname, '../../../policy'), 'school-census', 2026)
assert.ok(read.ok, JSON.stringify(read))
const census = termDefinition(read.value, 'SUM')
assert.ok(census)
const summer: TermDefinition = census

/** What is found in three pupils of two returns, under these rules alone: location by rule. */
async function found(rules: readonly Rule[]): Promise<readonly string[]> {
  const definition = { ...summer, rules }
  const analytics = await openAnalytics()
  try {
    await prepareTables(analytics, definition)
    await analytics.run('INSERT INTO "return" VALUES (1), (2)')
    await analytics.run(
      `INSERT INTO "${rawTable('pupil')}" (return_id, n, parent, line, "partTime", "boarder", "forename", "ethnicity") VALUES
        (1, 11, 1, 20, 'perhaps', 'Q', '???', 'WBRI'), (1, 12, 1, 30, ' true ', '', NULL, NULL),
        (1, 13, 1, 40, 'no', NULL, NULL, '  '), (2, 21, 2, 50, 'yes', 'N', NULL, NULL)`,
    )
    return (await find(analytics, definition)).map(({ returnId, rule, location }) =>
      [returnId, rule, location].join(' '),
    )
  } finally {
    analytics.close()
  }
}

function pointingAt(item: string, terms: readonly string[]): Rule {
  const fails = parseCondition("surname = 'nobody'")
  assert.ok(fails.ok)
  return {
    number: '1',
    severity: 'error',
    level: 'pupil',
    terms,
    phases: [],
    on: 'pupil',
    fails: fails.value,
    points: [item],
    message: 'Wrong.',
    note: { accepts: 'none', says: 'Correct the data.' },
  }
}

void test('what is not of its item’s type or codes is found once an item and return, with a count and a line', async () => {
  assert.deepEqual(await found([]), [
    '1 S4 Pupil: Ethnicity, on 1 record in line 20',
    '1 S9 Pupil: Part-time, on 2 records, the first in line 20',
    '1 S9 Pupil: Boarder, on 1 record in line 20',
    '2 S9 Pupil: Part-time, on 1 record in line 50',
  ])
})

void test('an item that a rule of the term points at is the rule’s to judge', async () => {
  const guarded = await found([pointingAt('partTime', ['SUM']), pointingAt('pupil.boarder', [])])
  assert.deepEqual(guarded, ['1 S4 Pupil: Ethnicity, on 1 record in line 20'])
  const elsewhere = await found([pointingAt('partTime', ['SPR'])])
  assert.equal(elsewhere.filter((each) => each.includes('Part-time')).length, 2)
})
