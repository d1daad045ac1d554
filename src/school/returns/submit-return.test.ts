import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createOrLoadKeys, openLedger, originOf } from '../../core/ledger/index.ts'
import { readPolicyFolder } from '../../core/policy/index.ts'
import { decryptWith, makeIdentity, recipientOf } from '../../core/standards/age/index.ts'
import {
  jwsKey,
  newSeed,
  parsePublicKey,
  readJws,
  signJws,
  verifyJws,
} from '../../core/standards/jws/index.ts'
import { receiptTokenType, returnClaimsShape, returnTokenType } from '../../core/collections/index.ts'
import type { Actor } from '../../core/vocabulary/index.ts'
import { approveAgreement, loadPolicy, recordStanding } from '../agreements/index.ts'
import { deliverNow, returnSigningKey } from '../deliver/index.ts'
import { publishNotice } from '../notice/index.ts'
import { recordProtection } from '../register/index.ts'
import { severIdentity } from '../release/index.ts'
import { addPupils, openSmallSchool } from '../release/testing/small-school.ts'
import {
  buildReturn,
  checkBuilt,
  collectionOf,
  recordBuild,
  recordReturnSettings,
  returnBefore,
  returnChanges,
  signOff,
  submissionOf,
  submitReturn,
  type BuiltReturn,
} from './index.ts'

const at = new Date('2026-11-24T07:30:00Z')
const head: Actor = { kind: 'staff', name: 'Helen Oakley', role: 'head' }
const office: Actor = { kind: 'staff', name: 'Ruth Bowdler', role: 'office' }

const small = await openSmallSchool()
const { store, school, home } = small
const definition = await collectionOf('policy', 'school-census', 2026, 'AUT')
const policy = await readPolicyFolder('policy')
assert.ok(policy.ok)
const { identity } = await makeIdentity('x25519')
const receiptKey = jwsKey(newSeed())

/** What arrived at the collector, and how it answers. */
interface Arrived {
  readonly path: string
  readonly reason: string | undefined
  readonly token: string
  readonly body: Buffer
}
const arrived: Arrived[] = []
let answers: (one: Arrived) => { status: number; body: unknown } = () => ({ status: 500, body: {} })
const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    const one: Arrived = {
      path: request.url ?? '',
      reason: request.headers['gatehouse-replace-reason']?.toString(),
      token: (request.headers.authorization ?? '').replace('Bearer ', ''),
      body: Buffer.concat(parts),
    }
    arrived.push(one)
    const { status, body } = answers(one)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => server.close())
const collector = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const takes = ({ token, body }: Arrived): { status: number; body: unknown } => {
  const read = readJws(token, returnTokenType)
  assert.ok(read.ok)
  const { iss, aud, collection, year, term } = returnClaimsShape.parse(read.value.claims)
  const sha256 = hash('sha256', body)
  const receivedAt = at.toISOString()
  const id = '11111111-1111-4111-8111-111111111111'
  const claims = { iss: aud, sub: iss, return: id, collection, year, term, receivedAt, sha256 }
  const receipt = signJws(
    receiptTokenType,
    { ...claims, messageSha256: sha256, state: 'loaded-and-validated', iat: 1, jti: 'receipt-1' },
    receiptKey.privateKey,
  )
  return { status: 201, body: { return: id, receivedAt, sha256, state: 'loaded-and-validated', receipt } }
}

const [adams, baker, gone] = ['Adams', 'Baker', 'Carter'].map(
  (_, i) => `00000000-0000-4000-8000-00000000000${i + 1}`,
) as [string, string, string]

before(async () => {
  const { awaitingApproval } = await loadPolicy(school, policy.value, at)
  for (const { id, version } of awaitingApproval)
    await approveAgreement(store.school(school.urn, head), id, version, at)
  await recordStanding(
    store.school(school.urn, head),
    {
      recipientId: 'department-for-education',
      identityVerifiedOn: '2026-06-15',
      contractOn: '2024-08-19',
      ageRecipient: await recipientOf(identity),
    },
    {},
  )
  const address = { address_line_1: '1 High Street', town: 'Telford', postcode: 'TF1 1AA' }
  await addPupils(school, [
    { id: adams, surname: 'Adams', more: { upn: 'A123456789012', ...address } },
    { id: baker, surname: 'Baker', more: address },
    { id: gone, surname: 'Carter', leavingDate: '2026-07-21', more: address },
  ])
  await school.write(async (tx) => {
    await tx
      .insertInto('attendance_code')
      .values([{ code: '/', label: 'Present', meaning: 'attending', counts_as_possible: true }])
      .execute()
    await tx
      .insertInto('attendance_mark')
      .values(
        [adams, gone].flatMap((pupil_id) =>
          ['2026-05-11', '2026-05-12'].map((day) => ({
            school_urn: school.urn,
            pupil_id,
            day,
            session: 'AM',
            code: '/',
          })),
        ),
      )
      .execute()
  })
  await publishNotice(store.school(school.urn, head), at)
})

async function build(when = at): Promise<BuiltReturn> {
  const { built, last } = await school.read(async (tx) => ({
    built: await buildReturn(tx, definition, when),
    last: await returnBefore(tx, definition.id, definition.term.census),
  }))
  assert.ok(built.kind === 'built')
  const checked = await checkBuilt(built, last?.measures ?? null)
  await school.write((tx) => recordBuild(tx, school, built, checked, when))
  return built
}

const minutes = (n: number): Date => new Date(at.getTime() + n * 60_000)
const submit = (bytes: Uint8Array, replaces: string | null = null, when = at) =>
  submitReturn(small.doorOf(office), definition, { bytes, collector, replaces }, when)
const codeOf = (code: string) => (error: { code?: string }) => error.code === code

describe('a return that is built', () => {
  it('has those on roll and those who left with attendance, and leads each finding to its pupil and field', async () => {
    const built = await build()
    assert.deepEqual(built.pupilIds, [adams, baker, gone])
    assert.match(
      Buffer.from(built.bytes).toString(),
      /PupilNoLongerOnRoll><PupilIdentifiers><Surname>Carter</,
    )
    const { findings, summary, measures } = await checkBuilt(built, null)
    assert.deepEqual([summary.onRoll, summary.left, measures['headcount']], [2, 1, 2])
    const noUpn = findings.filter(({ rule, pupilId }) => rule === '1500' && pupilId === baker)
    assert.equal(noUpn.length, 1)
    assert.deepEqual(noUpn[0]?.mend, [
      { of: 'pupil.upn', label: 'Unique pupil number', path: 'mis', item: 'pupil.upn' },
    ])
    const noType = findings.find(({ rule }) => rule === '140')
    assert.equal(noType?.pupilId, null)
    assert.equal(noType.mend[0]?.path, 'settings')
    assert.doesNotMatch(JSON.stringify(findings), /Adams|Baker|TF1 1AA/)
  })

  it('takes the school’s settings', async () => {
    const settings = { school: { type: '18', governance: 'CO' }, pupil: { senUnit: 'false' } }
    await recordReturnSettings(school, definition.id, settings, at)
    const built = await build(minutes(1))
    assert.match(Buffer.from(built.bytes).toString(), /<SchoolType>18<\/SchoolType>/)
    assert.match(Buffer.from(built.bytes).toString(), /<SENunitIndicator>false</)
  })

  it('leaves out what a protection withholds, says so, and keeps the rest', async () => {
    const id = await recordProtection(
      store.school(school.urn, head),
      {
        pupilId: baker,
        kind: 'confidential-address',
        agreementId: null,
        allowedRecipients: [],
        contactId: null,
        fromDate: '2026-11-01',
        toDate: null,
        ground: 'test',
      },
      at,
    )
    const built = await build(minutes(2))
    const text = Buffer.from(built.bytes).toString()
    assert.equal(text.match(/<PostCode>/g)?.length, 1)
    assert.match(text, /<Surname>Baker</)
    const addresses = built.leftOut.filter(({ item }) => item === 'pupil.postcode')
    assert.deepEqual(addresses, [{ item: 'pupil.postcode', codes: ['prohibited'], pupilIds: [baker] }])
    await school.write((tx) => tx.deleteFrom('protection').where('id', '=', id).execute())
  })

  it('is refused while nothing may leave', async () => {
    const standing = (contractOn: string | null) =>
      school.write((tx) =>
        tx
          .updateTable('recipient_standing')
          .set({ contract_on: contractOn })
          .where('recipient_id', '=', 'department-for-education')
          .execute(),
      )
    await standing(null)
    const refused = await school.read((tx) => buildReturn(tx, definition, at))
    assert.ok(refused.kind === 'refused')
    assert.deepEqual(
      refused.reasons.map(({ code }) => code),
      ['recipient-contract'],
    )
    await standing('2024-08-19')
  })
})

describe('a return that is submitted', () => {
  it('leaves only as the head signed it off, and only the newest', async () => {
    const older = await build(minutes(3))
    await assert.rejects(submit(older.bytes), codeOf('not-allowed'))
    await assert.rejects(signOff(store.school(school.urn, office), older.bytes, at), codeOf('not-allowed'))
    await signOff(store.school(school.urn, head), older.bytes, at)
    const newer = await build(minutes(4))
    await assert.rejects(submit(older.bytes), codeOf('conflict'))
    await assert.rejects(submit(newer.bytes), codeOf('not-allowed'))
    const changed = Buffer.from(newer.bytes)
    changed[changed.length - 20] = 0x20
    await assert.rejects(signOff(store.school(school.urn, head), changed, at), codeOf('not-found'))
    assert.equal(arrived.length, 0)
  })

  it('is held when something in it may not leave any more', async () => {
    const built = await build(minutes(5))
    await signOff(store.school(school.urn, head), built.bytes, at)
    const mark = {
      pupilId: adams,
      kind: 'confidential-address',
      agreementId: null,
      allowedRecipients: [],
      contactId: null,
      fromDate: '2026-11-01',
      toDate: null,
      ground: 'test',
    } as const
    const id = await recordProtection(store.school(school.urn, head), mark, at)
    const outcome = await submit(built.bytes)
    assert.ok(outcome.kind === 'held')
    assert.deepEqual([outcome.reason, outcome.pupilIds], ['no-longer-permitted', [adams]])
    assert.equal((await school.read((tx) => tx.selectFrom('release').selectAll().execute())).length, 0)
    await school.write((tx) => tx.deleteFrom('protection').where('id', '=', id).execute())
  })

  it('is held when a pupil is called something else now', async () => {
    const built = await build(minutes(5.2))
    await signOff(store.school(school.urn, head), built.bytes, at)
    const called = (surname: string) =>
      school.write((tx) => tx.updateTable('pupil').set({ surname }).where('id', '=', baker).execute())
    await called('Archer')
    const outcome = await submit(built.bytes)
    await called('Baker')
    assert.ok(outcome.kind === 'held')
    assert.deepEqual([outcome.reason, outcome.pupilIds], ['no-longer-permitted', [baker]])
  })

  it('never leaves with a former identity that was severed, nor joins the two', async () => {
    const id = '00000000-0000-4000-8000-000000000004'
    await addPupils(school, [{ id, surname: 'Dawes', more: { upn: 'E823432124001', adopted: true } }])
    const built = await build(minutes(5.4))
    await signOff(store.school(school.urn, head), built.bytes, at)
    const identity = { pupilId: id, misId: null, keepUpn: false }
    const severed = await severIdentity(
      store.school(school.urn, head),
      identity,
      () => Promise.resolve(false),
      at,
    )
    await assert.rejects(submit(built.bytes), codeOf('conflict'))
    const rows = await school.read((tx) =>
      tx
        .selectFrom('return_pupil')
        .select('build_id')
        .where('pupil_id', 'in', [id, severed.pupilId])
        .execute(),
    )
    assert.deepEqual(rows, [])
    await school.write((tx) => tx.deleteFrom('pupil').where('id', '=', severed.pupilId).execute())
  })

  it('is recorded in the ledger with what stands in it, delivered, and its receipt kept', async () => {
    const built = await build(minutes(6))
    await signOff(store.school(school.urn, head), built.bytes, at)
    const outcome = await submit(built.bytes)
    assert.ok(outcome.kind === 'released')
    assert.equal(outcome.permittedPupils, 3)
    assert.ok(outcome.items.includes('attendance.code'))
    for (const item of ['attendance.date', 'pupil.ethnicity', 'senNeed.type', 'suspension.category'])
      assert.ok(!outcome.items.includes(item), item)

    mkdirSync(join(home, 'keys'), { recursive: true })
    writeFileSync(join(home, 'keys', 'collector-receipt.pub'), receiptKey.publicText)
    answers = () => ({ status: 503, body: {} })
    const down = await deliverNow(small.doorOf(office), outcome.releaseId, { clock: { now: () => at } })
    assert.ok(down.kind === 'failed' && down.again)
    answers = takes
    const delivered = await deliverNow(small.doorOf(office), outcome.releaseId, { clock: { now: () => at } })
    assert.equal(delivered.kind, 'acknowledged')

    const [first, second] = arrived
    assert.ok(first && second)
    assert.equal(second.path, '/api/v1/collections/school-census/2026/AUT/returns')
    const opened = await decryptWith(identity, second.body)
    assert.ok(opened.ok)
    assert.equal(hash('sha256', opened.value), built.sha256)
    const token = readJws(second.token, returnTokenType)
    assert.ok(token.ok)
    const publicKey = parsePublicKey((await returnSigningKey(home)).publicText)
    assert.ok(publicKey && verifyJws(token.value, publicKey).ok)
    const claims = returnClaimsShape.parse(token.value.claims)
    assert.equal(
      claims.jti,
      outcome.releaseId,
      'the same token names the same return, however often it is sent',
    )
    assert.equal(claims.sha256, hash('sha256', second.body))

    const kept = await school.read((tx) => submissionOf(tx, outcome.releaseId))
    assert.equal(kept?.delivery, 'acknowledged')
    assert.equal(kept.returnId, '11111111-1111-4111-8111-111111111111')
    assert.ok(kept.receipt)
    const rest = await school.read((tx) => tx.selectFrom('payload').selectAll().execute())
    assert.deepEqual(rest, [], 'the bytes are shredded')
    const origin = originOf('school-123456.example')
    const ledger = openLedger({
      school,
      origin,
      keys: createOrLoadKeys(join(home, 'keys'), origin),
      folder: join(home, 'log'),
    })
    await ledger.publish(at)
    const entries = await school.read((tx) =>
      tx.selectFrom('ledger_entry').select(['type', 'leaf']).orderBy('index').execute(),
    )
    assert.deepEqual(
      entries.slice(-2).map(({ type }) => type),
      ['release/v1', 'delivery/v1'],
    )
    assert.doesNotMatch(
      JSON.stringify(entries.map(({ leaf }) => Buffer.from(leaf).toString())),
      /Adams|TF1 1AA/,
    )
    const repeated = await submit(built.bytes)
    assert.ok(repeated.kind === 'released' && repeated.repeated)
  })

  it('says why it replaces another, when the collector has one', async () => {
    const built = await build(minutes(7))
    await signOff(store.school(school.urn, head), built.bytes, at)
    const outcome = await submit(built.bytes)
    assert.ok(outcome.kind === 'released')
    answers = (one) =>
      one.reason === undefined
        ? {
            status: 409,
            body: { type: 'urn:gatehouse:problem:return-stands', title: '', status: 409, detail: '' },
          }
        : takes(one)
    const stands = await deliverNow(small.doorOf(office), outcome.releaseId, { clock: { now: () => at } })
    assert.ok(stands.kind === 'failed' && !stands.again)
    assert.match(stands.text, /stands at the collector already/)
    await submit(built.bytes, 'Attendance of May was corrected – 3 pupils')
    const taken = await deliverNow(small.doorOf(office), outcome.releaseId, { clock: { now: () => at } })
    assert.equal(taken.kind, 'acknowledged')
    assert.equal(
      decodeURIComponent(arrived.at(-1)?.reason ?? ''),
      'Attendance of May was corrected – 3 pupils',
    )
  })

  it('takes no receipt that the collector did not sign', async () => {
    const built = await build(minutes(8))
    await signOff(store.school(school.urn, head), built.bytes, at)
    const outcome = await submit(built.bytes)
    assert.ok(outcome.kind === 'released')
    const stranger = jwsKey(newSeed())
    answers = (one) => {
      const { status, body } = takes(one) as { status: number; body: { receipt: string } }
      const read = readJws(body.receipt, receiptTokenType)
      assert.ok(read.ok)
      const receipt = signJws(receiptTokenType, read.value.claims as object, stranger.privateKey)
      return { status, body: { ...body, receipt } }
    }
    const delivered = await deliverNow(small.doorOf(office), outcome.releaseId, { clock: { now: () => at } })
    assert.ok(delivered.kind === 'failed')
    assert.equal(delivered.fault, 'wrong-receipt')
    assert.equal((await school.read((tx) => submissionOf(tx, outcome.releaseId)))?.receipt, null)
  })

  it('gives the next one something to be compared with', async () => {
    const before = await school.read((tx) => returnBefore(tx, definition.id, '2027-01-21'))
    assert.equal(before?.census, '2026-10-01')
    assert.equal(before.measures['headcount'], 2)
    const { summary, measures } = before
    const grown = { summary: { ...summary, left: 0 }, measures: { ...measures, headcount: 5 } }
    const changes = returnChanges(before, grown, new Map([['headcount', 'Pupils on roll']]))
    assert.deepEqual(changes, [
      { label: 'Pupils on roll', before: 2, now: 5 },
      { label: 'Pupils who have left', before: 1, now: 0 },
    ])
  })

  it('keeps the signing key for its owner alone', () => {
    const text = readFileSync(join(home, 'keys', 'return-signing.key'), 'utf8')
    assert.match(text, /^[A-Za-z0-9_-]{43}\n$/)
  })
})
