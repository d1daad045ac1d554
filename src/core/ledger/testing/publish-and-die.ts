// Run as a process of its own by publish.faults.test.ts: goes on from whatever the one before left, says in one line of
// JSON what it found, then appends and publishes again, and is killed at the step that it is told.
import { addNotices, ledgerAt, noticeEntry, testLedger } from '../../../../test/support/ledger.ts'
import { addSchool, testActor } from '../../../../test/support/school.ts'
import { openStore } from '../../store/index.ts'
import { appendEntry } from '../append.store.ts'

export interface Found {
  readonly size: number
  readonly recovered: number
  readonly faults: readonly string[]
}

const [, , home = '', entries = '0', dieAt = '0'] = process.argv
const urn = '100001'
const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('SIGKILL can’t be survived')
}

const store = await openStore({ databaseUrl: process.env['FAULT_DATABASE_URL'], folder: home })
const known = await store.owner.selectFrom('school').select('school_urn').execute()
const school = known.length > 0 ? store.school(urn, testActor) : await addSchool(store, urn)
const t = testLedger(school, home)

const { size: recovered } = await t.ledger.publish(ledgerAt)
const { size, faults } = await t.ledger.verify()
const found: Found = { size, recovered, faults: faults.map(({ place, why }) => `${place}: ${why}`) }
process.stdout.write(`${JSON.stringify(found)}\n`)

if (dieAt === 'in the transaction') {
  await school.write(async (tx) => {
    await appendEntry(tx, urn, noticeEntry(1), ledgerAt)
    die()
  })
}
await addNotices(t, Number(entries))
let step = 0
await t
  .at(t.folder, () => {
    step++
    if (String(step) === dieAt) die()
  })
  .publish(ledgerAt)
await store.close()
