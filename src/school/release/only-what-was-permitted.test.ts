import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { addSchool } from '../../../test/support/school.ts'
import type { SchoolStore } from '../../core/store/index.ts'
import type {
  Agreement,
  Format,
  ItemGrant,
  ItemId,
  Recipient,
  Transformation,
} from '../../core/vocabulary/index.ts'
import { takeFacts } from '../agreements/index.ts'
import { carriedItems } from './carried.ts'
import { feedCase } from './decide-feed.ts'
import { encode } from './encode.ts'
import { releaseWith } from './release-feed.ts'
import {
  at,
  onRoll,
  openSmallSchool,
  partsWith,
  policyWith,
  type PolicyChange,
} from './testing/small-school.ts'

const small = await openSmallSchool('400000')
let urn = 400_000

/** Items whose value can be a marker of its own, and the column that holds it. */
const pupilItems: ReadonlyMap<ItemId, string> = new Map([
  ['pupil.forename', 'forename'],
  ['pupil.surname', 'surname'],
  ['pupil.middleNames', 'middle_names'],
  ['pupil.preferredForename', 'preferred_forename'],
  ['pupil.formerSurname', 'former_surname'],
  ['pupil.addressLine1', 'address_line_1'],
  ['pupil.town', 'town'],
  ['pupil.registrationGroup', 'registration_group'],
  ['pupil.medicalNeeds', 'medical_needs'],
  ['pupil.dietaryRequirement', 'dietary_requirement'],
  ['pupil.room', 'room'],
])
const contactItems: ReadonlyMap<ItemId, string> = new Map([
  ['contact.forename', 'forename'],
  ['contact.surname', 'surname'],
  ['contact.mobile', 'mobile'],
  ['contact.email', 'email'],
  ['contact.addressLine1', 'address_line_1'],
])
const items = [...pupilItems.keys(), ...contactItems.keys()]

const letters = (n: number): string => String.fromCharCode(65 + Math.floor(n / 26), 65 + (n % 26))
/** Letters only and delimited, so that no marker is part of another. */
const marker = (pupil: number, item: ItemId, contact = 0): string =>
  `Q${letters(pupil)}X${letters(items.indexOf(item))}X${letters(contact)}Q`

interface Scene {
  readonly pupils: readonly {
    readonly left: boolean
    readonly year: string
    readonly lookedAfter: boolean
    readonly choices: readonly ('given' | 'refused' | 'withdrawn' | null)[]
    readonly marks: readonly string[]
    readonly courtOrders: readonly boolean[]
  }[]
  readonly grants: readonly { item: ItemId; as: Transformation; optIn: boolean }[]
  readonly columns: readonly { item: ItemId; contact: number | undefined }[]
  readonly format: 'csv' | 'json' | 'ctf'
  readonly consent: boolean
  readonly objection: Agreement['objection']
  readonly population: Agreement['population']
  readonly recipient: Partial<Recipient>
  readonly absence: Agreement['absenceMeans']
}

const choice = fc.constantFrom('given', 'given', 'given', 'refused', 'withdrawn', null)
const seldom = fc.constantFrom(true, false, false, false)

const scene: fc.Arbitrary<Scene> = fc.record({
  pupils: fc.array(
    fc.record({
      left: seldom,
      year: fc.constantFrom('R', '1', '6'),
      lookedAfter: fc.boolean(),
      choices: fc.tuple(choice, choice),
      marks: fc.subarray(['confidential-address', 'adoption', 'restriction', 'objection', 'safeguarding'], {
        maxLength: 1,
      }),
      courtOrders: fc.tuple(seldom, fc.constant(false)),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  grants: fc.uniqueArray(
    fc.record({
      item: fc.constantFrom(...items),
      as: fc.constantFrom<Transformation>(
        ...Array.from({ length: 7 }, () => 'as-is' as const),
        'initial',
        'flag',
        'pseudonym',
      ),
      optIn: seldom,
    }),
    { selector: ({ item }) => item, minLength: 3, maxLength: 12 },
  ),
  columns: fc.array(
    fc
      .record({ item: fc.constantFrom(...items), contact: fc.constantFrom(1, 2) })
      .map(({ item, contact }) => ({ item, contact: contactItems.has(item) ? contact : undefined })),
    { minLength: 4, maxLength: 16 },
  ),
  format: fc.constantFrom('csv', 'csv', 'json', 'ctf'),
  consent: seldom,
  objection: fc.constantFrom('refuse', 'unavailable'),
  population: fc.constantFrom<Agreement['population']>(
    onRoll,
    { all: [onRoll, { item: 'pupil.yearGroup', in: ['R', '1'] }] },
    { any: [{ item: 'pupil.yearGroup', equals: '6' }, { not: onRoll }] },
  ),
  recipient: fc.record({
    kind: fc.constantFrom('supplier', 'local-authority', 'school'),
    publishes: seldom,
    commercial: fc.boolean(),
  }),
  absence: fc.constantFrom('ignore', 'ignore', 'leaver'),
})

const optIn = { rule: 'opt-in', purpose: 'classdojo-account', wording: 'classdojo-account-1' } as const

function agreementOf(s: Scene): Partial<Agreement> {
  const format: Format =
    s.format === 'csv'
      ? {
          kind: 'csv',
          templateRequired: false,
          specification: '',
          columns: s.columns.map(({ item, contact }, i) => ({
            header: `C${i}`,
            item,
            ...(contact === undefined ? {} : { contact }),
          })),
        }
      : s.format === 'json'
        ? { kind: 'json', specification: '' }
        : { kind: 'ctf', version: '25.0', specification: '' }
  return {
    items: s.grants.map(({ item, as, optIn: needs }): ItemGrant => ({
      item,
      as,
      ...(needs ? { consent: optIn } : {}),
    })),
    format,
    population: s.population,
    objection: s.objection,
    absenceMeans: s.absence,
    basis: {
      article6: s.consent ? 'a' : 'e',
      instrument: s.consent ? 'consent' : 'public-task-education',
      article9: 'g',
      schedule1: 'Part 2 paragraph 6',
      policyDocument: true,
      confidence: 'derived',
    },
    consent: s.consent ? optIn : { rule: 'none' },
  }
}

/** Fills a school: each value of each pupil and contact is a marker that occurs nowhere else. */
async function fill(school: SchoolStore, s: Scene): Promise<readonly string[]> {
  const wording = policyWith({}).wordings.get(optIn.wording)
  assert.ok(wording)
  return school.write(async (tx) => {
    const ids: string[] = []
    for (const [i, pupil] of s.pupils.entries()) {
      const id = randomUUID()
      ids.push(id)
      const values = Object.fromEntries([...pupilItems].map(([item, column]) => [column, marker(i, item)]))
      await tx
        .insertInto('pupil')
        .values({
          school_urn: school.urn,
          id,
          mis_id: id,
          date_of_birth: '2018-03-04',
          sex: 'F',
          year_group: pupil.year,
          enrolment_status: 'C',
          entry_date: '2022-09-01',
          leaving_date: pupil.left ? '2026-10-01' : null,
          looked_after: pupil.lookedAfter,
          source_digest: 'x',
          forename: '',
          surname: '',
          ...values,
        })
        .execute()
      for (const [c, state] of pupil.choices.entries()) {
        const contactId = randomUUID()
        const theirs = Object.fromEntries(
          [...contactItems].map(([item, column]) => [column, marker(i, item, c + 1)]),
        )
        await tx
          .insertInto('contact')
          .values({
            school_urn: school.urn,
            id: contactId,
            mis_id: contactId,
            forename: '',
            surname: '',
            ...theirs,
          })
          .execute()
        await tx
          .insertInto('pupil_contact')
          .values({
            school_urn: school.urn,
            pupil_id: id,
            contact_id: contactId,
            priority: c + 1,
            relationship: 'MOT',
            parental_responsibility: true,
            court_order: pupil.courtOrders[c] ?? false,
          })
          .execute()
        if (state === null) continue
        await tx
          .insertInto('consent_choice')
          .values({
            school_urn: school.urn,
            pupil_id: id,
            purpose: optIn.purpose,
            kind: 'consent',
            state,
            giver: 'contact',
            giver_contact_id: contactId,
            wording_id: optIn.wording,
            wording_sha256: wording.sha256,
            method: 'paper',
            recorded_at: new Date('2026-10-01T09:00:00Z'),
            recorded_by: 'test',
          })
          .execute()
      }
      for (const kind of pupil.marks) {
        await tx
          .insertInto('protection')
          .values({
            school_urn: school.urn,
            pupil_id: id,
            kind,
            agreement_id: kind === 'objection' ? 'class-list' : null,
            from_date: '2026-09-01',
            recorded_by: 'test',
            ground: 'test',
          })
          .execute()
      }
    }
    return ids
  })
}

describe('a released file', () => {
  it('holds every permitted value and no other, whatever the policy and the pupils', async () => {
    let files = 0
    let found = 0
    await fc.assert(
      fc.asyncProperty(scene, async (s) => {
        const school = await addSchool(small.store, String(++urn))
        const ids = await fill(school, s)
        const change: PolicyChange = { recipient: s.recipient }
        const policy = policyWith(agreementOf(s), change)
        const bytes: Buffer[] = []
        const outcome = await releaseWith(
          {
            ...partsWith({}),
            policy: () => Promise.resolve(policy),
            encode: (encoding) => {
              const made = encode(encoding)
              if (made.ok) bytes.push(Buffer.from(made.value.bytes))
              return made
            },
          },
          { ...small.door, school },
          { agreementId: 'class-list', requestKey: 'k', at, dryRun: true },
        )
        const text = Buffer.concat(bytes).toString()
        const written = new Set(text.match(/Q[A-Z]{2}X[A-Z]{2}X[A-Z]{2}Q/g) ?? [])
        const outcomes = [outcome, ...(outcome.further ?? [])] // transfer files are one for each destination
        assert.ok(
          outcomes.every((each) => each.kind !== 'held' || each.reason !== 'egress-check'),
          JSON.stringify(outcome),
        )

        // The oracle decides one pupil and item at a time, by the pure function, from facts read apart.
        const feed = feedCase(policy, 'class-list', at)
        const { agreement } = feed.version
        const carried = carriedItems(agreement)
        const numbers = new Map<ItemId, Set<number>>()
        if (agreement.format.kind === 'csv') {
          for (const { item, contact } of agreement.format.columns) {
            numbers.set(item, (numbers.get(item) ?? new Set()).add(contact ?? 0))
          }
        }
        const expected = new Set<string>()
        for (const [i, pupilId] of ids.entries()) {
          const facts = await school.read((tx) => takeFacts(tx, pupilId, at))
          assert.ok(facts)
          for (const grant of s.grants) {
            const decision = feed.compiled.decide(facts, grant.item)
            if (decision.outcome !== 'permit' || decision.as !== 'as-is' || !carried.has(grant.item)) continue
            if (pupilItems.has(grant.item)) {
              expected.add(marker(i, grant.item))
              continue
            }
            // Contacts whom no order binds, in their order; a CSV column takes one of them by its place.
            const free = [1, 2].filter((c) => s.pupils[i]?.courtOrders[c - 1] !== true)
            free.forEach((c, place) => {
              const taken = agreement.format.kind !== 'csv' || numbers.get(grant.item)?.has(place + 1)
              if (taken) expected.add(marker(i, grant.item, c))
            })
          }
        }
        const left = outcomes.every(({ kind }) => kind === 'dry-run')
        for (const each of written) assert.ok(expected.has(each), `${each} was not permitted`)
        if (left) for (const each of expected) assert.ok(written.has(each), `${each} is missing`)
        else if (bytes.length === 0) assert.equal(written.size, 0)
        files += left ? 1 : 0
        found += written.size
      }),
      { numRuns: Number(process.env['RUNS'] ?? 100) },
    )
    // The scenes are not all refusals, or this would show nothing.
    assert.ok(files > 20 && found > 100, `${files} files, ${found} values`)
  })
})
