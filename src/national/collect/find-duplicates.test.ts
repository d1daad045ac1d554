import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import { asCollector, asPerson } from './collector.ts'
import { decideDuplicate, findDuplicates, receiveMany, type Delivery } from './index.ts'
import { asBytes, censusMessage, upnOf } from './testing/census-message.ts'
import {
  agentOf,
  testCollector,
  testSource,
  testTime,
  theCollector,
  theOperator,
} from './testing/test-collector.ts'

const store = await openTestStore()
const collector = await testCollector(store, [
  testSource('100001'),
  testSource('100002'),
  testSource('300001', { laNumber: '301', schoolType: '54' }),
])
const round = { collection: 'school-census', year: 2026, term: 'AUT' }
const twice = upnOf(900)
const dual = upnOf(901)
const pupilsOf: Record<string, readonly Record<string, string>[]> = {
  '100001': [
    { upn: twice, surname: 'Secretone' },
    { upn: dual, surname: 'Secrettwo', enrolStatus: 'M' },
    { upn: upnOf(902), surname: 'Núñez', forename: 'Ana', middleNames: 'Maria', dob: '2017-01-01' },
    { upn: upnOf(903), surname: 'Same', forename: 'Sam', middleNames: 'Xavier', dob: '2017-01-02' },
  ],
  '100002': [
    { upn: dual, surname: 'Secrettwo', enrolStatus: 'S' },
    { upn: upnOf(904), surname: 'NUNEZ', forename: 'ana', dob: '2017-01-01' },
    { upn: upnOf(905), surname: 'Same', forename: 'Sam', middleNames: 'Olu', dob: '2017-01-02' },
  ],
  '300001': [{ upn: twice, surname: 'Other', dob: '2016-05-05' }],
}
const deliveries = Object.entries(pupilsOf).map(([urn, pupils]): Delivery => {
  const text = censusMessage({ urn, laNumber: urn.startsWith('3') ? '301' : '894', pupils })
  return { name: urn, open: asBytes(text) }
})
for await (const { result } of receiveMany(collector, theOperator, deliveries, () => testTime))
  assert.ok(result.ok)

const candidates = (by = asCollector(collector)) =>
  by.read((tx) =>
    tx
      .selectFrom('duplicate_candidate')
      .select([
        'kind',
        'source',
        'ordinal',
        'line',
        'conflict',
        'why',
        'status',
        'group_id',
        'return_id',
        'lineage',
        'decided_by',
      ])
      .orderBy('kind')
      .orderBy('ordinal')
      .orderBy('source')
      .execute(),
  )

describe('children in two returns', () => {
  it('are found by UPN, and by who they are, with place and reason and never a value', async () => {
    const found = await findDuplicates(collector, theCollector, round, testTime)
    assert.deepEqual(found, { sameUpn: 2, samePerson: 1, conflicts: 2 })
    const kept = await candidates()
    assert.deepEqual(
      kept.map(({ kind, source, ordinal, conflict, status }) => [kind, source, ordinal, conflict, status]),
      [
        ['same-person', '100002', 2, true, 10],
        ['same-person', '100001', 3, true, 10],
        ['same-upn', '100001', 1, true, 4],
        ['same-upn', '100002', 1, false, 103],
        ['same-upn', '300001', 1, true, 104],
        ['same-upn', '100001', 2, false, 3],
      ],
    )
    assert.ok(kept.every(({ line, why }) => line > 1 && why.length > 10))
    assert.doesNotMatch(
      JSON.stringify(kept),
      new RegExp(`Secret|Nunez|Núñez|${twice}|${dual}|2016-05-05`, 'i'),
    )
  })

  it('show an authority no more than its own records', async () => {
    const own = await candidates(asPerson(collector, agentOf('301')))
    assert.deepEqual(
      own.map(({ source }) => source),
      ['300001'],
    )
    await assert.rejects(findDuplicates(collector, agentOf('301'), round, testTime), { code: 'not-allowed' })
  })

  it('are found again the same, and a person’s decision stays', async () => {
    const [first] = (await candidates()).filter(({ why }) => why.includes('different dates'))
    assert.ok(first)
    const place = { return: first.return_id, ordinal: first.ordinal }
    await decideDuplicate(collector, theCollector, first.group_id, place)
    await assert.rejects(decideDuplicate(collector, agentOf('301'), first.group_id, place), {
      code: 'not-allowed',
    })
    for (const [group, at] of [
      [first.group_id, { ...place, ordinal: 99 }],
      [first.return_id, place],
      ['nobody', place],
    ] as const)
      await assert.rejects(decideDuplicate(collector, theCollector, group, at), { code: 'not-found' })
    await findDuplicates(collector, theCollector, round, testTime)
    const again = await candidates()
    assert.equal(again.length, 6)
    assert.deepEqual(
      again
        .filter(({ decided_by }) => decided_by === theCollector.actor.name)
        .map(({ source, status }) => [source, status]),
      [
        ['100001', 9],
        ['300001', 109],
      ],
    )
  })
})
