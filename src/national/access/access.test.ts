import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { decryptWith } from '../../core/standards/age/index.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { handlers } from './applications/handle.ts'
import type { GatehouseError } from '../../core/vocabulary/index.ts'
import { asCollector } from '../collect/index.ts'
import {
  changeIdentity,
  commandKinds,
  extractsOf,
  giveKey,
  lookAtAll,
  makeExtract,
  pieceOf,
  quarters,
  readApplication,
  readRegister,
  readReview,
  receivedAbout,
  recordPerson,
  untar,
  verifyOrganisation,
  work,
} from './index.ts'
import {
  answers,
  applicant,
  benefits,
  decide,
  enter,
  later,
  now,
  officer,
  panel,
  refusal,
  review,
  testAccess,
  testHoldings,
  toActive,
  toReview,
  value,
} from './testing/access-world.ts'

const store = await openTestStore()
const access = await testAccess(store)
const holdings = await testHoldings()
after(() => holdings.close())
const secret = await enter(access, 'alpha')
await enter(access, 'beta')

const filesOf = async (id: string, key: string): Promise<ReadonlyMap<string, Uint8Array>> => {
  const bytes = await asCollector(access.collector).read((tx) => pieceOf(tx, id, 0, 10_000_000))
  return untar(value2(await decryptWith(key, bytes)))
}
const value2 = <T>(result: { ok: true; value: T } | { ok: false }): T => {
  assert.ok(result.ok)
  return result.value
}

describe('access', () => {
  it('has a handler for every command', () => {
    assert.deepEqual(Object.keys(handlers).sort(), [...commandKinds].sort())
  })

  it('goes from a draft to an extract, the ledger, the register and destruction', async () => {
    const reference = await toActive(access, 'alpha', answers())
    const extract = value(await makeExtract(access, officer, reference, holdings, now))
    assert.equal(extract.manifest.people, 150) // of one authority of two
    const files = await filesOf(extract.id, secret)
    assert.deepEqual([...files.keys()], ['manifest.json', 'school_census-2025.csv', 'school_census-2026.csv'])
    const text = Buffer.from(files.get('school_census-2025.csv') ?? []).toString('utf8')
    assert.equal(text.split('\n')[0]?.trim(), 'pupil,sex,ncyear') // the month of birth was asked for 2026 alone
    assert.doesNotMatch(text, /pmr-/)
    assert.match(Buffer.from(files.get('school_census-2026.csv') ?? []).toString('utf8'), /birth_month/)
    const row = (await readRegister(access)).find((each) => each.reference === reference)
    assert.ok(row)
    assert.equal(row.state, 'active')
    assert.equal(row.data, 'held')
    assert.equal(row.people, 150)
    assert.deepEqual(row.itemsBeyondDefault, ['school_census.birth_month'])
    const mine = await receivedAbout(access, 'pmr-1', now)
    assert.deepEqual(
      mine.map((each) => [each.organisation, each.reference]),
      [['University of alpha', reference]],
    )
    assert.deepEqual(await receivedAbout(access, 'pmr-0', now), [])
    const head = await access.ledger.publish(now)
    assert.ok(head.size > extract.entry)
    assert.match(await access.ledger.receipt(row.entry, { at: now }), /tlog-proof/)
    assert.deepEqual((await access.ledger.verify()).faults, [])
    await lookAtAll(access, later(80)) // past the end, nobody acting
    assert.equal((await readApplication(access, reference)).state.stage, 'ending')
    await assert.rejects(filesOf(extract.id, secret), { code: 'not-allowed' })
    value(
      await work(
        access,
        applicant('alpha'),
        reference,
        { kind: 'certify', method: 'Overwritten', evidence: 'Log of the wiping', on: '2027-01-05' },
        later(81),
      ),
    )
    value(await work(access, officer, reference, { kind: 'accept-certificate' }, later(82)))
    const closed = (await readRegister(access)).find((each) => each.reference === reference)
    assert.equal(closed?.data, 'destroyed')
  })

  it('reaches no review without two officers confirming the gateway (1)', async () => {
    const reference = await toReview(access, 'alpha', answers())
    const other = { kind: 'confirm-gateway', gateway: 'research-dea', reason: 'Another power.' } as const
    value(await work(access, officer, reference, other, now)) // begins again
    assert.equal(
      refusal(await work(access, panel[0], reference, { kind: 'review', review: review(access) }, now)).code,
      'gateway',
    )
    assert.equal(refusal(await work(access, officer, reference, other, now)).code, 'second-person')
    const early = await work(
      access,
      applicant('alpha'),
      reference,
      { kind: 'give-benefits', answers: { audience: 'All' } },
      now,
    )
    assert.equal(refusal(early).code, 'gateway')
  })

  it('is asked for by the organisation or the access office, not by others of the department', async () => {
    const reference = await toReview(access, 'alpha', answers())
    const idle = { ...officer, name: 'Idle', duties: ['statistics'] }
    const change = { kind: 'give-benefits', answers: benefits(access) } as const
    assert.equal(refusal(await work(access, idle, reference, change, now)).code, 'duty')
    for (const act of [
      () => giveKey(access, idle, 'alpha', 'age1x', now),
      () => changeIdentity(access, idle, 'alpha', { owner: 'Idle' }, now),
      () =>
        recordPerson(
          access,
          idle,
          'alpha',
          'eve',
          { kind: 'entered', name: 'Eve', email: 'e@x.example' },
          now,
        ),
    ])
      await assert.rejects(act, (error: GatehouseError) => error.code === 'not-allowed')
  })

  it('is reviewed again where the benefit sections changed after a review', async () => {
    const reference = await toReview(access, 'alpha', answers())
    for (const member of panel)
      value(await work(access, member, reference, { kind: 'review', review: review(access) }, now))
    const change = { kind: 'give-benefits', answers: { ...benefits(access), audience: 'Others' } } as const
    value(await work(access, applicant('alpha'), reference, change, now))
    assert.equal(refusal(await work(access, panel[0], reference, { kind: 'decide' }, now)).code, 'panel')
  })

  it('takes no review whose outcome is none of the three', () => {
    assert.throws(() => readReview({ ...review(access), outcome: 'reject' }), /another form/)
    assert.deepEqual(readReview(review(access)), review(access))
  })

  it('approves nothing without an end, and ends with nobody acting (2)', async () => {
    const without = { ...answers() }
    delete without.end
    const reference = await toReview(access, 'alpha', without)
    assert.equal(refusal(await decide(access, reference)).code, 'no-end')
    const active = await toActive(access, 'alpha', answers())
    assert.equal(refusal(await makeExtract(access, officer, active, holdings, later(100))).code, 'unmet')
  })

  it('suspends every agreement of an organisation whose name changed, and says why (3)', async () => {
    await enter(access, 'gamma')
    const one = await toActive(access, 'gamma', answers())
    const two = await toActive(access, 'gamma', answers({ title: 'Another' }))
    const { suspended } = await changeIdentity(
      access,
      applicant('gamma'),
      'gamma',
      { name: 'Trustworthy Checks Ltd' },
      later(1),
    )
    assert.deepEqual(suspended, [one, two])
    const { state } = await readApplication(access, one)
    assert.equal(state.stage, 'suspended')
    assert.match(state.suspensions[0]?.reasons.join() ?? '', /name changed/)
    assert.equal(
      refusal(await work(access, officer, one, { kind: 'restore', reason: 'Please' }, later(1))).code,
      'unmet',
    )
    await verifyOrganisation(access, officer, 'gamma', 'Seen again', later(2))
    value(await work(access, officer, one, { kind: 'restore', reason: 'Verified' }, later(2)))
  })

  it('refuses an item beyond the default without a justification, and knows none of sensitivity A (5)', async () => {
    const bare = { dataSet: 'school_census', column: 'birth_month', from: 2026, to: 2026, justification: '' }
    const reference = await toReview(access, 'alpha', answers({ items: [bare] }))
    assert.match(refusal(await decide(access, reference)).says, /needs a justification/)
    const never = await work(
      access,
      applicant('alpha'),
      await toDraft(),
      { kind: 'save', answers: { items: [{ ...bare, column: 'pmr' }] } },
      now,
    )
    assert.equal(refusal(never).code, 'unknown-item')
  })

  it('refuses a commercial applicant by the code of one of two data sets (6)', async () => {
    await enter(access, 'shop', { commercial: true })
    const two = answers({
      purposes: [{ code: 'RES-EDU', parameters: {} }],
      items: [
        { dataSet: 'school_census', column: 'sex', from: 2026, to: 2026, justification: '' },
        { dataSet: 'exclusion', column: 'category', from: 2026, to: 2026, justification: '' },
      ],
    })
    assert.match(refusal(await decide(access, await toReview(access, 'shop', two))).says, /NO-COMM/)
  })

  it('refuses everybody a data set without codes (7)', async () => {
    const dataSets = Object.fromEntries(
      Object.entries(access.policy.dataSets.dataSets).filter(([id]) => id !== 'exclusion'),
    )
    const without = { ...access, policy: { ...access.policy, dataSets: { version: 2, dataSets } } }
    const reference = await toReview(
      without,
      'alpha',
      answers({
        items: [{ dataSet: 'exclusion', column: 'category', from: 2026, to: 2026, justification: '' }],
      }),
    )
    assert.match(refusal(await decide(without, reference)).says, /offered to nobody/)
  })

  it('gives two projects no identifier in common (8)', async () => {
    const key = await enter(access, 'delta')
    const pupils = async (title: string): Promise<Set<string>> => {
      const reference = await toActive(access, 'delta', answers({ title }))
      const files = await filesOf(value(await makeExtract(access, officer, reference, holdings, now)).id, key)
      return new Set(
        Buffer.from(files.get('school_census-2026.csv') ?? [])
          .toString('utf8')
          .trim()
          .split(/\r?\n/)
          .slice(1)
          .map((line) => line.split(',')[0] ?? ''),
      )
    }
    const [one, two] = [await pupils('One'), await pupils('Two')]
    assert.equal(one.size, 150)
    assert.deepEqual(
      [...one].filter((each) => two.has(each)),
      [],
    )
  })

  it('counts in the register what the ledger holds, refusals included (9)', async () => {
    const refused = await toReview(access, 'beta', answers())
    value(await decide(access, refused, { outcome: 'rejected', reason: 'Not in the public interest.' }))
    const row = (await readRegister(access)).find(({ reference }) => reference === refused)
    assert.deepEqual(row?.refusedFor, ['Not in the public interest.', 'Not in the public interest.'])
    const entries = await access.ledger.entries(0, 10_000, { at: now })
    const count = (event: string) =>
      entries.filter(({ entry }) => entry.type === 'access/v1' && entry.event === event).length
    const figures = await quarters(access)
    for (const event of ['rejected', 'approved', 'suspended', 'ended'])
      assert.equal(
        figures.reduce((sum, each) => sum + (each.events[event] ?? 0), 0),
        count(event),
        event,
      )
    assert.equal(
      figures.reduce((sum, { extracts }) => sum + extracts, 0),
      entries.filter(({ entry }) => entry.type === 'release/v1' && entry.kind === 'feed').length,
    )
    assert.ok(count('rejected') > 0)
  })

  it('shows overdue without anybody editing it (11)', async () => {
    const reference = await toActive(access, 'beta', answers())
    await lookAtAll(access, later(80))
    await lookAtAll(access, later(120))
    assert.equal((await readRegister(access)).find((each) => each.reference === reference)?.state, 'overdue')
  })

  it('stops open downloads and opens a recall when it is revoked (12)', async () => {
    const key = await enter(access, 'eta')
    const reference = await toActive(access, 'eta', answers())
    const { id, entry } = value(await makeExtract(access, officer, reference, holdings, now))
    assert.ok((await filesOf(id, key)).size > 0)
    value(await work(access, officer, reference, { kind: 'revoke', reason: 'A breach' }, now))
    await assert.rejects(
      asCollector(access.collector).read((tx) => pieceOf(tx, id, 100, 10)),
      { code: 'not-allowed' },
    )
    const entries = await access.ledger.entries(entry, entry + 100, { at: now })
    assert.ok(entries.some((each) => each.entry.type === 'recall/v1' && each.entry.release === entry))
    assert.equal(
      (await asCollector(access.collector).read((tx) => extractsOf(tx, reference)))[0]?.held,
      false,
    )
  })

  it('looks at active agreements again when a data set’s codes change (14)', async () => {
    await enter(access, 'theta')
    const reference = await toActive(access, 'theta', answers())
    const { dataSets } = access.policy.dataSets
    const tighter = [...(dataSets['school_census'] ?? []), { code: 'NO-MODEL', parameters: {} }]
    const changed = {
      ...access,
      policy: {
        ...access.policy,
        dataSets: { version: 2, dataSets: { ...dataSets, school_census: tighter } },
      },
    }
    const looked = await lookAtAll(changed, later(1))
    const mine = looked.find((each) => each.reference === reference)
    assert.match(JSON.stringify(mine?.happened), /NO-MODEL/)
  })
})

const toDraft = async (): Promise<string> => {
  const { draftApplication } = await import('./index.ts')
  return value(await draftApplication(access, applicant('alpha'), 'alpha', answers(), now)).reference
}
