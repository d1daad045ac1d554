import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { before, describe, it } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import type { SchoolStore } from '../../core/store/index.ts'
import type {
  AgreementVersion,
  ChoiceKind,
  ConsentState,
  Result,
  Wording,
} from '../../core/vocabulary/index.ts'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { choicesOf, relationsOf } from './choice.store.ts'
import type { ChoiceFault, NewChoice } from './choice.ts'
import { isEntitled } from './entitlement.ts'
import { consentOverview, standingsFor } from './overview.store.ts'
import { purposesOf, purposesWith, type ConsentPolicy } from './purpose.ts'
import { followChoicesUnder } from './follow-choices.ts'
import { recordChoiceUnder, type ChoiceRecorded } from './record-choice.ts'
import { choicesMade, naiveStanding } from './standing-choice.model.ts'

const at = new Date('2026-11-24T07:30:00Z')
const later = (minutes: number): Date => new Date(at.getTime() + minutes * 60_000)
const urn = '123456'

const kinds: Readonly<Record<string, ChoiceKind>> = {
  meal: 'biometric',
  check: 'permission',
  measure: 'opt-out',
  teeth: 'opt-out',
}
const wordings = new Map<string, Wording>(
  ['photo-1', 'photo-2', 'meal-1', 'check-1', 'measure-1', 'press-1', 'teeth-1'].map((id) => {
    const text = `The words of ${id}.`
    const sha256 = createHash('sha256').update(text).digest('hex')
    const purpose = id.slice(0, -2)
    return [id, { id, purpose, kind: kinds[purpose] ?? 'consent', label: `The ${purpose}`, text, sha256 }]
  }),
)
const agreement = (id: string, more: object): [string, AgreementVersion] => [
  id,
  {
    agreement: { id, recipient: id, items: [], consent: { rule: 'none' }, ...more },
    version: 1,
    hash: 'h',
    approvedAt: at,
    approvedBy: 'Head',
  } as unknown as AgreementVersion,
]
const policy: ConsentPolicy = {
  wordings,
  agreements: new Map([
    agreement('website', { consent: { rule: 'opt-in', purpose: 'photo', wording: 'photo-1' } }),
    agreement('catering', {
      items: [
        { item: 'pupil.surname', as: 'as-is' },
        {
          item: 'pupil.template',
          as: 'as-is',
          consent: { rule: 'biometric', purpose: 'meal', wording: 'meal-1' },
        },
      ],
    }),
    agreement('checker', {
      consent: { rule: 'permission', purpose: 'check', wording: 'check-1', tiedTo: 'pupil.fundingCode' },
    }),
    agreement('nurse', { consent: { rule: 'opt-out', purpose: 'measure' } }),
  ]),
}

const store = await openTestStore()
let school: SchoolStore
let pupil = ''
const contacts = { ann: randomUUID(), bob: randomUUID(), gran: randomUUID(), barred: randomUUID() }

async function addPupil(dateOfBirth: string): Promise<string> {
  const id = randomUUID()
  await school.write(async (tx) => {
    await tx
      .insertInto('pupil')
      .values({
        school_urn: urn,
        id,
        mis_id: id,
        surname: 'Test',
        forename: 'Pupil',
        date_of_birth: dateOfBirth,
        sex: 'F',
        year_group: '4',
        enrolment_status: 'C',
        entry_date: '2022-09-01',
        source_digest: 'd',
      })
      .execute()
    for (const [name, contactId] of Object.entries(contacts)) {
      await tx
        .insertInto('pupil_contact')
        .values({
          school_urn: urn,
          pupil_id: id,
          contact_id: contactId,
          priority: 1,
          relationship: 'PAR',
          parental_responsibility: name !== 'gran',
          court_order: false,
        })
        .execute()
    }
    await tx
      .insertInto('protection')
      .values({
        school_urn: urn,
        pupil_id: id,
        kind: 'court-order',
        contact_id: contacts.barred,
        from_date: '2026-01-01',
        recorded_by: 'test',
        ground: 'order',
      })
      .execute()
  })
  return id
}

/** The releases that a test asked to stop; whether they could be is told by `stops`. */
let asked: string[] = []
let stops = true

const record = (
  choice: Partial<NewChoice>,
  when = at,
  under: ConsentPolicy = policy,
): Promise<Result<ChoiceRecorded, ChoiceFault>> =>
  recordChoiceUnder(
    school,
    () => Promise.resolve(under),
    {
      pupilId: pupil,
      purpose: 'photo',
      state: 'given',
      giver: { kind: 'contact', contactId: contacts.ann },
      method: 'paper',
      evidence: 'form 1',
      ...choice,
    },
    (_tx, releaseId) => {
      asked.push(releaseId)
      return Promise.resolve(stops)
    },
    when,
  )

const refusedWith = async (code: string, choice: Partial<NewChoice>, when = at): Promise<void> => {
  const result = await record(choice, when)
  assert.equal(result.ok ? 'recorded' : result.error.code, code)
}

const bob = { kind: 'contact', contactId: contacts.bob } as const

describe('recordChoice', () => {
  before(async () => {
    school = await addSchool(store, urn)
    await school.write(async (tx) => {
      for (const [name, id] of Object.entries(contacts)) {
        await tx
          .insertInto('contact')
          .values({ school_urn: urn, id, mis_id: name, surname: 'Test', forename: name })
          .execute()
      }
    })
  })

  it('records the question with the answer, on the words in use', async () => {
    pupil = await addPupil('2018-01-01')
    const result = await record({})
    assert.ok(result.ok)
    assert.equal(result.value.standing, 'given')
    assert.deepEqual(result.value.agreements, ['website'])
    const history = await school.read((tx) => choicesOf(tx, pupil))
    assert.deepEqual(
      history.map((c) => [c.state, c.wordingSha256 === wordings.get('photo-1')?.sha256]),
      [
        ['requested', true],
        ['given', true],
      ],
    )
  })

  it('refuses what is not a next state and leaves nothing behind', async () => {
    await refusedWith('not-a-next-state', {})
    await refusedWith('not-a-next-state', { state: 'refused' })
    await refusedWith('not-a-next-state', { state: 'withdrawn', giver: bob })
    assert.equal((await school.read((tx) => choicesOf(tx, pupil))).length, 2)
  })

  it('refuses whoever is not entitled', async () => {
    const gran = { kind: 'contact', contactId: contacts.gran } as const
    const barred = { kind: 'contact', contactId: contacts.barred } as const
    await refusedWith('not-entitled', { giver: gran })
    await refusedWith('not-entitled', { giver: barred })
    await refusedWith('not-entitled', { giver: { kind: 'contact', contactId: randomUUID() } })
    await refusedWith('not-entitled', { giver: { kind: 'pupil' } })
    await refusedWith('school-cannot-consent', { giver: { kind: 'school' } })
    await refusedWith('school-cannot-consent', { giver: { kind: 'school' }, state: 'withdrawn' })
    await refusedWith('not-entitled', { state: 'revoked' })
  })

  it('refuses a yes that could not be proved or would not count', async () => {
    await refusedWith('evidence-missing', { giver: bob, evidence: ' ' })
    await refusedWith('other-wording', { giver: bob, wordingId: 'photo-2' })
    await refusedWith('unknown-wording', { giver: bob, wordingId: 'meal-1' })
    await refusedWith('unknown-purpose', { purpose: 'nothing' })
    await refusedWith('unknown-pupil', { pupilId: randomUUID() })
    await refusedWith('not-written', { purpose: 'meal', method: 'spoken-witnessed' })
    await refusedWith('code-missing', { purpose: 'check' })
    await refusedWith('expiry-missing', { purpose: 'check', tiedTo: 'x' })
    await refusedWith('expiry-passed', { purpose: 'check', tiedTo: 'x', expiresAt: at })
    await refusedWith('out-of-order', { state: 'withdrawn' }, later(-1))
    await refusedWith('nothing-to-end', { purpose: 'meal', state: 'revoked', giver: { kind: 'school' } })
  })

  it('opens one task while parents disagree, and closes it when they agree', async () => {
    const open = (): Promise<{ kind: string; closed_at: Date | null }[]> =>
      school.read((tx) =>
        tx
          .selectFrom('task')
          .select(['kind', 'closed_at'])
          .where('dedupe_key', '=', `consent-disagreement:${pupil}:photo`)
          .execute(),
      )
    const no = await record({ state: 'refused', giver: bob, evidence: '' }, later(1))
    assert.ok(no.ok)
    assert.equal(no.value.standing, 'disagreement')
    assert.deepEqual(await open(), [{ kind: 'consent-disagreement', closed_at: null }])
    // Asking again changes nothing and opens no second task.
    assert.ok((await record({ state: 'requested', giver: bob }, later(2))).ok)
    assert.deepEqual(await open(), [{ kind: 'consent-disagreement', closed_at: null }])
    const yes = await record({ state: 'given', giver: bob }, later(3))
    assert.ok(yes.ok)
    assert.equal(yes.value.standing, 'given')
    assert.ok((await open())[0]?.closed_at)
  })

  it('lets a child refuse biometrics at any age, over both parents', async () => {
    pupil = await addPupil('2020-01-01')
    assert.ok((await record({ purpose: 'meal' })).ok)
    assert.ok((await record({ purpose: 'meal', giver: bob })).ok)
    await refusedWith('not-entitled', { purpose: 'meal', giver: { kind: 'pupil' } })
    const no = await record({
      purpose: 'meal',
      giver: { kind: 'pupil' },
      state: 'refused',
      method: 'spoken-witnessed',
    })
    assert.ok(no.ok)
    assert.equal(no.value.standing, 'refused')
  })

  it('lets a pupil choose from its thirteenth birthday', async () => {
    pupil = await addPupil('2013-11-25')
    await refusedWith('not-entitled', { giver: { kind: 'pupil' } })
    assert.ok((await record({ giver: { kind: 'pupil' } }, later(24 * 60))).ok)
  })

  it('says who holds data when a consent is withdrawn, and opens a recall', async () => {
    pupil = await addPupil('2018-01-01')
    await record({})
    await record({ purpose: 'meal' })
    await release('website', 5, ['pupil.surname'], 'acknowledged')
    const waiting = await release('website', 6, ['pupil.surname'], 'queued')
    await release('website', 7, ['pupil.surname'], 'cancelled')
    await release('catering', 8, ['pupil.surname'], 'sent')
    const tried = await release('website', 9, ['pupil.surname'], 'queued', { attempts: 1 })
    const laid = await release('website', 10, ['pupil.surname'], 'sent', { transport: 'download' })
    await release('website', 11, ['pupil.surname'], 'sending', { attempts: 1 })
    const soon = new Date(Date.now() + 300_000)
    const fetching = { transport: 'download', claimed_by: 'somebody' }
    await release('website', 12, ['pupil.surname'], 'sent', { ...fetching, claimed_until: soon })
    const brokeOff = await release('website', 13, ['pupil.surname'], 'sent', {
      ...fetching,
      claimed_until: new Date(0),
    })
    asked = []
    const out = await record({ state: 'withdrawn', evidence: '', method: 'spoken-witnessed' }, later(1))
    assert.ok(out.ok)
    assert.equal(out.value.standing, 'withdrawn')
    assert.deepEqual(asked, [waiting, tried, laid, brokeOff])
    assert.deepEqual(
      out.value.holders.map((h) => [h.recipientId, h.ledgerIndex, h.where]),
      [
        ['website', 5, 'held'],
        ['website', 6, 'stopped'],
        // A try that failed may have got through all the same.
        ['website', 9, 'held'],
        ['website', 10, 'stopped'],
        ['website', 11, 'held'],
        // Somebody is fetching it, or began to.
        ['website', 12, 'held'],
        ['website', 13, 'held'],
      ],
    )
    const tasks = await school.read((tx) =>
      tx.selectFrom('task').select(['kind', 'detail', 'due_at']).where('kind', '=', 'recall-due').execute(),
    )
    assert.equal(tasks.length, 1)
    assert.deepEqual((tasks[0]?.detail as { recipients: string[] }).recipients, ['website'])
    assert.deepEqual((tasks[0]?.detail as { ledgerIndexes: number[] }).ledgerIndexes, [5, 9, 11, 12, 13])
    // The catering release held no biometric item, so nothing is to be recalled there.
    const meal = await record({ purpose: 'meal', state: 'withdrawn' }, later(2))
    assert.ok(meal.ok)
    assert.deepEqual(meal.value.holders, [])
  })

  it('holds for held what could not be stopped any more', async () => {
    pupil = await addPupil('2018-01-01')
    await record({})
    await release('website', 20, ['pupil.surname'], 'queued')
    stops = false
    const out = await record({ state: 'withdrawn' }, later(1))
    stops = true
    assert.ok(out.ok)
    assert.deepEqual(
      out.value.holders.map((h) => [h.ledgerIndex, h.where]),
      [[20, 'held']],
    )
  })

  it('follows choices that were added together as it does one: a disagreement opens its task, agreement closes it', async () => {
    pupil = await addPupil('2018-01-01')
    const open = async (): Promise<number> =>
      (
        await school.read((tx) =>
          tx
            .selectFrom('task')
            .select('id')
            .where('dedupe_key', '=', `consent-disagreement:${pupil}:photo`)
            .where('closed_at', 'is', null)
            .execute(),
        )
      ).length
    const add = (...made: readonly (readonly [ConsentState, keyof typeof contacts])[]) =>
      school.write(async (tx) => {
        const { last } = await tx
          .selectFrom('consent_choice')
          .select(({ fn }) => fn.max<number>('sequence').as('last'))
          .executeTakeFirstOrThrow()
        const rows = made.map(([state, who]) => ({
          kind: 'consent' as const,
          state,
          giver: 'contact' as const,
          giverContactId: contacts[who],
          wordingSha256: wordings.get('photo-1')?.sha256 ?? '',
          recordedAt: at,
          expiresAt: null,
        }))
        await insertChoices(tx, pupil, 'photo', rows)
        const stop = () => Promise.resolve(true)
        return followChoicesUnder(tx, school, () => Promise.resolve(policy), last, stop, at)
      })
    await add(['given', 'ann'], ['given', 'bob'])
    assert.equal(await open(), 0)
    await release('website', 40, ['pupil.surname'], 'acknowledged')
    await release('website', 41, ['pupil.surname'], 'queued')
    assert.deepEqual(await add(['withdrawn', 'bob']), { stopped: 1, recalls: 1 })
    assert.equal(await open(), 1)
    assert.deepEqual(await add(['given', 'bob']), { stopped: 0, recalls: 0 })
    assert.equal(await open(), 0)
    // Neither whoever has no say nor a question ends anything.
    assert.deepEqual(await add(['refused', 'gran'], ['requested', 'ann']), { stopped: 0, recalls: 0 })
  })

  const taskOf = (purpose: string) =>
    school.read((tx) =>
      tx
        .selectFrom('task')
        .select(['kind', 'title', 'detail', 'due_at'])
        .where('dedupe_key', '=', `recall-due:${pupil}:${purpose}`)
        .execute(),
    )

  it('records and ends a choice that no agreement uses, and says that nobody holds data under it', async () => {
    pupil = await addPupil('2018-01-01')
    const yes = await record({ purpose: 'press' })
    assert.ok(yes.ok)
    assert.deepEqual([yes.value.standing, yes.value.label, yes.value.agreements], ['given', 'The press', []])
    await release('website', 30, ['pupil.surname'], 'acknowledged')
    const no = await record({ purpose: 'press', state: 'withdrawn' }, later(1))
    assert.ok(no.ok)
    assert.deepEqual([no.value.standing, no.value.agreements, no.value.holders], ['withdrawn', [], []])
    const [task] = await taskOf('press')
    assert.match(task?.title ?? '', /no agreement uses.*no recipient holds/)
    assert.deepEqual((task?.detail as { recipients: string[] }).recipients, [])
  })

  it('opens no task for a no that ends nothing', async () => {
    pupil = await addPupil('2018-01-01')
    assert.ok((await record({ purpose: 'press', state: 'refused' })).ok)
    assert.ok((await record({ state: 'refused' })).ok)
    assert.deepEqual([await taskOf('press'), await taskOf('photo')], [[], []])
  })

  it('has an opt-out passed on at once, whether a list has left or not', async () => {
    pupil = await addPupil('2018-01-01')
    for (const purpose of ['measure', 'teeth']) {
      const out = await record({ purpose, state: 'refused', evidence: '' })
      assert.ok(out.ok)
      assert.equal(out.value.standing, 'refused')
      const [task] = await taskOf(purpose)
      assert.match(task?.title ?? '', /must be told at once/)
      assert.equal(task?.due_at?.toISOString(), at.toISOString())
    }
  })

  it('lets what was said be taken back when the policy has no words for it any more', async () => {
    pupil = await addPupil('2018-01-01')
    await record({ purpose: 'press' })
    const [, given] = await school.read((tx) => choicesOf(tx, pupil))
    const without: ConsentPolicy = {
      ...policy,
      wordings: new Map([...wordings].filter(([id]) => id !== 'press-1')),
    }
    assert.equal(purposesOf(without).has('press'), false)
    assert.equal(purposesWith(without, given ? [given] : []).get('press')?.label, 'press')
    const overview = await school.read((tx) => consentOverview(tx, without, later(2)))
    assert.equal(overview.find(({ purpose }) => purpose.id === 'press')?.counts.given, 1)
    const again = await record({ purpose: 'press', giver: bob }, later(1), without)
    assert.equal(again.ok ? 'recorded' : again.error.code, 'unknown-wording')
    const no = await record({ purpose: 'press', state: 'withdrawn' }, later(1), without)
    assert.ok(no.ok)
    assert.equal(no.value.standing, 'withdrawn')
    const last = (await school.read((tx) => choicesOf(tx, pupil))).at(-1)
    assert.deepEqual([last?.wordingId, last?.wordingSha256], ['press-1', given?.wordingSha256])
  })

  it('counts, set-wise, what the rule says of each pupil on random histories', async () => {
    const purposes = [...purposesOf(policy).values()]
    const names = Object.values(contacts)
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            choices: choicesMade(names, wordings.get('photo-1')?.sha256 ?? '', at),
            purpose: fc.constantFrom(...purposes),
            born: fc.constantFrom('2013-11-24', '2013-11-25', '2019-02-03'),
          }),
          { minLength: 4, maxLength: 8 },
        ),
        async (histories) => {
          for (const { choices, purpose, born } of histories) {
            const id = await addPupil(born)
            const own = purpose.wording?.sha256 ?? 'none'
            const rows = choices.map((c) => ({
              ...c,
              kind: c.kind === 'consent' ? purpose.kind : c.kind,
              wordingSha256: c.wordingSha256 === wordings.get('photo-1')?.sha256 ? own : c.wordingSha256,
            }))
            await school.write((tx) => insertChoices(tx, id, purpose.id, rows))
            const stored = await school.read((tx) => choicesOf(tx, id))
            const relations = await school.read((tx) => relationsOf(tx, id, at))
            assert.ok(relations)
            const expected = naiveStanding(
              stored,
              (giver, state) =>
                isEntitled(
                  relations,
                  giver === 'pupil' ? { kind: 'pupil' } : { kind: 'contact', contactId: giver },
                  purpose.kind,
                  state,
                  at,
                ),
              { kind: purpose.kind, wordingSha256: purpose.kind === 'opt-out' ? null : own },
              at,
            )
            const all = await school.read((tx) => standingsFor(tx, purpose, at))
            assert.equal(all.get(id), expected)
          }
        },
      ),
      { numRuns: 8 },
    )
    const overview = await school.read((tx) => consentOverview(tx, policy, at))
    const { pupils } = await school.read((tx) =>
      tx
        .selectFrom('pupil')
        .select((eb) => eb.fn.countAll<number>().as('pupils'))
        .executeTakeFirstOrThrow(),
    )
    for (const { counts } of overview) {
      assert.equal(
        Object.values(counts).reduce((sum, n) => sum + n, 0),
        pupils,
      )
    }
    assert.deepEqual(
      overview.map((o) => o.purpose.id),
      ['photo', 'meal', 'check', 'measure', 'press', 'teeth'],
    )
  })
})

type Made = Awaited<ReturnType<typeof choicesOf>>[number]

async function insertChoices(
  tx: Parameters<Parameters<SchoolStore['write']>[0]>[0],
  pupilId: string,
  purpose: string,
  rows: readonly Pick<
    Made,
    'kind' | 'state' | 'giver' | 'giverContactId' | 'wordingSha256' | 'recordedAt' | 'expiresAt'
  >[],
): Promise<void> {
  for (const row of rows) {
    await tx
      .insertInto('consent_choice')
      .values({
        school_urn: urn,
        pupil_id: pupilId,
        purpose,
        kind: row.kind,
        state: row.state,
        giver: row.giver,
        giver_contact_id: row.giverContactId,
        wording_id: 'w',
        wording_sha256: row.wordingSha256,
        method: 'paper',
        recorded_at: row.recordedAt,
        recorded_by: 'test',
        expires_at: row.expiresAt,
      })
      .execute()
  }
}

async function release(
  agreementId: string,
  index: number,
  items: string[],
  state: string,
  delivery: {
    readonly transport?: string
    readonly attempts?: number
    readonly claimed_by?: string
    readonly claimed_until?: Date
  } = {},
): Promise<string> {
  return school.write(async (tx) => {
    const { id } = await tx
      .insertInto('release')
      .values({
        school_urn: urn,
        agreement_id: agreementId,
        agreement_version: 1,
        agreement_hash: 'h',
        recipient_id: agreementId,
        request_key: `${agreementId} ${index}`,
        decided_at: at,
        released_by: 'test',
        permitted_pupils: 1,
        withheld_pupils: 0,
        withheld_reasons: '{}',
        items,
        format: 'csv',
        file_name: 'f.csv',
        payload_sha256: 'x',
        payload_bytes: 1,
        ledger_index: index,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx
      .insertInto('delivery')
      .values({ school_urn: urn, release_id: id, transport: 'sftp', state, ...delivery })
      .execute()
    await tx
      .insertInto('ledger_opening')
      .values({
        school_urn: urn,
        entry_index: index,
        position: 0,
        pupil_id: pupil,
        salt: sql`'\\x00'::bytea`,
        record: JSON.stringify({ agreement: agreementId, items }),
      })
      .execute()
    return id
  })
}
