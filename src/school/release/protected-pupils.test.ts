import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import { itemsFromCtf } from '../../core/standards/ctf/index.ts'
import type { Agreement, CsvColumn } from '../../core/vocabulary/index.ts'
import type { ReleaseOutcome } from './outcome.ts'
import type { Statement } from '../../core/decide/index.ts'
import { decidePupils } from './decide-feed.ts'
import { releaseWith, type Parts } from './release-feed.ts'
import { takePayload } from './take-payload.store.ts'
import {
  addContact,
  addPupils,
  at,
  choose,
  openSmallSchool,
  partsWith,
  type SmallSchool,
} from './testing/small-school.ts'

let urn = 700_000
let small: SmallSchool = await openSmallSchool(String(urn))

const listing = (...items: string[]): Agreement['items'] => items.map((item) => ({ item, as: 'as-is' }))
const csv = (...columns: CsvColumn[]): Agreement['format'] => ({
  kind: 'csv',
  templateRequired: false,
  specification: 'test',
  columns,
})
const contactId = (n: number): string => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`

describe('pupils and families who must be protected', () => {
  beforeEach(async () => {
    const school = await addSchool(small.store, String(++urn))
    small = { ...small, school, door: { ...small.door, school } }
  })

  const release = (parts: Parts): Promise<ReleaseOutcome> =>
    releaseWith(parts, small.door, { agreementId: 'class-list', requestKey: 'once', at })
  const textOf = async (outcome: ReleaseOutcome): Promise<string> => {
    assert.ok(outcome.kind === 'released', JSON.stringify(outcome))
    const payload = await small.school.read((tx) => takePayload(tx, small.school, outcome.releaseId))
    return Buffer.from(payload!.body).toString()
  }
  const linesOf = async (outcome: ReleaseOutcome) => (await textOf(outcome)).trim().split('\r\n').slice(1)
  const mark = (
    pupilId: string,
    kind: string,
    more: { contact_id?: string; from_date?: string; to_date?: string; lifted_at?: Date } = {},
  ) =>
    small.school.write((tx) =>
      tx
        .insertInto('protection')
        .values({
          school_urn: small.school.urn,
          pupil_id: pupilId,
          kind,
          from_date: '2026-09-01',
          recorded_by: 'test',
          ground: 'test',
          ...more,
        })
        .execute(),
    )
  const link = (pupilId: string, n: number, change: Record<string, unknown>) =>
    small.school.write((tx) =>
      tx
        .updateTable('pupil_contact')
        .set(change)
        .where('pupil_id', '=', pupilId)
        .where('contact_id', '=', contactId(n))
        .execute(),
    )

  describe('a court order recorded as a mark alone', () => {
    const photo = partsWith({
      items: listing('pupil.forename'),
      format: csv({ header: 'Name', item: 'pupil.forename' }),
      consent: { rule: 'opt-in', purpose: 'website-photo', wording: 'website-photo-1' },
    })
    const consenting = async (): Promise<string> => {
      const [pupil] = await addPupils(small.school, [{}])
      await addContact(small.school, pupil!, { id: contactId(1), forename: 'Father', priority: 1 })
      await choose(small.school, {
        pupilId: pupil!,
        contactId: contactId(1),
        wording: 'website-photo-1',
        state: 'given',
      })
      return pupil!
    }

    it('takes away the weight of what the bound person agreed to', async () => {
      await mark(await consenting(), 'court-order', { contact_id: contactId(1) })
      const outcome = await release(photo)
      assert.deepEqual(
        [outcome.kind, 'withheldReasons' in outcome && outcome.withheldReasons],
        ['nothing-to-send', { 'consent-missing': 1 }],
      )
    })

    it('does so only while it is in force, and for whom it names', async () => {
      const pupil = await consenting()
      await mark(pupil, 'court-order', { contact_id: contactId(1), to_date: '2026-11-23' })
      await mark(pupil, 'court-order', { contact_id: contactId(1), from_date: '2026-11-25' })
      await mark(pupil, 'court-order', { contact_id: contactId(1), lifted_at: at })
      await addContact(small.school, pupil, { id: contactId(2), forename: 'Aunt', priority: 2 })
      await mark(pupil, 'court-order', { contact_id: contactId(2) })
      assert.equal((await release(photo)).kind, 'released')
    })
  })

  describe('an error in the set-wise statements', () => {
    const listed = {
      items: listing('pupil.forename', 'contact.forename', 'contact.mobile'),
      format: csv(
        { header: 'Name', item: 'pupil.forename' },
        { header: 'First', item: 'contact.forename', contact: 1 },
        { header: 'Second', item: 'contact.forename', contact: 2 },
        { header: 'Mobile', item: 'contact.mobile', contact: 2 },
      ),
    }
    const family = async (): Promise<string> => {
      const [pupil = ''] = await addPupils(small.school, [{}])
      await addContact(small.school, pupil, { id: contactId(1), forename: 'Father', priority: 1 })
      await addContact(small.school, pupil, {
        id: contactId(2),
        forename: 'Mother',
        priority: 2,
        mobile: '07700900002',
      })
      return pupil
    }
    /** The statements with something taken out of their effect. */
    const spoilt = (agreement: Partial<Agreement>, spoil: (text: string) => string): Parts => ({
      ...partsWith(agreement),
      decidePupils: (tx, feed, policy) => {
        const { compiled } = feed
        const broken = (statement: Statement): Statement => ({ ...statement, text: spoil(statement.text) })
        const children: typeof compiled.children = (subject) => {
          const statement = compiled.children(subject)
          return statement && broken(statement)
        }
        return decidePupils(
          tx,
          { ...feed, compiled: { ...compiled, projection: broken(compiled.projection), children } },
          policy,
        )
      },
    })
    /** The same file without the error leaves; with it, it is held, for what was written is not what is decided. */
    const stops = async (
      agreement: Partial<Agreement>,
      spoil: (text: string) => string,
      leak: RegExp,
    ): Promise<void> => {
      let written = ''
      const parts = spoilt(agreement, spoil)
      const outcome = await release({
        ...parts,
        encode: (encoding) => {
          const made = parts.encode(encoding)
          if (made.ok) written = Buffer.from(made.value.bytes).toString()
          return made
        },
      })
      assert.match(written, leak, 'the error let nothing out that it should not have: it shows nothing')
      assert.ok(outcome.kind === 'held' && outcome.reason === 'egress-check', JSON.stringify(outcome))
      assert.doesNotMatch(await textOf(await release(partsWith(agreement))), leak)
    }
    const forgetsOrders = (text: string): string =>
      text.replace(/\n {2}and not \(exists[^]*(?=\norder by s\.pupil_id)/, '')
    const forgetsMarks = (text: string): string =>
      text.replaceAll(
        'from protection_reach',
        'from (select * from protection_reach where false) protection_reach',
      )

    it('that forgets a court order lets nobody out: as a mark', async () => {
      const pupil = await family()
      await mark(pupil, 'court-order', { contact_id: contactId(1) })
      await stops(listed, forgetsOrders, /Father/)
    })

    it('that forgets a court order lets nobody out: on the contact itself', async () => {
      const pupil = await family()
      await link(pupil, 1, { court_order: true })
      await stops(listed, forgetsOrders, /Father/)
    })

    it('that forgets whose permission it was lets nobody else out', async () => {
      const pupil = await family()
      await choose(small.school, {
        pupilId: pupil,
        contactId: contactId(2),
        wording: 'classdojo-account-1',
        state: 'given',
      })
      const givers: Partial<Agreement> = {
        ...listed,
        basis: { article6: 'a', instrument: 'consent', confidence: 'derived' },
        consent: { rule: 'opt-in', purpose: 'classdojo-account', wording: 'classdojo-account-1' },
        contacts: 'gave-permission',
      }
      const forgets = (text: string): string =>
        text.replace(
          / and (s\."contact\.parentalResponsibility"[^]*)(?=\norder by s\.pupil_id)/,
          ' and (true or $1)',
        )
      await stops(givers, forgets, /Father/)
    })

    it('that forgets a confidential address lets it out of nobody’s contacts', async () => {
      const pupil = await family()
      await mark(pupil, 'confidential-address')
      await stops(
        { ...listed, items: [...listed.items, ...listing('contact.postcode')] },
        forgetsMarks,
        /07700900002/,
      )
    })

    it('that adds a contact from nowhere lets nobody out', async () => {
      await family()
      const parts = partsWith(listed)
      const outcome = await release({
        ...parts,
        decidePupils: async (...of) => {
          const [one, ...others] = await decidePupils(...of)
          assert.ok(one)
          const contacts = [
            ...(one.children.get('contact') ?? []),
            new Map([['contact.forename', 'Stranger']]),
          ]
          return [{ ...one, children: new Map([['contact', contacts.slice(1)]]) }, ...others]
        },
      })
      assert.ok(outcome.kind === 'held' && outcome.reason === 'egress-check', JSON.stringify(outcome))
    })
  })

  describe('the household of a pupil whose address is confidential', () => {
    const addresses = partsWith({
      items: listing('pupil.forename', 'pupil.addressLine1', 'contact.mobile'),
      format: csv(
        { header: 'Name', item: 'pupil.forename' },
        { header: 'Address', item: 'pupil.addressLine1' },
        { header: 'Mobile', item: 'contact.mobile', contact: 1 },
      ),
    })
    const more = { address_line_1: '10 Tileworks Lane' }
    const family_id = '00000000-0000-4000-a000-000000000001'

    it('keeps the address and contacts of a brother in the same family, and of nobody else', async () => {
      const [protectedOne, brother, other] = await addPupils(small.school, [
        { forename: 'Amelia', more: { ...more, family_id } },
        { forename: 'Ben', more: { ...more, family_id } },
        { forename: 'Cara', more: { ...more, address_line_1: '11 Tileworks Lane' } },
      ])
      for (const [n, pupil] of [protectedOne, brother, other].entries()) {
        await addContact(small.school, pupil!, {
          id: contactId(n),
          forename: 'Mother',
          priority: 1,
          mobile: `07700 90000${n}`,
        })
      }
      await mark(protectedOne!, 'confidential-address')
      assert.deepEqual(await linesOf(await release(addresses)), [
        'Amelia,,',
        'Ben,,',
        'Cara,11 Tileworks Lane,07700 900002',
      ])
    })

    it('knows it also by a contact who lives with both', async () => {
      const [protectedOne, cousin, visited] = await addPupils(small.school, [
        { forename: 'Amelia', more },
        { forename: 'Ben', more },
        { forename: 'Cara', more: { ...more, address_line_1: '12 Hazelholt' } },
      ])
      await addContact(small.school, protectedOne!, { id: contactId(1), forename: 'Gran', priority: 1 })
      for (const pupil of [cousin!, visited!]) {
        await small.school.write((tx) =>
          tx
            .insertInto('pupil_contact')
            .values({
              school_urn: small.school.urn,
              pupil_id: pupil,
              contact_id: contactId(1),
              priority: 1,
              relationship: 'REL',
              parental_responsibility: false,
            })
            .execute(),
        )
      }
      await link(protectedOne!, 1, { lives_with_pupil: true })
      await link(cousin!, 1, { lives_with_pupil: true })
      await mark(protectedOne!, 'confidential-address')
      assert.deepEqual(await linesOf(await release(addresses)), ['Amelia,,', 'Ben,,', 'Cara,12 Hazelholt,'])
    })
  })

  describe('an agreement about some of the contacts', () => {
    it('names nobody without parental responsibility, whatever the order of contacts', async () => {
      const [pupil] = await addPupils(small.school, [{}])
      for (const [n, forename] of ['Aunt', 'Mother', 'Father'].entries()) {
        await addContact(small.school, pupil!, { id: contactId(n), forename, priority: n + 1 })
      }
      await link(pupil!, 0, { parental_responsibility: false })
      const outcome = await release(
        partsWith({
          items: listing('pupil.forename', 'contact.forename'),
          contacts: 'parental-responsibility',
          format: csv(
            { header: 'Name', item: 'pupil.forename' },
            { header: 'Parent 1', item: 'contact.forename', contact: 1 },
            { header: 'Parent 2', item: 'contact.forename', contact: 2 },
          ),
        }),
      )
      assert.deepEqual(await linesOf(outcome), ['ForenameA,Mother,Father'])
    })

    const permission = partsWith(
      {
        items: listing('pupil.fundingCode', 'contact.forename'),
        contacts: 'gave-permission',
        consent: {
          rule: 'permission',
          purpose: 'eligibility-check',
          wording: 'eligibility-check-1',
          tiedTo: 'pupil.fundingCode',
        },
        format: csv(
          { header: 'Code', item: 'pupil.fundingCode' },
          { header: 'Who', item: 'contact.forename', contact: 1 },
        ),
      },
      {},
    )
    const permit = (pupilId: string, n: number, tiedTo: string) =>
      choose(small.school, {
        pupilId,
        contactId: contactId(n),
        wording: 'eligibility-check-1',
        state: 'given',
        kind: 'permission',
        tiedTo,
      })

    it('takes the one who permitted it, not the first', async () => {
      const [pupil] = await addPupils(small.school, [{ more: { funding_code: '90030038057' } }])
      for (const [n, forename] of ['Mother', 'Father'].entries()) {
        await addContact(small.school, pupil!, { id: contactId(n), forename, priority: n + 1 })
      }
      await permit(pupil!, 0, '90000000000')
      await permit(pupil!, 1, '90030038057')
      assert.deepEqual(await linesOf(await release(permission)), ['90030038057,Father'])
    })
  })

  describe('transfer files', () => {
    const transfer = partsWith({
      items: listing(
        'pupil.surname',
        'pupil.forename',
        'pupil.dateOfBirth',
        'pupil.sex',
        'pupil.destinationLa',
        'pupil.destinationEstablishment',
      ),
      population: { item: 'pupil.leavingDate', present: true },
      format: { kind: 'ctf', version: '25.0', specification: '' },
    })

    it('never make a lost pupil of one whose next school may not be told, and keep asking for it', async () => {
      const leavingDate = '2026-11-02'
      const [hidden] = await addPupils(small.school, [
        { leavingDate, destination: ['893', '2001'] },
        { leavingDate },
      ])
      await mark(hidden!, 'confidential-address')
      const outcome = await release(transfer)
      const all = [outcome, ...(outcome.further ?? [])]
      assert.deepEqual(all.map(({ kind }) => kind).sort(), ['held', 'released'])
      const held = all.find((each) => each.kind === 'held')
      assert.deepEqual(held?.kind === 'held' && [held.reason, held.pupilIds], [
        'destination-withheld',
        [hidden],
      ])
      const released = all.find((each) => each.kind === 'released')!
      const { rows } = await itemsFromCtf(Buffer.from(await textOf(released)))
      assert.deepEqual(
        rows.map(({ values }) => values.get('pupil.surname')),
        ['SurnameB'],
      )
      const tasks = () =>
        small.school.read((tx) => tx.selectFrom('task').select(['kind', 'for_role', 'closed_at']).execute())
      assert.deepEqual(await tasks(), [{ kind: 'release-held', for_role: 'dpo', closed_at: null }])
      await releaseWith(transfer, small.door, { agreementId: 'class-list', requestKey: 'again', at })
      assert.deepEqual(await tasks(), [{ kind: 'release-held', for_role: 'dpo', closed_at: null }])
    })

    it('go to the lost pupil area under an agreement that knows no destinations', async () => {
      const [pupil] = await addPupils(small.school, [
        { leavingDate: '2026-11-02', destination: ['893', '2001'] },
      ])
      await mark(pupil!, 'confidential-address')
      const outcome = await release(
        partsWith({
          items: listing('pupil.surname', 'pupil.forename', 'pupil.dateOfBirth', 'pupil.sex'),
          population: { item: 'pupil.leavingDate', present: true },
          format: { kind: 'ctf', version: '25.0', specification: '' },
        }),
      )
      assert.equal(outcome.kind === 'released' && outcome.fileName, '8942199_CTF_XXXXXXX_001.xml')
    })

    it('say so of a pupil who left the state sector, one pupil a file', async () => {
      await addPupils(small.school, [
        { leavingDate: '2026-11-02', destination: ['MMM', 'MMMM'] },
        { leavingDate: '2026-11-02', destination: ['MMM', 'MMMM'] },
      ])
      const outcome = await release(transfer)
      assert.deepEqual(
        [outcome, ...(outcome.further ?? [])].map((each) => each.kind === 'released' && each.fileName),
        ['001', '002'].map((serial) => `8942199_CTF_MMMMMMM_${serial}.xml`),
      )
    })
  })
})
