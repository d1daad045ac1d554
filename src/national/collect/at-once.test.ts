import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestStore, testEngine } from '../../../test/support/store.ts'
import { asCollector } from './collector.ts'
import { eventsOf, findReturn, receiveReturn } from './index.ts'
import { asBytes, censusMessage } from './testing/census-message.ts'
import { collectedFiles, headOf, testCollector, testSource, testTime } from './testing/test-collector.ts'

// Fifty where the server can do many at once; the embedded store does one after the other in any case.
const schools = testEngine === 'postgres' ? 50 : 6
const urns = Array.from({ length: schools }, (_, i) => String(100001 + i))
const store = await openTestStore()
const collector = await testCollector(
  store,
  urns.map((urn) => testSource(urn)),
)
/** The same store seen by another process, with turns of its own. */
const another = { ...(await testCollector(store)), home: collector.home, keys: collector.keys }

describe(`schools that send at once (${testEngine})`, () => {
  it('lose none, double none and mix none, though each sends twice', async () => {
    const messages = urns.map((urn, i) => asBytes(censusMessage({ urn, pupils: 1 + (i % 7) })))
    const results = await Promise.all(
      urns.flatMap((urn, i) =>
        [collector, another].map((by) =>
          receiveReturn(by, headOf(urn), { name: urn, open: messages[i] ?? asBytes('') }, testTime),
        ),
      ),
    )
    const taken = results.flatMap((result) => (result.ok ? [result.value] : []))
    const refused = results.flatMap((result) => (result.ok ? [] : [result.error.problem]))
    assert.deepEqual(taken.map(({ source }) => source).sort(), urns)
    assert.deepEqual(new Set(refused), new Set(['return-stands']))
    assert.equal(refused.length, schools)
    for (const { return: id, source } of taken) {
      const { of, events } = await asCollector(collector).read(async (tx) => ({
        of: await findReturn(tx, id),
        events: await eventsOf(tx, id),
      }))
      assert.ok(of.stands)
      assert.deepEqual([of.version, of.state, of.source], [1, 'loaded-and-validated', source])
      assert.equal(of.records['pupil'], 1 + (urns.indexOf(source) % 7))
      assert.deepEqual(
        events.map(({ move }) => move),
        ['receive', 'validate'],
      )
    }
    const files = collectedFiles(collector)
    assert.equal(files.length, schools * 5)
    assert.ok(files.every((file) => taken.some(({ return: id }) => file.includes(id))))
  })
})
