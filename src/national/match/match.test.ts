import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import { openAnalytics } from '../../core/analytics/index.ts'
import { asCollector } from '../collect/index.ts'
import { upnOf } from '../collect/testing/census-message.ts'
import {
  headOf,
  testCollector,
  testSource,
  testTime,
  theCollector,
  theOperator,
} from '../collect/testing/test-collector.ts'
import {
  changesFor,
  changesSeen,
  currentReference,
  decidePair,
  lastChanges,
  linksOf,
  matchReport,
  openMatching,
  runMatching,
  severIdentities,
  showPair,
  undoDecision,
  waitingPairs,
} from './index.ts'
import { authorised, type Pupil } from './testing/authorised.ts'

const store = await openTestStore()
const urns = ['100001', '100002', '100003', '100004', '100005', '100006']
const collector = await testCollector(
  store,
  urns.map((urn) => testSource(urn)),
)
const matching = await openMatching(collector)
const run = () => runMatching(matching, theOperator, testTime)
const colleague = { ...theCollector, duties: ['match-review'] as const }
const another = {
  ...colleague,
  actor: { kind: 'staff', name: 'Anna Other', role: 'collector' } as const,
}

/** By place, `return/n-th pupil`, the reference. */
async function references(returns: readonly string[]): Promise<readonly (readonly string[])[]> {
  const file = join(collector.home, 'links.parquet')
  const { unmatched } = await linksOf(matching, returns, file)
  assert.deepEqual(unmatched, [])
  const analytics = await openAnalytics({ folders: [collector.home] })
  const rows = await analytics.rows(
    `SELECT return_id, pmr FROM read_parquet('${file}') ORDER BY return_id, n`,
  )
  analytics.close()
  return returns.map((id) => rows.filter((row) => row['return_id'] === id).map((row) => String(row['pmr'])))
}

const grace: Pupil = { upn: upnOf(1), surname: 'Hopper', forename: 'Grace', dob: '2014-12-09', sex: 'F' }
const alan: Pupil = { upn: upnOf(2), surname: 'Turing', forename: 'Alan', dob: '2013-06-23', sex: 'M' }
const ada: Pupil = { upn: upnOf(3), surname: 'Lovelace', forename: 'Ada', dob: '2015-12-10', sex: 'F' }
const twin = (forename: string, number: number): Pupil => ({
  upn: upnOf(number),
  surname: 'Doubleday',
  forename,
  dob: '2016-02-03',
  sex: 'F',
})

await describe('matching', async () => {
  let first = ''
  let second = ''

  await it('gives each pupil a reference, and nothing new for the same returns', async () => {
    first = await authorised(collector, '100001', [grace, alan, ada, twin('Rosie', 4), twin('Rosa', 5)])
    const done = await run()
    assert.equal(done.run, 1)
    assert.equal(done.counts.newPeople, 5)
    const [own = []] = await references([first])
    assert.equal(new Set(own).size, 5)
    assert.ok(own.every((each) => /^P[0-9A-F]{20}$/.test(each)))
    assert.equal((await run()).run, null)
    assert.deepEqual(await references([first]), [own])
  })

  await it('knows a pupil again under another name, day, number and spelling, and keeps twins two', async () => {
    second = await authorised(collector, '100002', [
      { ...grace, surname: 'Murray' },
      { ...alan, dob: '2013-06-22' },
      { ...ada, upn: `${upnOf(3).slice(0, 6)}9${upnOf(3).slice(7)}` },
      twin('Rosie', 4),
      { ...twin('Rosa', 5), upn: '' },
    ])
    const done = await run()
    assert.equal(done.run, 2)
    const [before = [], after = []] = await references([first, second])
    assert.deepEqual(after, before)
    assert.equal(done.counts.newPeople, 0)
  })

  await it('leaves two valid numbers to people, of whom two agree', async () => {
    const third = await authorised(collector, '100003', [{ ...grace, upn: upnOf(77) }])
    const done = await run()
    assert.equal(done.counts.newPeople, 1)
    const [[old = ''] = [], [new_ = ''] = []] = await references([first, third])
    assert.notEqual(old, new_)
    const { pairs } = await asCollector(collector).read((tx) => waitingPairs(tx))
    const pair = pairs.find(({ why }) => why === 'numbers')
    assert.ok(pair)
    const shown = await showPair(matching, colleague, pair.id)
    assert.ok(shown.needsSecond)
    assert.equal(shown.sides.a.first, 'grace')
    const { explained } = shown.sides
    assert.ok(explained)
    const sum = explained.steps.reduce(
      (all, { weight, rarity }) => all + weight + rarity,
      explained.prior + explained.household,
    )
    assert.ok(Math.abs(sum - (pair.weight ?? 0)) < 0.01)
    await assert.rejects(showPair(matching, theCollector, pair.id), { code: 'not-allowed' })
    await assert.rejects(showPair(matching, headOf('100001'), pair.id), { code: 'not-allowed' })

    const say = { verdict: 'same' as const, reason: 'The school gave a second number' }
    await assert.rejects(decidePair(matching, colleague, pair.id, { ...say, reason: ' ' }, testTime), {
      code: 'bad-input',
    })
    assert.ok((await decidePair(matching, colleague, pair.id, say, testTime)).waits)
    await assert.rejects(decidePair(matching, colleague, pair.id, say, testTime), { code: 'not-allowed' })
    const agreed = await decidePair(matching, another, pair.id, say, testTime)
    assert.equal(agreed.run?.counts.merges, 1)
    const [, [joined] = []] = await references([first, third])
    assert.equal(joined, old)
    assert.equal(await asCollector(collector).read((tx) => currentReference(tx, new_)), old)

    const changes = await asCollector(collector).read((tx) => changesFor(tx, 'statistics'))
    assert.deepEqual(
      changes.map(({ kind, kept, other, cause }) => [kind, kept, other, cause]),
      [['merge', old, new_, 'decision']],
    )
    await asCollector(collector).write((tx) => changesSeen(tx, 'statistics', changes.at(-1)?.number ?? 0))
    assert.deepEqual(await asCollector(collector).read((tx) => changesFor(tx, 'statistics')), [])

    // Taken back: as it was, with the reference that it had.
    const { decisions } = await showPair(matching, colleague, pair.id)
    const last = decisions.find(({ counts }) => counts)
    const undone = await undoDecision(matching, colleague, last?.id ?? '', 'It was her cousin', testTime)
    assert.equal(undone.counts.splits, 1)
    assert.deepEqual((await references([third]))[0], [new_])
    assert.equal(await asCollector(collector).read((tx) => currentReference(tx, new_)), new_)
    const [newest] = await asCollector(collector).read((tx) => lastChanges(tx, 1))
    assert.equal(newest?.cause, 'undone')
    // The partition of a day before is still to be had.
    const file = join(collector.home, 'then.parquet')
    await linksOf(matching, [third], file, agreed.run.run ?? 0)
    const analytics = await openAnalytics({ folders: [collector.home] })
    assert.deepEqual(await analytics.rows(`SELECT pmr FROM read_parquet('${file}')`), [{ pmr: old }])
    analytics.close()
  })

  await it('joins by a former number, and a temporary number to the permanent one', async () => {
    const temporary = 'X00180001701A'
    const one = await authorised(collector, '100004', [
      { ...alan, surname: 'Bletchley', forename: 'Tim', dob: '2012-05-05', upn: temporary },
    ])
    await run()
    const other = await authorised(collector, '100005', [
      {
        ...alan,
        surname: 'Bletchley',
        forename: 'Timothy',
        dob: '2012-05-05',
        upn: upnOf(200),
        formerUpn: temporary,
      },
    ])
    await run()
    const [a, b] = await references([one, other])
    assert.deepEqual(a, b)
  })

  await it('never joins what an adoption parted, and keeps nothing that names the two', async () => {
    const [[, , , rosie = ''] = []] = await references([first])
    const last = await authorised(collector, '100006', [{ ...twin('Rosie', 4), postcode: '' }])
    await run()
    assert.deepEqual((await references([last]))[0], [rosie])
    const place = (id: string, n: number) => ({ return: id, table: 'pupil', n })
    const analytics = await openAnalytics({ folders: [collector.home] })
    const file = join(collector.home, 'places.parquet')
    await linksOf(matching, [second, last], file)
    const rows = await analytics.rows(
      `SELECT return_id, n FROM read_parquet('${file}') WHERE pmr = '${rosie}' ORDER BY return_id`,
    )
    analytics.close()
    const nOf = (id: string): number => Number(rows.find((row) => row['return_id'] === id)?.['n'])
    await assert.rejects(
      severIdentities(matching, colleague, place(second, nOf(second)), place(last, nOf(last)), testTime),
      { code: 'conflict' },
    )
  })

  await it('says how well it did, by subgroup, and nobody’s name', async () => {
    const report = await matchReport(matching)
    assert.ok(report.all)
    assert.ok((report.all.precision ?? 0) > 0.9)
    assert.ok(report.groups.some(({ kind, group }) => kind === 'sex' && group === 'F'))
    assert.equal(report.clerical.second, 0)
    assert.doesNotMatch(JSON.stringify(report), /hopper|turing|doubleday|lovelace|2014/i)
  })

  await it('leaves no identity in plain form on the disk', () => {
    const files = readdirSync(matching.folder, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    )
    assert.ok(files.length > 5)
    for (const { parentPath, name } of files)
      assert.doesNotMatch(
        readFileSync(join(parentPath, name)).toString('latin1'),
        /hopper|turing|doubleday|lovelace/i,
        name,
      )
    assert.deepEqual(readdirSync(join(matching.folder, 'spill')), [])
  })
})
