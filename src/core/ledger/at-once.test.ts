// What several processes do to one ledger at the same time must not look like damage to any of them.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import {
  addNotices,
  addRelease,
  ledgerAt as at,
  newTestLedger,
  pupilA,
  pupilB,
  type TestLedger,
} from '../../../test/support/ledger.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { parseCheckpoint, parseNote } from '../standards/tlog/index.ts'
import type { SchoolStore, Tx } from '../store/index.ts'
import { eraseOpenings, openLedger, type Ledger } from './index.ts'

const store = await openTestStore()
const home = mkdtempSync(join(tmpdir(), 'gatehouse-at-once-'))
after(() => rmSync(home, { recursive: true }))
let urn = 420000
const newLedger = (): Promise<TestLedger> => newTestLedger(store, String(urn++), home)
const later = (minutes: number): Date => new Date(at.getTime() + minutes * 60_000)

/** The ledger as a second process has it, with something happening after its n-th reading of the store. */
function interrupted(t: TestLedger, after: number, happens: () => Promise<unknown>): Ledger {
  let reads = 0
  const read = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    const value = await t.school.read(work)
    if (++reads === after) await happens()
    return value
  }
  const school: SchoolStore = { ...t.school, read }
  return openLedger({ school, origin: t.keys.origin, keys: t.keys, folder: t.folder })
}

/** Grows the log past the tile that was partial, so that its partial files go. */
const outgrow = async (t: TestLedger): Promise<void> => {
  await addNotices(t, 300)
  await t.ledger.publish(later(1))
}

const publishedSize = (t: TestLedger): number =>
  parseCheckpoint(parseNote(readFileSync(join(t.folder, 'checkpoint'))).text).size

describe('while another process publishes', () => {
  it('a receipt is given of the tiles that the log has grown to', async () => {
    const t = await newLedger()
    await addNotices(t, 300)
    await t.ledger.publish(at)
    assert.match(await interrupted(t, 1, () => outgrow(t)).receipt(290, { at }), /^c2sp\.org\/tlog-proof/)
  })

  for (const read of [1, 2, 3]) {
    it(`publishing is not taken for a fork (after reading ${read})`, async () => {
      const t = await newLedger()
      await addNotices(t, 300)
      await t.ledger.publish(at)
      await addNotices(t, 10)
      await interrupted(t, read, () => outgrow(t)).publish(later(2))
      assert.equal(publishedSize(t), 610)
      assert.deepEqual((await t.ledger.verify()).faults, [])
    })
  }

  it('many may publish while others append', async () => {
    const t = await newLedger()
    await addNotices(t, 250)
    const processes = [t.at(t.folder), t.at(t.folder), t.at(t.folder)]
    const appending = (async () => {
      for (let i = 0; i < 12; i++) await addNotices(t, 3)
    })()
    await Promise.all([
      appending,
      ...processes.map(async (ledger, n) => {
        for (let i = 0; i < 6; i++) await ledger.publish(later(n + i))
      }),
    ])
    await t.ledger.publish(later(60))
    assert.equal(publishedSize(t), 286)
    assert.deepEqual((await t.ledger.verify()).faults, [])
  })
})

describe('while the ledger grows', () => {
  const grows: Record<string, (t: TestLedger) => Promise<unknown>> = {
    'an entry is appended': (t) => addNotices(t, 1),
    'a release is appended': (t) => addRelease(t),
    'its tiles fill and are published': outgrow,
    'openings are erased': (t) =>
      t.school.write((tx) =>
        eraseOpenings(tx, t.school.urn, { pupilId: pupilA, ground: 'retention', decidedBy: 'dpo' }, at),
      ),
  }
  for (const [what, happens] of Object.entries(grows)) {
    for (const read of [1, 2, 3, 4]) {
      it(`verifying is not confused when ${what} (after reading ${read})`, async () => {
        const t = await newLedger()
        await addNotices(t, 298)
        await addRelease(t)
        await addRelease(t, 'restricted')
        await t.ledger.publish(at)
        assert.deepEqual((await interrupted(t, read, () => happens(t)).verify()).faults, [])
      })
    }
  }

  it('an erasure is still found out when it is done in silence', async () => {
    const t = await newLedger()
    const index = await addRelease(t)
    await t.school.write((tx) => tx.deleteFrom('ledger_opening').where('pupil_id', '=', pupilB).execute())
    const { faults } = await interrupted(t, 1, () =>
      t.school.write((tx) =>
        eraseOpenings(tx, t.school.urn, { pupilId: pupilA, ground: 'retention', decidedBy: 'dpo' }, at),
      ),
    ).verify()
    assert.equal(faults.length, 1)
    assert.match(faults[0]?.place ?? '', new RegExp(`^entry ${index}, opening [0-2]$`))
  })
})
