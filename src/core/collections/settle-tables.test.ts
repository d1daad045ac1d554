import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAnalytics } from '../analytics/index.ts'
import { settled } from './settle-tables.ts'

const tables = new Map([
  [
    'pupil',
    {
      name: 'pupil',
      items: new Map([
        ['upn', { name: 'upn', type: 'text' }],
        ['dob', { name: 'dob', type: 'date' }],
      ]),
    },
  ],
  ['class', { name: 'class', items: new Map([['name', { name: 'name', type: 'text' }]]) }],
]) as unknown as Parameters<typeof settled>[1]['tables']

void test('views stand aside for tables while something runs over them, and come back even when it fails', async () => {
  const analytics = await openAnalytics()
  const kinds = (): Promise<unknown> =>
    analytics.rows(`SELECT table_name || ' ' || table_type AS each FROM information_schema.tables ORDER BY 1`)
  try {
    for (const [name, items] of [
      ['pupil', ['upn', 'dob']],
      ['class', ['name']],
    ] as const) {
      const columns = items.map((item) => `'x' AS "${item}"`).join(', ')
      await analytics.run(
        `CREATE TABLE main."raw$${name}" AS SELECT 1 AS return_id, 2 AS n, 3 AS parent, 4 AS line, ${columns}`,
      )
      await analytics.run(
        `CREATE VIEW main."${name}" AS SELECT *, ${items.map((item) => `"${item}" AS "${item}$raw", true AS "${item}$right"`).join(', ')} FROM main."raw$${name}"`,
      )
    }
    await analytics.run('DELETE FROM main."raw$class"')
    const before = await kinds()
    const sql = 'SELECT "pupil"."upn$raw" AS raw FROM "pupil"'
    const columns = await settled(
      analytics,
      { tables },
      [sql, 'SELECT "name" FROM "class"'],
      async (empty) => {
        assert.deepEqual([...empty], ['class'])
        assert.deepEqual(await analytics.rows('SELECT * FROM "class"'), [])
        assert.deepEqual(await analytics.rows(sql), [{ raw: 'x' }])
        const [row] = await analytics.rows('SELECT * FROM "pupil"')
        return Object.keys(row ?? {})
      },
    )
    assert.deepEqual(columns, ['return_id', 'n', 'parent', 'line', 'upn$raw'])
    await assert.rejects(
      settled(analytics, { tables }, [sql], () => analytics.run('SELECT nothing FROM nowhere')),
    )
    assert.deepEqual(await kinds(), before)
  } finally {
    analytics.close()
  }
})
