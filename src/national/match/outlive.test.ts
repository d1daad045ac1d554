import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import { openAnalytics } from '../../core/analytics/index.ts'
import { asCollector } from '../collect/index.ts'
import { upnOf } from '../collect/testing/census-message.ts'
import { testCollector, testSource, testTime, theOperator } from '../collect/testing/test-collector.ts'
import {
  decidePair,
  linksOf,
  openMatching,
  runMatching,
  severIdentities,
  waitingPairs,
  type Matching,
} from './index.ts'
import { authorised } from './testing/authorised.ts'
import { keepTrained, readTrained } from './trained-model.ts'

const store = await openTestStore()
const collector = await testCollector(
  store,
  ['100001', '100002', '100003', '100004'].map((urn) => testSource(urn)),
)
const matching = await openMatching(collector)
const run = (): Promise<unknown> => runMatching(matching, theOperator, testTime)
const isaac = { upn: upnOf(1), surname: 'Newton', forename: 'Isaac', dob: '2014-12-25', sex: 'M' }

interface Told {
  readonly n: number
  readonly pmr: string
}

async function told(of: Matching, returnId: string): Promise<readonly Told[]> {
  const file = join(collector.home, 'links.parquet')
  await linksOf(of, [returnId], file)
  const analytics = await openAnalytics({ folders: [collector.home] })
  const rows = await analytics.rows(`SELECT n, pmr FROM read_parquet('${file}') ORDER BY n`)
  analytics.close()
  return rows.map((row) => ({ n: Number(row['n']), pmr: String(row['pmr']) }))
}

test('a decision outlives another model, and so does what was linked', async () => {
  const one = await authorised(collector, '100001', [isaac])
  const other = await authorised(collector, '100002', [{ ...isaac, upn: upnOf(2) }])
  await run()
  const { pairs } = await asCollector(collector).read((tx) => waitingPairs(tx))
  const pair = pairs.find(({ why }) => why === 'numbers')
  assert.ok(pair)
  await decidePair(
    matching,
    theOperator,
    pair.id,
    { verdict: 'not-same', reason: 'They are cousins' },
    testTime,
  )
  // A model that would join almost anything.
  const stored = await readTrained(matching)
  const eager = { ...stored, model: { ...stored.model, lambda: 0.4 } }
  const kept = await keepTrained(matching, { ...eager, trainedAt: testTime.toISOString() })
  assert.equal(kept.version, 1)
  const third = await authorised(collector, '100003', [{ ...isaac, upn: '' }])
  await run()
  const [[a], [b], [c]] = [
    await told(matching, one),
    await told(matching, other),
    await told(matching, third),
  ]
  assert.notEqual(a?.pmr, b?.pmr)
  // Who is like both alike is neither’s.
  assert.ok(c)
  const waiting = await asCollector(collector).read((tx) => waitingPairs(tx))
  assert.ok(waiting.pairs.every(({ id }) => id !== pair.id))
})

test('two that were one are two for ever once they are severed, and nothing kept names them', async () => {
  const [before] = await asCollector(collector).read((tx) =>
    tx.selectFrom('collected_return').select('id').where('source', '=', '100001').execute(),
  )
  const last = await authorised(collector, '100004', [{ ...isaac, surname: 'Adopted' }])
  await run()
  const one = before?.id ?? ''
  const [[a], [b]] = [await told(matching, one), await told(matching, last)]
  assert.equal(a?.pmr, b?.pmr)
  const place = (id: string, n = 0) => ({ return: id, table: 'pupil', n })
  const done = await severIdentities(matching, theOperator, place(one, a?.n), place(last, b?.n), testTime)
  assert.equal(done.counts.splits, 1)
  const [[x], [y]] = [await told(matching, one), await told(matching, last)]
  assert.notEqual(x?.pmr, y?.pmr)
  await run()
  const { sealed, decisions } = await asCollector(collector).read(async (tx) => ({
    sealed: await tx.selectFrom('match_sealed').selectAll().execute(),
    decisions: await tx.selectFrom('match_decision').select(['a', 'b']).execute(),
  }))
  assert.equal(sealed.length, 1)
  assert.equal(decisions.length, 1)
  assert.match(sealed[0]?.digest ?? '', /^[0-9a-f]{64}$/)
  await assert.rejects(severIdentities(matching, theOperator, place(one, 999), place(last, b?.n), testTime), {
    code: 'not-found',
  })
})
