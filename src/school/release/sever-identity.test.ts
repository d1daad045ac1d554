import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseWritten } from '../../core/standards/csv/index.ts'
import { recordProtection } from '../register/index.ts'
import { releaseWith } from './release-feed.ts'
import { severIdentity } from './sever-identity.ts'
import { takePayload } from './take-payload.store.ts'
import {
  addContact,
  addPupils,
  at,
  choose,
  classList,
  onRoll,
  openSmallSchool,
  partsWith,
  type SmallSchool,
} from './testing/small-school.ts'

const small: SmallSchool = await openSmallSchool('345678')
const head = small.store.school('345678', { kind: 'staff', name: 'Hana', role: 'head' })
const neverStops = (): Promise<boolean> => Promise.resolve(false)
const parts = partsWith({
  items: [
    ...classList.items,
    { item: 'pupil.misId', as: 'as-is' },
    { item: 'pupil.admissionNumber', as: 'as-is' },
  ],
  population: onRoll,
  format: {
    kind: 'csv',
    templateRequired: false,
    specification: 'test',
    columns: [
      { header: 'Code', item: 'pupil.reference' },
      { header: 'Forename', item: 'pupil.forename' },
      { header: 'Mis', item: 'pupil.misId' },
      { header: 'Number', item: 'pupil.admissionNumber' },
    ],
  },
})

const send = async (requestKey: string): Promise<ReadonlyMap<string, string>> => {
  const outcome = await releaseWith(parts, small.door, { agreementId: classList.id, requestKey, at })
  assert.ok(outcome.kind === 'released', JSON.stringify(outcome))
  const payload = await small.school.read((tx) => takePayload(tx, small.school, outcome.releaseId))
  const { rows } = parseWritten(payload!.body, 'refuse')
  return new Map(rows.map(([code = '', forename = '']) => [forename, code]))
}

const tasks = () =>
  small.school.read((tx) =>
    tx.selectFrom('task').select(['kind', 'for_role', 'detail', 'closed_at', 'dedupe_key']).execute(),
  )

describe('severing a former identity', () => {
  it('gives new codes, erases the openings, lists the holders, and leaves nothing that joins the two', async () => {
    const [id = '', other = ''] = await addPupils(small.school, [
      {
        forename: 'Ada',
        more: { upn: 'B801200005001', uln: '1000000019', former_surname: 'Old', admission_number: '7' },
      },
      { forename: 'Ben' },
    ])
    const contactId = '00000000-0000-4000-9000-000000000001'
    await addContact(small.school, id, { id: contactId, forename: 'Mo', priority: 1 })
    await choose(small.school, { pupilId: id, contactId, wording: 'website-photo-1', state: 'given' })
    const before = await send('before')
    await recordProtection(
      head,
      {
        pupilId: id,
        kind: 'adoption',
        agreementId: null,
        allowedRecipients: [],
        contactId: null,
        fromDate: '2026-01-01',
        toDate: null,
        ground: 'order',
      },
      at,
    )
    assert.deepEqual(
      (await tasks()).map(({ kind, for_role, closed_at }) => [kind, for_role, closed_at]),
      [['identity-to-sever', 'dpo', null]],
    )

    const office = small.store.school('345678', { kind: 'staff', name: 'Olu', role: 'office' })
    assert.throws(() => severIdentity(office, { pupilId: id, misId: null, keepUpn: false }, neverStops, at), {
      code: 'not-allowed',
    })
    const severed = await severIdentity(head, { pupilId: id, misId: null, keepUpn: false }, neverStops, at)
    assert.notEqual(severed.pupilId, id)
    assert.deepEqual(severed.holders, [
      {
        recipientId: 'test-recipient',
        agreements: [classList.id],
        joinedBy: ['pupil.admissionNumber', 'pupil.misId'],
      },
    ])

    const state = await small.school.read(async (tx) => ({
      openings: await tx.selectFrom('ledger_opening').select('pupil_id').execute(),
      pupil: await tx
        .selectFrom('pupil')
        .select(['upn', 'uln', 'former_surname', 'adopted', 'source_digest'])
        .where('id', '=', severed.pupilId)
        .executeTakeFirstOrThrow(),
      marks: await tx.selectFrom('protection').select('pupil_id').execute(),
      choices: await tx.selectFrom('consent_choice').select('pupil_id').execute(),
      entries: await tx.selectFrom('ledger_entry').select('leaf').orderBy('index').execute(),
    }))
    assert.deepEqual(
      state.openings.map(({ pupil_id }) => pupil_id),
      [other],
    )
    assert.deepEqual(state.pupil, {
      upn: null,
      uln: null,
      former_surname: null,
      adopted: true,
      source_digest: '',
    })
    assert.deepEqual(state.marks, [{ pupil_id: severed.pupilId }])
    assert.deepEqual(state.choices, [{ pupil_id: severed.pupilId }])
    const last = Buffer.from(state.entries.at(-1)!.leaf).toString()
    assert.match(last, /"erasure\/v1"/)
    assert.match(last, /"ground":"new-identity"/)
    const all = JSON.stringify(await tasks())
    assert.ok(!all.includes(id) && !all.includes(severed.pupilId), 'a task joins the identities')
    assert.deepEqual(
      (await tasks())
        .filter(({ closed_at }) => closed_at === null)
        .map(({ kind, for_role }) => [kind, for_role]),
      [['identity-severed', 'safeguarding-lead']],
    )

    const after = await send('after')
    assert.notEqual(after.get('Ada'), before.get('Ada'))
    assert.equal(after.get('Ben'), before.get('Ben'))
  })

  it('stops files that have not left, takes the MIS’s new id, and keeps the number only when told so', async () => {
    const school = small.school
    const [id = ''] = await addPupils(school, [
      {
        id: '00000000-0000-4000-8000-000000000009',
        forename: 'Cem',
        more: { upn: 'E823432124001', adopted: true },
      },
    ])
    await send('third')
    const stopped: string[] = []
    const severed = await severIdentity(
      head,
      { pupilId: id, misId: 'new-record', keepUpn: true },
      (_, releaseId) => Promise.resolve(stopped.push(releaseId) > 0),
      at,
    )
    assert.equal(severed.stopped, 1)
    assert.deepEqual(severed.holders, [])
    const pupil = await school.read((tx) =>
      tx.selectFrom('pupil').select(['mis_id', 'upn']).where('id', '=', severed.pupilId).executeTakeFirst(),
    )
    assert.deepEqual(pupil, { mis_id: 'new-record', upn: 'E823432124001' })
  })

  it('refuses a pupil who is not adopted, one who is not there, and an id that is taken', async () => {
    const [plain = '', adopted = ''] = await addPupils(small.school, [
      { id: '00000000-0000-4000-8000-000000000011', forename: 'Dag' },
      { id: '00000000-0000-4000-8000-000000000012', forename: 'Eli', more: { adopted: true } },
    ])
    const sever = (pupilId: string, misId: string | null) =>
      severIdentity(head, { pupilId, misId, keepUpn: false }, neverStops, at)
    await assert.rejects(sever(plain, null), { code: 'conflict' })
    await assert.rejects(sever('00000000-0000-4000-8000-0000000000ff', null), { code: 'not-found' })
    await assert.rejects(sever(adopted, 'new-record'), { code: 'conflict' })
  })
})
