import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { sql } from 'kysely'
import { addSchool } from '../../../test/support/school.ts'
import { testEngine } from '../../../test/support/store.ts'
import { decryptWith, makeIdentity } from '../../core/standards/age/index.ts'
import { itemsFromCtf } from '../../core/standards/ctf/index.ts'
import type { Agreement, CsvColumn } from '../../core/vocabulary/index.ts'
import { encode } from './encode.ts'
import { releaseWith, type Parts } from './release-feed.ts'
import type { ReleaseOutcome, ReleaseRequest } from './outcome.ts'
import { takePayload } from './take-payload.store.ts'
import {
  addContact,
  addPupils,
  at,
  choose,
  classList,
  openSmallSchool,
  partsWith,
  type SmallSchool,
} from './testing/small-school.ts'

const dpo = { kind: 'staff', name: 'Dee', role: 'dpo' } as const
const contactId = (n: number): string => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`

let urn = 200_000
let small: SmallSchool = await openSmallSchool(String(urn))

describe('release', () => {
  // A school of its own for each test: nothing of one is seen by another.
  beforeEach(async () => {
    const school = await addSchool(small.store, String(++urn))
    small = {
      ...small,
      school,
      door: { ...small.door, school },
      doorOf: (actor) => ({ ...small.door, school: small.store.school(school.urn, actor) }),
    }
  })

  const request = (over: Partial<ReleaseRequest> = {}): ReleaseRequest => ({
    agreementId: 'class-list',
    requestKey: 'class-list/2026-11-24',
    at,
    ...over,
  })
  const release = (parts: Parts, over: Partial<ReleaseRequest> = {}): Promise<ReleaseOutcome> =>
    releaseWith(parts, small.door, request(over))
  const bytesOf = async (outcome: ReleaseOutcome): Promise<Buffer> => {
    assert.ok(outcome.kind === 'released', outcome.kind)
    const payload = await small.school.read((tx) => takePayload(tx, small.school, outcome.releaseId))
    return Buffer.from(payload!.body)
  }
  /** Everything that a release leaves behind. */
  const recorded = () =>
    small.school.read(async (tx) => {
      const count = async (
        table: 'release' | 'payload' | 'delivery' | 'ledger_entry' | 'ledger_opening' | 'task',
      ) =>
        (
          await tx
            .selectFrom(table)
            .select(({ fn }) => fn.countAll<number>().as('n'))
            .executeTakeFirstOrThrow()
        ).n
      const jobs = await sql<{ n: number }>`
        select count(*)::int as n from pgboss.job where name = 'deliver' and data ->> 'urn' = ${small.school.urn}`.execute(
        tx,
      )
      return {
        releases: await count('release'),
        payloads: await count('payload'),
        deliveries: await count('delivery'),
        entries: await count('ledger_entry'),
        openings: await count('ledger_opening'),
        jobs: jobs.rows[0]?.n,
      }
    })
  const nothing = { releases: 0, payloads: 0, deliveries: 0, entries: 0, openings: 0, jobs: 0 }
  const tasks = () =>
    small.school.read((tx) =>
      tx
        .selectFrom('task')
        .select(['kind', 'for_role', 'title', 'detail', 'closed_at'])
        .orderBy('opened_at')
        .execute(),
    )

  it('writes the permitted rows and records release, entry, openings, payload, delivery and job together', async () => {
    await addPupils(small.school, [
      { forename: 'Zoë' },
      { forename: 'Seán, Jr' },
      { leavingDate: '2026-10-01' },
    ])
    const outcome = await release(partsWith({}))
    assert.ok(outcome.kind === 'released')
    const text = (await bytesOf(outcome)).toString()
    assert.match(
      text,
      /^Code,Forename,Surname,Born,Year\r\n[0-9A-Z]{16},Zoë,SurnameA,04\/03\/2018,3\r\n[0-9A-Z]{16},"Seán, Jr",SurnameB,04\/03\/2018,3\r\n$/,
    )
    assert.deepEqual(await recorded(), {
      releases: 1,
      payloads: 1,
      deliveries: 1,
      entries: 1,
      openings: 2,
      jobs: 1,
    })
    assert.equal(outcome.permittedPupils, 2)
    assert.match(outcome.fileName, /^class-list-2026-11-24-[0-9a-f]{8}\.csv$/)
    const leaf = await small.school.read((tx) =>
      tx.selectFrom('ledger_entry').select('leaf').executeTakeFirstOrThrow(),
    )
    assert.doesNotMatch(Buffer.from(leaf.leaf).toString(), /Zo|Surname|2018|00000000-0000-4000-8000/)
  })

  it('gives the same pupil the same code at one recipient and another at the next', async () => {
    await addPupils(small.school, [{}])
    const code = async (parts: Parts, requestKey: string) =>
      (await bytesOf(await release(parts, { requestKey }))).toString().split('\r\n')[1]!.slice(0, 16)
    const first = await code(partsWith({}), 'a')
    assert.equal(await code(partsWith({}), 'b'), first)
    const other: Partial<Agreement> = { recipient: 'other' }
    const parts = partsWith(other)
    const policy = await parts.policy(null as never)
    const elsewhere = {
      ...policy,
      recipients: new Map([['other', { ...policy.recipients.get('test-recipient')!, id: 'other' }]]),
      standings: new Map([['other', { ...policy.standings.get('test-recipient')!, recipientId: 'other' }]]),
    }
    assert.notEqual(await code({ ...parts, policy: () => Promise.resolve(elsewhere) }, 'c'), first)
  })

  it('makes the same due release once, also when asked twice at once', async () => {
    await addPupils(small.school, [{}])
    const [one, two] = await Promise.all([release(partsWith({})), release(partsWith({}))])
    const three = await release(partsWith({}))
    for (const each of [one, two, three]) assert.equal(each.kind, 'released')
    assert.equal(new Set([one, two, three].map((each) => each.kind === 'released' && each.releaseId)).size, 1)
    assert.equal((await recorded()).entries, 1)
    await assert.rejects(release(partsWith({ id: 'other' }), { agreementId: 'other' }), { code: 'conflict' })
  })

  it('shows in a dry run what would leave, and writes nothing', async () => {
    await addPupils(small.school, [{}, {}, {}])
    const outcome = await release(partsWith({}), { dryRun: true, previewRows: 2 })
    assert.ok(outcome.kind === 'dry-run')
    const { preview } = outcome
    assert.deepEqual(preview.columns, ['Code', 'Forename', 'Surname', 'Born', 'Year'])
    assert.deepEqual([preview.rows.length, preview.of], [2, 3])
    assert.equal(preview.rows[0]?.[1], 'ForenameA')
    assert.deepEqual(await recorded(), nothing)
  })

  it('encrypts to the recipient’s key, and holds the file when there is none that can be used', async () => {
    await addPupils(small.school, [{}])
    const { identity, recipient } = await makeIdentity('hybrid')
    const transport = { kind: 'sftp', encrypt: true, note: '' } as const
    const outcome = await release(partsWith({ transport }, { standing: { ageRecipient: recipient } }))
    const opened = await decryptWith(identity, await bytesOf(outcome))
    assert.ok(opened.ok)
    assert.match(Buffer.from(opened.value).toString(), /^Code,Forename/)
    const without = await release(partsWith({ transport }, { standing: { ageRecipient: 'age1nonsense' } }), {
      requestKey: 'k2',
    })
    assert.ok(without.kind === 'held' || without.kind === 'refused')
    assert.equal((await recorded()).releases, 1)
  })

  it('refuses as a value, with reasons, when nothing may leave whoever the pupil is', async () => {
    await addPupils(small.school, [{}])
    const outcome = await release(partsWith({}, { standing: { contractOn: null } }))
    assert.ok(outcome.kind === 'refused')
    assert.ok(outcome.reasons.some(({ code }) => code === 'recipient-contract'))
    assert.deepEqual(await recorded(), nothing)
  })

  it('sends nothing for a procedure, for an agreement without a file, or when nobody is permitted', async () => {
    await addPupils(small.school, [{ leavingDate: '2026-10-01' }])
    for (const [agreement, why] of [
      [{ kind: 'procedure' }, 'procedure'],
      [{ transport: { kind: 'none', encrypt: false, note: '' } }, 'no-file'],
      [{ format: { kind: 'none', specification: '' } }, 'no-file'],
      [{}, 'nobody'],
    ] as const) {
      const outcome = await release(partsWith(agreement))
      assert.equal(outcome.kind === 'nothing-to-send' && outcome.why, why)
    }
    assert.deepEqual(await recorded(), nothing)
  })

  describe('where the recipient takes an absent pupil for a leaver', () => {
    const optIn: Partial<Agreement> = {
      absenceMeans: 'leaver',
      basis: { article6: 'a', instrument: 'consent', confidence: 'derived' },
      consent: { rule: 'opt-in', purpose: 'classdojo-account', wording: 'classdojo-account-1' },
    }

    it('holds the file when nothing of a pupil may be sent, and the DPO may let it pass', async () => {
      const [one = '', two = ''] = await addPupils(small.school, [{}, {}])
      await addContact(small.school, one, { id: contactId(urn), forename: 'Ann', priority: 1 })
      await choose(small.school, {
        pupilId: one,
        contactId: contactId(urn),
        wording: 'classdojo-account-1',
        state: 'given',
      })
      for (let i = 0; i < 2; i++) {
        const outcome = await release(partsWith(optIn))
        assert.equal(outcome.kind === 'held' && outcome.reason, 'missing-pupils')
        assert.deepEqual(outcome.kind === 'held' && outcome.pupilIds, [two])
        assert.deepEqual(outcome.kind === 'held' && outcome.withheldReasons, { 'consent-missing': 1 })
      }
      assert.deepEqual(await recorded(), nothing)
      assert.deepEqual(
        (await tasks()).map(({ kind, for_role }) => [kind, for_role]),
        [['release-held', 'dpo']],
      )

      await assert.rejects(release(partsWith(optIn), { despite: ['missing-pupils'] }), {
        code: 'not-allowed',
      })
      const passed = await releaseWith(
        partsWith(optIn),
        small.doorOf(dpo),
        request({ despite: ['missing-pupils'] }),
      )
      assert.equal(passed.kind, 'released')
      assert.ok((await tasks()).every(({ closed_at }) => closed_at !== null))
    })

    it('sends the pupil with the smallest permitted part instead of leaving it out', async () => {
      const [one = ''] = await addPupils(small.school, [{ forename: 'Present' }])
      const perItem: Partial<Agreement> = {
        absenceMeans: 'leaver',
        items: [
          { item: 'pupil.reference', as: 'pseudonym' },
          {
            item: 'pupil.forename',
            as: 'as-is',
            consent: { rule: 'opt-in', purpose: 'classdojo-account', wording: 'classdojo-account-1' },
          },
        ],
        format: {
          ...classList.format,
          kind: 'csv',
          templateRequired: false,
          columns: [
            { header: 'Code', item: 'pupil.reference' },
            { header: 'Forename', item: 'pupil.forename' },
          ],
        },
      }
      const text = (await bytesOf(await release(partsWith(perItem)))).toString()
      assert.match(text, /^Code,Forename\r\n[0-9A-Z]{16},\r\n$/)
      const opening = await small.school.read((tx) =>
        tx.selectFrom('ledger_opening').select(['pupil_id', 'record']).executeTakeFirstOrThrow(),
      )
      assert.equal(opening.pupil_id, one)
      assert.deepEqual((opening.record as { withheld: unknown }).withheld, [
        { item: 'pupil.forename', codes: ['consent-missing'] },
      ])
    })
  })

  it('holds a file with far fewer pupils than the one before', async () => {
    const pupils = await addPupils(
      small.school,
      Array.from({ length: 12 }, () => ({})),
    )
    const parts = partsWith({ absenceMeans: 'delete' })
    assert.equal((await release(parts)).kind, 'released')
    await small.school.write((tx) =>
      tx
        .updateTable('pupil')
        .set({ leaving_date: '2026-11-01' })
        .where('id', 'in', pupils.slice(0, 4))
        .execute(),
    )
    assert.equal((await release(parts, { requestKey: 'k2' })).kind, 'released')
    await small.school.write((tx) =>
      tx
        .updateTable('pupil')
        .set({ leaving_date: '2026-11-01' })
        .where('id', 'in', pupils.slice(4, 10))
        .execute(),
    )
    const held = await release(parts, { requestKey: 'k3' })
    assert.equal(held.kind === 'held' && held.reason, 'short-read')
    const passed = await releaseWith(
      parts,
      small.doorOf(dpo),
      request({ requestKey: 'k3', despite: ['short-read'] }),
    )
    assert.equal(passed.kind, 'released')
  })

  it('opens one task for the DPO when the people entitled to choose disagree', async () => {
    const [one = ''] = await addPupils(small.school, [{}, {}])
    for (const n of [1, 2]) {
      await addContact(small.school, one, {
        id: contactId(urn * 10 + n),
        forename: `Parent${n}`,
        priority: n,
      })
      await choose(small.school, {
        pupilId: one,
        contactId: contactId(urn * 10 + n),
        wording: 'classdojo-account-1',
        state: n === 1 ? 'given' : 'refused',
      })
    }
    const parts = partsWith({
      basis: { article6: 'a', instrument: 'consent', confidence: 'derived' },
      consent: { rule: 'opt-in', purpose: 'classdojo-account', wording: 'classdojo-account-1' },
    })
    for (let i = 0; i < 2; i++) assert.equal((await release(parts)).kind, 'nothing-to-send')
    const open = await tasks()
    assert.deepEqual(
      open.map(({ kind, for_role }) => [kind, for_role]),
      [['consent-disagreement', 'dpo']],
    )
    assert.deepEqual(open[0]?.detail, {
      pupilId: one,
      purpose: 'classdojo-account',
      agreementId: 'class-list',
    })
  })

  it('names the purpose of the item’s own consent where it is that which people disagree about', async () => {
    const [one = ''] = await addPupils(small.school, [{}])
    const both = 'website-photo-1'
    for (const n of [1, 2]) {
      const contact = contactId(urn * 10 + n)
      await addContact(small.school, one, { id: contact, forename: `Parent${n}`, priority: n })
      await choose(small.school, { pupilId: one, contactId: contact, wording: both, state: 'given' })
      await choose(small.school, {
        pupilId: one,
        contactId: contact,
        wording: 'website-first-name-1',
        state: n === 1 ? 'given' : 'refused',
      })
    }
    const outcome = await release(
      partsWith({
        basis: { article6: 'a', instrument: 'consent', confidence: 'derived' },
        consent: { rule: 'opt-in', purpose: 'website-photo', wording: both },
        items: [
          { item: 'pupil.reference', as: 'pseudonym' },
          {
            item: 'pupil.forename',
            as: 'as-is',
            consent: { rule: 'opt-in', purpose: 'website-first-name', wording: 'website-first-name-1' },
          },
        ],
      }),
    )
    assert.equal(outcome.kind, 'released')
    assert.deepEqual(
      (await tasks()).map(({ kind, detail }) => [kind, (detail as { purpose: string }).purpose]),
      [['consent-disagreement', 'website-first-name']],
    )
  })

  it('holds a value that the format can’t carry, and says which pupil and item', async () => {
    const [, two = ''] = await addPupils(small.school, [{}, { forename: '=HYPERLINK("x")' }])
    const formula = await release(partsWith({}))
    assert.deepEqual(formula.kind === 'held' && [formula.reason, formula.pupilIds], ['unwritable', [two]])
    const coded = await release(
      partsWith({
        format: {
          kind: 'csv',
          templateRequired: false,
          specification: '',
          columns: [{ header: 'Year', item: 'pupil.yearGroup', write: { codes: { R: '0' } } }],
        },
      }),
    )
    assert.equal(coded.kind === 'held' && coded.reason, 'unwritable')
    assert.doesNotMatch(JSON.stringify(await tasks()), /HYPERLINK/)
    assert.deepEqual(await recorded(), nothing)
  })

  describe('a column that takes some characters only', () => {
    const taking = (write: NonNullable<CsvColumn['write']>): Parts =>
      partsWith({
        format: {
          kind: 'csv',
          templateRequired: false,
          specification: '',
          columns: [
            { header: 'First', item: 'pupil.forename' },
            { header: 'CHILD_LAST_NAME', item: 'pupil.surname', write },
          ],
        },
      })
    const latin = ['A-Z', 'a-z', '-', ' ', '’', 'À-Ö', 'Ø-ö', 'ø-ſ']
    const agreed = { agreed: 'By the recipient, in a test', letters: { Ș: 'S', ễ: 'ee' } }

    it('holds the file for a name with another one, and says which pupils and which column in one task', async () => {
      const [, two = '', three = ''] = await addPupils(small.school, [
        { surname: 'Wójcik' },
        { surname: 'Ștefănescu' },
        { surname: 'Nguyễn' },
      ])
      for (let i = 0; i < 2; i++) {
        const held = await release(taking({ characters: latin }))
        assert.ok(held.kind === 'held' && held.reason === 'unwritable', JSON.stringify(held))
        assert.deepEqual(held.pupilIds, [two, three])
        assert.deepEqual(held.unwritable?.[0], {
          pupilId: two,
          item: 'pupil.surname',
          column: 'CHILD_LAST_NAME',
          why: 'character',
        })
      }
      const open = await tasks()
      assert.deepEqual(
        open.map(({ kind, for_role }) => [kind, for_role]),
        [['release-held', 'office']],
      )
      assert.deepEqual((open[0]?.detail as { pupilIds: unknown }).pupilIds, [two, three])
      assert.doesNotMatch(JSON.stringify(open), /tef|Nguy/)
      assert.deepEqual(await recorded(), nothing)
    })

    it('writes the letters that the recipient agreed to, and no others', async () => {
      await addPupils(small.school, [
        { surname: 'Ștefănescu' },
        // Written in two code points: it is the same letter.
        { surname: 'Nguye\u0302\u0303n' },
      ])
      const outcome = await release(taking({ characters: latin, transliterate: agreed }))
      const text = (await bytesOf(outcome)).toString()
      assert.equal(text, 'First,CHILD_LAST_NAME\r\nForenameA,Stefănescu\r\nForenameB,Nguyeen\r\n')
    })

    it('is looked at again in the finished file', async () => {
      await addPupils(small.school, [{ surname: 'Wójcik' }, { surname: 'Ștefănescu' }])
      const careless = async (write: NonNullable<CsvColumn['write']>, from: string, to: string) => {
        const parts = taking(write)
        const outcome = await release({
          ...parts,
          encode: (encoding) => {
            const made = encode(encoding)
            if (!made.ok) return made
            const text = Buffer.from(made.value.bytes).toString().replace(from, to)
            return { ok: true, value: { ...made.value, bytes: Buffer.from(text) } }
          },
        })
        return outcome.kind === 'held' ? (outcome.faults ?? []).map(({ code }) => code) : [outcome.kind]
      }
      const rule = { characters: latin, transliterate: agreed }
      assert.deepEqual(await careless(rule, 'Stef', 'Ștef'), ['unaccepted-character', 'other-value'])
      assert.deepEqual(await careless(rule, 'Stef', 'Tef'), ['other-value'])
      // An encoder that forgot the rule: the true name is there, and still it may not leave.
      const forgetful: Parts = {
        ...taking({ characters: latin }),
        encode: (encoding) => {
          const { format } = encoding.agreement
          assert.ok(format.kind === 'csv')
          const columns = format.columns.map(({ header, item }) => ({ header, item }))
          return encode({ ...encoding, agreement: { ...encoding.agreement, format: { ...format, columns } } })
        },
      }
      const outcome = await release(forgetful)
      assert.ok(outcome.kind === 'held' && outcome.reason === 'egress-check', JSON.stringify(outcome))
      assert.deepEqual(outcome.faults, [{ code: 'unaccepted-character', place: 'line 3, column 2' }])
    })
  })

  it('holds a file whose columns were never checked against the school’s own template', async () => {
    await addPupils(small.school, [{}])
    const format = { ...classList.format, templateRequired: true } as Agreement['format']
    const held = await release(partsWith({ format }))
    assert.equal(held.kind === 'held' && held.reason, 'template')
    await small.school.write((tx) =>
      tx
        .insertInto('recipient_standing')
        .values({
          school_urn: small.school.urn,
          recipient_id: 'test-recipient',
          template_header: ['Code', 'Forename', 'Surname', 'Born', 'Year'],
          template_checked_on: '2026-11-01',
        })
        .execute(),
    )
    assert.equal((await release(partsWith({ format }))).kind, 'released')
  })

  it('takes a contact by its place and leaves out the items not listed', async () => {
    const [one = ''] = await addPupils(small.school, [{}, {}])
    await addContact(small.school, one, { id: contactId(urn * 10 + 2), forename: 'Second', priority: 2 })
    await addContact(small.school, one, {
      id: contactId(urn * 10 + 1),
      forename: 'First',
      priority: 1,
      mobile: '07700 900001',
    })
    const text = (
      await bytesOf(
        await release(
          partsWith({
            items: [
              { item: 'pupil.forename', as: 'as-is' },
              { item: 'contact.forename', as: 'as-is' },
            ],
            format: {
              kind: 'csv',
              templateRequired: false,
              specification: '',
              columns: [
                { header: 'Child', item: 'pupil.forename' },
                { header: 'C1', item: 'contact.forename', contact: 1 },
                { header: 'C2', item: 'contact.forename', contact: 2 },
                { header: 'C1 phone', item: 'contact.mobile', contact: 1 },
              ],
            },
          }),
        ),
      )
    ).toString()
    assert.equal(text, 'Child,C1,C2,C1 phone\r\nForenameA,First,Second,\r\nForenameB,,,\r\n')
  })

  it('says how many contacts have no column, in the preview and when it leaves', async () => {
    const [one = '', two = ''] = await addPupils(small.school, [{}, {}, {}])
    for (const [i, pupilId] of [one, one, one, one, two, two, two].entries()) {
      await addContact(small.school, pupilId, {
        id: contactId(urn * 10 + i),
        forename: `Contact${i}`,
        priority: 9 - i,
      })
    }
    const parts = partsWith({
      items: [
        { item: 'pupil.forename', as: 'as-is' },
        { item: 'contact.forename', as: 'as-is' },
      ],
      format: {
        kind: 'csv',
        templateRequired: false,
        specification: '',
        columns: [
          { header: 'Child', item: 'pupil.forename' },
          { header: 'C1', item: 'contact.forename', contact: 1 },
          { header: 'C2', item: 'contact.forename', contact: 2 },
        ],
      },
    })
    const preview = await release(parts, { dryRun: true })
    assert.deepEqual(preview.kind === 'dry-run' && preview.leftOut, { contacts: 3, pupils: 2 })
    const outcome = await release(parts)
    assert.deepEqual(outcome.kind === 'released' && outcome.leftOut, { contacts: 3, pupils: 2 })
    const [, first] = (await bytesOf(outcome)).toString().split('\r\n')
    assert.equal(first, 'ForenameA,Contact3,Contact2', 'the first by priority')
    const none = await release(partsWith({}), { dryRun: true, requestKey: 'other' })
    assert.ok(none.kind === 'dry-run' && none.leftOut === undefined)
  })

  it('writes one line a mark where the columns are marks, and none for a pupil without any', async () => {
    const [one = ''] = await addPupils(small.school, [{}, {}])
    await small.school.write((tx) =>
      tx
        .insertInto('attendance_mark')
        .values(
          (['AM', 'PM'] as const).map((session) => ({
            school_urn: small.school.urn,
            pupil_id: one,
            day: '2026-11-23',
            session,
            code: '/',
          })),
        )
        .execute(),
    )
    const outcome = await release(
      partsWith({
        items: [
          { item: 'pupil.forename', as: 'as-is' },
          { item: 'attendance.session', as: 'as-is' },
        ],
        format: {
          kind: 'csv',
          templateRequired: false,
          specification: '',
          columns: [
            { header: 'Child', item: 'pupil.forename' },
            { header: 'Session', item: 'attendance.session' },
          ],
        },
      }),
    )
    assert.equal((await bytesOf(outcome)).toString(), 'Child,Session\r\nForenameA,AM\r\nForenameA,PM\r\n')
    assert.equal(outcome.kind === 'released' && outcome.permittedPupils, 1)
  })

  it('writes JSON with the dictionary’s names', async () => {
    const [one = ''] = await addPupils(small.school, [{}, {}])
    await addContact(small.school, one, { id: contactId(urn), forename: 'Ann', priority: 1 })
    const outcome = await release(
      partsWith({
        items: [
          { item: 'pupil.forename', as: 'as-is' },
          { item: 'contact.forename', as: 'as-is' },
        ],
        format: { kind: 'json', specification: '' },
      }),
    )
    assert.deepEqual(JSON.parse((await bytesOf(outcome)).toString()), {
      agreement: 'class-list',
      version: 1,
      decidedAt: at.toISOString(),
      pupils: [
        { 'pupil.forename': 'ForenameA', contact: [{ 'contact.forename': 'Ann' }] },
        { 'pupil.forename': 'ForenameB', contact: [] },
      ],
    })
  })

  it('writes a transfer file for each destination, and one for each pupil whose destination is not known', async () => {
    await addPupils(small.school, [
      { leavingDate: '2026-11-02', destination: ['893', '2001'] },
      { leavingDate: '2026-11-03', destination: ['894', '2002'] },
      { leavingDate: '2026-11-03', destination: ['893', '2001'] },
      { leavingDate: '2026-11-04' },
      { leavingDate: '2026-11-05', destination: ['XXX', 'XXXX'] },
    ])
    const outcome = await release(
      partsWith({
        items: [
          'pupil.surname',
          'pupil.forename',
          'pupil.dateOfBirth',
          'pupil.sex',
          'pupil.leavingDate',
          'pupil.destinationLa',
          'pupil.destinationEstablishment',
          'school.name',
        ].map((item) => ({ item, as: 'as-is' })),
        population: { item: 'pupil.leavingDate', present: true },
        format: { kind: 'ctf', version: '25.0', specification: '' },
      }),
    )
    const all = [outcome, ...(outcome.further ?? [])]
    assert.deepEqual(
      all.map((each) => each.kind === 'released' && [each.fileName, each.permittedPupils]),
      [
        ['8942199_CTF_8932001_001.xml', 2],
        ['8942199_CTF_8942002_001.xml', 1],
        ['8942199_CTF_XXXXXXX_001.xml', 1],
        ['8942199_CTF_XXXXXXX_002.xml', 1],
      ],
    )
    const { header, rows } = await itemsFromCtf(await bytesOf(outcome))
    assert.deepEqual(header.destination, { la: '893', establishment: '2001' })
    assert.deepEqual(
      rows.map(({ values }) => values.get('pupil.surname')),
      ['SurnameA', 'SurnameC'],
    )
    assert.deepEqual((await recorded()).entries, 4)
  })

  describe('egress check', () => {
    const spoiling = (spoil: (text: string) => string): Parts => ({
      ...partsWith({}),
      encode: (encoding) => {
        const made = encode(encoding)
        if (!made.ok) return made
        const bytes = Buffer.from(spoil(Buffer.from(made.value.bytes).toString()))
        return { ok: true, value: { ...made.value, bytes } }
      },
    })
    const lines = (text: string): string[] => text.split('\r\n')
    const swap = (text: string): string => {
      const [header = '', a = '', b = '', ...rest] = lines(text)
      return [header, b, a, ...rest].join('\r\n')
    }
    for (const [what, spoil, code] of [
      [
        'an extra column',
        (t: string) =>
          lines(t)
            .map((l) => (l ? `${l},x` : l))
            .join('\r\n'),
        'other-columns',
      ],
      ['an extra pupil', (t: string) => `${t}0000000000000000,Eve,Nobody,01/01/2018,3\r\n`, 'extra-pupil'],
      ['a pupil too few', (t: string) => `${lines(t).slice(0, 2).join('\r\n')}\r\n`, 'missing-pupil'],
      ['two pupils swapped', swap, 'other-value'],
      ['a cell cut short', (t: string) => t.replace('SurnameA', 'Surname'), 'other-value'],
      ['an empty cell', (t: string) => t.replace('SurnameA', ''), 'missing-value'],
      ['a date written otherwise', (t: string) => t.replace('04/03/2018', '2018-03-04'), 'other-value'],
      ['half a file', (t: string) => t.slice(0, -9), 'unreadable'],
      ['a column renamed', (t: string) => t.replace('Born', 'UPN'), 'other-columns'],
    ] as const) {
      it(`stops a file with ${what}, and nothing is recorded`, async () => {
        await addPupils(small.school, [{}, {}])
        const outcome = await release(spoiling(spoil))
        assert.equal(outcome.kind === 'held' && outcome.reason, 'egress-check')
        assert.ok(
          outcome.kind === 'held' && outcome.faults?.some((fault) => fault.code === code),
          JSON.stringify(outcome),
        )
        assert.doesNotMatch(JSON.stringify(outcome), /Surname|Forename[AB]/)
        assert.deepEqual(await recorded(), nothing)
      })
    }
  })

  describe('a withdrawal', () => {
    const optIn = partsWith({
      basis: { article6: 'a', instrument: 'consent', confidence: 'derived' },
      consent: { rule: 'opt-in', purpose: 'classdojo-account', wording: 'classdojo-account-1' },
    })
    const consenting = async (): Promise<readonly string[]> => {
      const pupils = await addPupils(small.school, [{ forename: 'Stays' }, { forename: 'Withdrawn' }])
      for (const [i, pupilId] of pupils.entries()) {
        await addContact(small.school, pupilId, { id: contactId(urn * 10 + i), forename: 'Ann', priority: 1 })
        await choose(small.school, {
          pupilId,
          contactId: contactId(urn * 10 + i),
          wording: 'classdojo-account-1',
          state: 'given',
        })
      }
      return pupils
    }
    const withdraw = (pupilId: string, recordedAt: Date): Promise<void> =>
      choose(small.school, {
        pupilId,
        contactId: contactId(urn * 10 + 1),
        wording: 'classdojo-account-1',
        state: 'withdrawn',
        recordedAt,
      })

    it('recorded after the request but committed before the release is honoured', async () => {
      const [, two = ''] = await consenting()
      await withdraw(two, new Date(at.getTime() + 500))
      const text = (await bytesOf(await release(optIn))).toString()
      assert.match(text, /Stays/)
      assert.doesNotMatch(text, /Withdrawn/)
    })

    it(
      'committed while the release runs, up to its commit, is honoured',
      { skip: testEngine === 'pglite' && 'one transaction at a time in PGlite' },
      async () => {
        for (const point of ['release:policy-read', 'release:decided', 'release:checked']) {
          urn++
          const school = await addSchool(small.store, String(urn))
          small = { ...small, school, door: { ...small.door, school } }
          const [, two = ''] = await consenting()
          let fired = false
          const fault = async (name: string): Promise<void> => {
            if (name !== point || fired) return
            fired = true
            await withdraw(two, at)
          }
          const outcome = await releaseWith(optIn, { ...small.door, fault }, request())
          assert.ok(fired)
          const text = (await bytesOf(outcome)).toString()
          assert.match(text, /Stays/)
          assert.doesNotMatch(text, /Withdrawn/, point)
          assert.equal((await recorded()).entries, 1)
        }
      },
    )

    it(
      'that comes when the release is about to commit waits for it',
      { skip: testEngine === 'pglite' && 'one transaction at a time in PGlite' },
      async () => {
        const [, two = ''] = await consenting()
        const order: string[] = []
        let withdrawal: Promise<void> = Promise.resolve()
        const fault = async (name: string): Promise<void> => {
          if (name === 'release:gate-closed') {
            withdrawal = withdraw(two, at).then(() => void order.push('withdrawn'))
            await new Promise((resolve) => setTimeout(resolve, 300))
          }
          if (name === 'release:queued') order.push('released')
        }
        await releaseWith(optIn, { ...small.door, fault }, request())
        await withdrawal
        assert.deepEqual(order, ['released', 'withdrawn'])
      },
    )
  })
})
