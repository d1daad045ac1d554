import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import type { Agreement } from '../../core/vocabulary/index.ts'
import { changedWith } from './changed.ts'
import type { ReleaseOutcome, ReleaseRequest } from './outcome.ts'
import { releaseWith, type Parts } from './release-feed.ts'
import { addPupils, at, openSmallSchool, partsWith, type SmallSchool } from './testing/small-school.ts'

let urn = 800_000
let small: SmallSchool = await openSmallSchool(String(urn))
const later = new Date(at.getTime() + 86_400_000)
const schedule = { every: 'on-change', note: '' } as const
const ctf: Partial<Agreement> = {
  schedule,
  items: ['pupil.surname', 'pupil.forename', 'pupil.destinationLa', 'pupil.destinationEstablishment'].map(
    (item) => ({ item, as: 'as-is' }),
  ),
  population: { item: 'pupil.leavingDate', present: true },
  format: { kind: 'ctf', version: '25.0', specification: '' },
}

describe('files that are made when something changed', () => {
  beforeEach(async () => {
    const school = await addSchool(small.store, String(++urn))
    small = { ...small, school, door: { ...small.door, school } }
  })

  let keys = 0
  const release = (parts: Parts, more: Partial<ReleaseRequest> = {}): Promise<ReleaseOutcome> =>
    releaseWith(parts, small.door, {
      agreementId: 'class-list',
      requestKey: `key ${String(keys++).padStart(3, '0')}`,
      at,
      ...more,
    })
  const due = async (parts: Parts) =>
    (await changedWith(parts, small.door, later)).map(({ last, obstacle }) => [
      last?.toISOString() ?? null,
      obstacle,
    ])
  const change = (pupilId: string, to: Record<string, unknown>) =>
    small.school.write((tx) => tx.updateTable('pupil').set(to).where('id', '=', pupilId).execute())
  const stop = (outcome: ReleaseOutcome) => {
    assert.ok(outcome.kind === 'released')
    return small.school.write((tx) =>
      tx
        .updateTable('delivery')
        .set({ state: 'cancelled' })
        .where('release_id', '=', outcome.releaseId)
        .execute(),
    )
  }

  for (const [what, parts] of [
    ['CSV', partsWith({ schedule })],
    ['JSON', partsWith({ schedule, format: { kind: 'json', specification: '' } })],
  ] as const) {
    it(`are due as ${what} when they would not be the file that left last`, async () => {
      const [one = ''] = await addPupils(small.school, [{}, {}])
      assert.deepEqual(await due(parts), [[null, null]], 'never sent')
      const first = await release(parts)
      assert.deepEqual(await due(parts), [])
      await change(one, { religion: 'x' })
      assert.deepEqual(await due(parts), [], 'it does not carry that')
      await change(one, { surname: 'Changed' })
      assert.deepEqual(await due(parts), [[at.toISOString(), null]])
      const second = await release(parts, { at: later })
      assert.deepEqual(await due(parts), [])
      await stop(second)
      assert.deepEqual(await due(parts), [[at.toISOString(), null]], 'the second never left')
      await stop(first)
      assert.deepEqual(await due(parts), [[null, null]])
    })
  }

  it('are due with the reason when they are held, and nothing is recorded by looking', async () => {
    await addPupils(small.school, [{ surname: '=1+1' }])
    const [[last, obstacle] = []] = await due(partsWith({ schedule }))
    assert.equal(last, null)
    assert.match(String(obstacle), /does not fit/)
    const left = await small.school.read((tx) => tx.selectFrom('task').select('id').execute())
    assert.deepEqual(left, [])
  })

  it('are none of those sent by the calendar', async () => {
    await addPupils(small.school, [{}])
    assert.deepEqual(await due(partsWith({})), [])
  })

  describe('transfer files', () => {
    const left = (destination: readonly [string, string], surname: string) => ({
      leavingDate: '2026-11-02',
      destination,
      surname,
    })
    const tasks = () =>
      small.school.read((tx) => tx.selectFrom('task').select(['kind', 'title', 'detail']).execute())

    it('are made once for a pupil and a destination, whatever the request', async () => {
      const parts = partsWith(ctf)
      assert.deepEqual(await due(parts), [], 'nobody left')
      const [one = '', two = ''] = await addPupils(small.school, [
        left(['893', '2001'], 'One'),
        left(['893', '2001'], 'Two'),
      ])
      assert.deepEqual(await due(parts), [[null, null]])
      const first = await release(parts, { requestKey: 'first' })
      assert.ok(first.kind === 'released' && first.permittedPupils === 2)
      assert.deepEqual(await due(parts), [])
      const again = await release(parts)
      assert.equal(again.kind === 'nothing-to-send' && again.why, 'sent-before')
      const repeated = await release(parts, { requestKey: 'first' })
      assert.ok(repeated.kind === 'released' && repeated.repeated, 'the same request has the same answer')

      await addPupils(small.school, [
        { id: '00000000-0000-4000-8000-0000000000ff', ...left(['893', '2001'], 'Three') },
      ])
      assert.deepEqual(await due(parts), [[at.toISOString(), null]])
      const third = await release(parts)
      assert.ok(third.kind === 'released' && third.permittedPupils === 1 && third.withheldPupils === 0)

      await change(two, { destination_establishment: '2002' })
      const elsewhere = await release(parts)
      assert.ok(elsewhere.kind === 'released' && elsewhere.permittedPupils === 1, 'another destination')
      assert.match(elsewhere.fileName, /_8932002_/)

      // Came back and left anew: the file of the earlier stay does not count.
      await change(one, { entry_date: '2026-11-25', leaving_date: '2026-12-04' })
      const anew = await release(parts, { at: new Date('2026-12-10T08:00:00Z') })
      assert.ok(anew.kind === 'released' && anew.permittedPupils === 1)
      assert.deepEqual(await tasks(), [])
    })

    it('are made again when the first was stopped', async () => {
      await addPupils(small.school, [left(['893', '2001'], 'One')])
      const parts = partsWith(ctf)
      await stop(await release(parts))
      assert.equal((await release(parts)).kind, 'released')
    })

    it('are made again for a reason, and the data protection officer is told', async () => {
      const [one = ''] = await addPupils(small.school, [left(['893', '2001'], 'One')])
      const parts = partsWith(ctf)
      assert.equal((await release(parts, { again: 'not-received' })).kind, 'released')
      assert.deepEqual(await tasks(), [], 'it was the first')
      const again = await release(parts, { again: 'not-received' })
      assert.ok(again.kind === 'released' && !again.repeated)
      const [task, ...others] = await tasks()
      assert.deepEqual(others, [])
      assert.equal(task?.title, 'A transfer file was made again: the other school has not received it')
      assert.deepEqual(task.detail, {
        agreementId: 'class-list',
        releaseId: again.releaseId,
        reason: 'not-received',
        pupilIds: [one],
      })
    })

    it('that can’t be written are held with every pupil who is the cause', async () => {
      const ids = await addPupils(small.school, [
        left(['893', '2001'], 'One'),
        left(['893', '2001'], 'T\u0001wo'),
        left(['893', '2001'], '\u0002'),
      ])
      const held = await release(partsWith(ctf))
      assert.deepEqual(held.kind === 'held' && [held.reason, held.pupilIds], ['unwritable', ids.slice(1)])
    })
  })
})
