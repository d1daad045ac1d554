import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, describe, it } from 'node:test'
import { playSchool } from '../../test/browser/school.ts'
import { openTestStore } from '../../test/support/store.ts'
import type { Actor } from '../core/vocabulary/index.ts'
import { currentPolicy } from '../school/agreements/index.ts'
import { deliverNow, takeCopySheet } from '../school/deliver/index.ts'
import {
  importFile,
  readCodeSets,
  readImportMaps,
  type ChoicesSource,
  type ImportReport,
} from '../school/register/index.ts'
import { releaseFeed, type Released } from '../school/release/index.ts'
import { doorFor, followImportedChoices, schoolFor } from './index.ts'

const played = await playSchool(await openTestStore())
const { gatehouse, pupilIds } = played
const office: Actor = { kind: 'staff', name: 'Olive Office', role: 'office' }
const school = schoolFor(gatehouse, office)
const door = doorFor(gatehouse, office)
const at = gatehouse.clock.now()
const map = readImportMaps('policy/imports').get('office-consents')
assert.ok(map)
const codes = await readCodeSets('policy/codes')
const { wordings } = await school.read(currentPolicy)

const header =
  'Pupil MIS id,Purpose,Kind,Choice,By,Contact MIS id,Wording,Method,Evidence,Tied to,Recorded at,Expires at'
/** A row about the nth pupil: what its parent chose, and on which day of November. */
const says = (
  n: number,
  choice: string,
  day: number,
  purpose = 'classdojo-account',
  kind = 'Consent',
): string =>
  `P${n},${purpose},${kind},${choice},Contact,C${n},${purpose}-1,Paper,form ${n},,2026-11-${String(day).padStart(2, '0')}T09:00:00Z,`
const take = (
  rows: readonly string[],
  apply = true,
  follow: ChoicesSource['follow'] = followImportedChoices(school, at),
): Promise<ImportReport> =>
  importFile(
    school,
    { format: 'csv', map, codes, choices: { wordings, follow } },
    Readable.from([Buffer.from([header, ...rows, ''].join('\n'))]),
    { at, apply, fileName: 'consents.csv' },
  )
const request = { agreementId: 'classdojo', requestKey: 'classdojo/2026-11-24', at }
const release = async (): Promise<Released> => {
  const released = await releaseFeed(door, request)
  assert.ok(released.kind === 'released', JSON.stringify(released))
  return released
}
const stateOf = async (releaseId: string): Promise<string> => {
  const row = await school.read((tx) =>
    tx.selectFrom('delivery').select('state').where('release_id', '=', releaseId).executeTakeFirstOrThrow(),
  )
  return row.state
}
const recalls = () =>
  school.read((tx) =>
    tx
      .selectFrom('task')
      .select(['dedupe_key', 'detail', 'closed_at'])
      .where('kind', '=', 'recall-due')
      .orderBy('opened_at')
      .execute(),
  )
const choices = async (): Promise<number> =>
  (await school.read((tx) => tx.selectFrom('consent_choice').select('id').execute())).length

const yeses = [1, 2, 3, 4].map((n) => says(n, 'Given', 1))

describe('choices that come in by a file', () => {
  after(() => played.stop())

  it('set nothing off while nobody takes anything back', async () => {
    const report = await take(yeses)
    assert.deepEqual(report.rejected, [])
    assert.deepEqual([report.new, report.followed], [4, { stopped: 0, recalls: 0 }])
  })

  it('stop the file that waits when a yes ends, once; the next of the same key is made without the pupil', async () => {
    const waiting = await release()
    assert.equal(waiting.permittedPupils, 4)
    const sheet = [...yeses, says(2, 'Withdrawn', 2)]
    assert.deepEqual((await take(sheet, false)).followed, null)
    assert.equal(await stateOf(waiting.releaseId), 'queued', 'a preview stops nothing')
    assert.deepEqual((await take(sheet)).followed, { stopped: 1, recalls: 0 })
    assert.equal(await stateOf(waiting.releaseId), 'cancelled')
    assert.deepEqual((await take(sheet)).followed, { stopped: 0, recalls: 0 })
    assert.deepEqual(await recalls(), [])

    const next = await release()
    assert.deepEqual([next.permittedPupils, next.repeated], [3, false])
    assert.notEqual(next.releaseId, waiting.releaseId)
    const again = await release()
    assert.deepEqual([again.releaseId, again.repeated], [next.releaseId, true])
  })

  it('stop a second file of the same key too, and open a recall once for what left', async () => {
    const second = await release()
    assert.deepEqual((await take([says(3, 'Withdrawn', 3)])).followed, { stopped: 1, recalls: 0 })
    const third = await release()
    assert.notEqual(third.releaseId, second.releaseId)
    assert.equal(third.permittedPupils, 2)
    await deliverNow(door, third.releaseId, { clock: gatehouse.clock })
    await takeCopySheet(school, third.releaseId, at)

    const sheet = [says(4, 'Withdrawn', 4)]
    assert.deepEqual((await take(sheet)).followed, { stopped: 0, recalls: 1 })
    const [task, ...more] = await recalls()
    assert.deepEqual(more, [])
    assert.equal(task?.dedupe_key, `recall-due:${pupilIds[4] ?? ''}:classdojo-account`)
    assert.deepEqual((task.detail as { ledgerIndexes: number[] }).ledgerIndexes, [third.ledgerIndex])
    await school.write((tx) =>
      tx.updateTable('task').set({ closed_at: at }).where('kind', '=', 'recall-due').execute(),
    )
    assert.deepEqual((await take(sheet)).followed, { stopped: 0, recalls: 0 })
    assert.equal((await recalls()).length, 1, 'what was done is not asked for again')
    assert.equal((await release()).releaseId, third.releaseId, 'what left stays the key’s release')
  })

  it('stop nothing when somebody came back to yes, or had no say', async () => {
    const waiting = await releaseFeed(door, { ...request, requestKey: 'another' })
    assert.ok(waiting.kind === 'released')
    assert.deepEqual(
      (await take([says(1, 'Withdrawn', 5), says(1, 'Requested', 6), says(1, 'Given', 7)])).followed,
      { stopped: 0, recalls: 0 },
    )
    await school.write((tx) =>
      tx
        .updateTable('pupil_contact')
        .set({ parental_responsibility: false })
        .where('pupil_id', '=', pupilIds[5] ?? '')
        .execute(),
    )
    assert.deepEqual((await take([says(5, 'Refused', 7)])).followed, { stopped: 0, recalls: 0 })
    assert.equal(await stateOf(waiting.releaseId), 'queued')
  })

  it('have an opt-out passed on though no list has left, and count a yes that has run out as an end', async () => {
    const out = says(6, 'Refused', 8, 'child-measurement', 'Opt-out')
    assert.deepEqual((await take([out])).followed, { stopped: 0, recalls: 1 })
    assert.deepEqual((await take([out])).followed, { stopped: 0, recalls: 0 })
    const expired = `${says(1, 'Renewed', 9).slice(0, -1)},2026-11-10T00:00:00Z`
    assert.equal((await take([expired])).followed?.stopped, 1)
  })

  it('stand only with what follows from them', async () => {
    const before = await choices()
    const fails = (): Promise<never> => Promise.reject(new Error('the recall failed'))
    await assert.rejects(take([says(7, 'Refused', 9)], true, fails))
    assert.equal(await choices(), before)
  })
})
