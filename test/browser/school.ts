import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOrLoadKeys, openLedger, originOf } from '../../src/core/ledger/index.ts'
import { readPolicyFolder } from '../../src/core/policy/index.ts'
import { openQueue, openStore, type SchoolStore, type Store } from '../../src/core/store/index.ts'
import { fixedClock, type Actor, type StaffRole } from '../../src/core/vocabulary/index.ts'
import { createApp, openLog, startServer } from '../../src/faces/api/index.ts'
import { setStaffAccount, type Gatehouse } from '../../src/faces/index.ts'
import { approveAgreement, loadPolicy, recordStanding } from '../../src/school/agreements/index.ts'
import { publishNotice } from '../../src/school/notice/index.ts'
import { deliveryQueue, fileSecrets, releaseFeed } from '../../src/school/release/index.ts'
import { addPupils } from './pupils.ts'
import { Writable } from 'node:stream'

export const at = new Date('2026-11-24T07:30:00Z')
const urn = '900001'
export const password = 'lantern otter quilt'

/** The address of each role's account. */
export const emailOf = (role: StaffRole): string => `${role}@wrekinview.example`

/** Left unapproved for the journey that approves it. */
export const waiting = 'otrack'

const head: Actor = { kind: 'staff', name: 'Harriet Head', role: 'head' }

export interface PlayedSchool {
  readonly url: string
  readonly gatehouse: Gatehouse
  readonly school: SchoolStore
  /** Ids of the pupils, in the order in which they were added. */
  readonly pupilIds: readonly string[]
  stop(): Promise<void>
}

/**
 * A school with its policy, its notice, some pupils and some releases, served on a free port of loopback.
 * @param given the store to found it in, which stays open; one of its own when absent.
 * @param collectorUrl where its returns are submitted.
 */
export async function playSchool(given?: Store, collectorUrl?: string): Promise<PlayedSchool> {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-browser-'))
  const store = given ?? (await openStore({ folder: 'memory' }))
  const school = store.school(urn, head)
  await school.write((tx) =>
    tx
      .insertInto('school')
      .values({
        school_urn: urn,
        name: 'Wrekin View Primary School',
        la_number: '894',
        establishment_number: '2999',
        phase: 'PS',
        governance: 'maintained',
        domain: 'wrekinview.example',
        controller: 'The governing board of Wrekin View Primary School',
        dpo_contact: 'dpo@wrekinview.example',
      })
      .execute(),
  )
  const pupilIds = await addPupils(school)
  await bringPolicy(school)
  for (const [role, name] of staff) {
    await setStaffAccount(school, { email: emailOf(role), name, role, password })
  }

  const origin = originOf('wrekinview.example')
  const logFolder = join(home, 'log')
  const keys = createOrLoadKeys(join(home, 'keys'), origin)
  const queue = await openQueue(store.engine, [deliveryQueue], { retryLimit: 1, retryDelay: 1 })
  const gatehouse: Gatehouse = {
    settings: { publicUrl: 'http://127.0.0.1', policyFolder: 'policy', collectorUrl },
    store,
    urn,
    clock: fixedClock(at.toISOString()),
    queue,
    secrets: fileSecrets(home),
    ledger: openLedger({ school, origin, keys, folder: logFolder }),
    home,
    logFolder,
  }
  await publishNotice(school, at)
  const door = { school, queue, secrets: gatehouse.secrets, home }
  for (const agreementId of ['classdojo', 'times-tables-rock-stars', 'inventry']) {
    await releaseFeed(door, { agreementId, requestKey: `played/${agreementId}`, at })
  }
  await gatehouse.ledger.publish(at)

  const silent = openLog(new Writable({ write: (_chunk, _encoding, done) => done() }))
  const server = await startServer(createApp(gatehouse, silent), 0, '127.0.0.1')
  const stop = async (): Promise<void> => {
    await server.stop()
    await queue.stop()
    if (!given) await store.close()
    rmSync(home, { recursive: true, force: true })
  }
  return { url: `http://127.0.0.1:${server.port}`, gatehouse, school, pupilIds, stop }
}

const staff: readonly (readonly [StaffRole, string])[] = [
  ['office', 'Olive Office'],
  ['dpo', 'Dev Patel'],
  ['head', 'Harriet Head'],
  ['safeguarding-lead', 'Sam Lead'],
  ['auditor', 'Ada Auditor'],
]

/** Loads policy/, shows a standing for every recipient, and approves every agreement but the one that waits. */
async function bringPolicy(school: SchoolStore): Promise<void> {
  const policy = await readPolicyFolder('policy')
  if (!policy.ok)
    throw new Error(policy.error.map((fault) => `${fault.file}:${fault.line} ${fault.message}`).join('\n'))
  const { awaitingApproval } = await loadPolicy(school, policy.value, at)
  for (const recipientId of policy.value.recipients.keys()) {
    await recordStanding(school, {
      recipientId,
      identityVerifiedOn: '2026-09-01',
      contractOn: '2026-09-01',
      transferSafeguard: 'International data transfer addendum',
      transferSafeguardOn: '2026-09-01',
      // A published test vector of age, so that nobody holds data for it by mistake.
      ageRecipient: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
      ageRecipientExpiresOn: '2027-09-01',
    })
  }
  for (const { id, version } of awaitingApproval) {
    if (id !== waiting) await approveAgreement(school, id, version, at)
  }
}
