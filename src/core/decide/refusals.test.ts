import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Agreement, Choice, Mark, Prohibition, RefusalCode } from '../vocabulary/index.ts'
import { compileCase } from './compile-case.ts'
import type { PolicyContext, PupilFacts } from './policy-context.ts'
import { at, agreement, context, facts, orderlyCase } from './testing/orderly-case.ts'

type Change = Parameters<typeof orderlyCase>[0] & {
  readonly context?: Partial<PolicyContext>
  readonly facts?: Partial<PupilFacts>
  readonly item?: string
}

/** The codes with which a case is refused; none when it is permitted. */
function codesOf(change: Change): readonly RefusalCode[] {
  const compiled = compileCase({ ...context, ...change.context }, orderlyCase(change))
  assert.ok(compiled.ok, JSON.stringify(compiled))
  const decision = compiled.value.decide({ ...facts, ...change.facts }, change.item ?? 'pupil.surname')
  return decision.outcome === 'permit' ? [] : decision.reasons.map(({ code }) => code)
}

const basis = (change: Partial<Agreement['basis']>, without?: keyof Agreement['basis']): Change => {
  const parts = Object.entries({ ...agreement.basis, ...change }).filter(([name]) => name !== without)
  return { agreement: { basis: Object.fromEntries(parts) as unknown as Agreement['basis'] } }
}

const choice = (change: Partial<Choice>): Choice => ({
  sequence: 1,
  purpose: 'meals',
  kind: 'consent',
  state: 'given',
  giver: 'contact',
  giverId: 'mother',
  entitled: true,
  wordingSha256: 'hash',
  written: true,
  tiedTo: null,
  recordedAt: new Date('2026-09-03T09:00:00Z'),
  expiresAt: null,
  ...change,
})

const optIn: Agreement['consent'] = { rule: 'opt-in', purpose: 'meals', wording: 'meals-1' }
const asking = (consent: Agreement['consent'], ...choices: Partial<Choice>[]): Change => ({
  agreement: { consent },
  facts: { choices: choices.map((each, i) => choice({ sequence: i + 1, ...each })) },
})
const father = { giverId: 'father' }

const prohibition = (change: Partial<Prohibition>): Change => ({
  context: {
    prohibitions: [{ id: 'p', label: 'No', law: 'A law', confidence: 'official', when: {}, ...change }],
  },
})
const mark: Mark = {
  kind: 'objection',
  agreementId: null,
  allowedRecipients: [],
  contactId: null,
  from: '2026-10-01',
  to: null,
}

/** One row a way of being refused; every code of the union has at least one. */
const table: readonly (readonly [RefusalCode, string, Change])[] = [
  ['agreement-off', 'switched off', { agreement: { enabled: false } }],
  ['agreement-not-approved', 'nobody approved it', { version: { approvedAt: null } }],
  ['agreement-not-approved', 'no name to the approval', { version: { approvedBy: null } }],
  ['agreement-not-approved', 'approved later', { version: { approvedAt: new Date(at.getTime() + 1) } }],
  ['agreement-not-in-force', 'begins tomorrow', { agreement: { inForce: { from: '2026-11-25' } } }],
  [
    'agreement-not-in-force',
    'ended yesterday',
    { agreement: { inForce: { from: '2026-09-01', to: '2026-11-23' } } },
  ],
  [
    'review-overdue',
    'the grace ended yesterday',
    { agreement: { review: { due: '2026-10-24', graceDays: 30 } } },
  ],
  ['recipient-identity', 'never verified', { standing: { identityVerifiedOn: null } }],
  ['recipient-identity', 'changed since', { standing: { identityChangedOn: '2026-09-02' } }],
  ['recipient-identity', 'verified tomorrow', { standing: { identityVerifiedOn: '2026-11-25' } }],
  ['recipient-contract', 'no contract', { standing: { contractOn: null } }],
  ['recipient-key', 'no key', { standing: { ageRecipient: null } }],
  ['recipient-key', 'not a key', { standing: { ageRecipient: 'age1x' } }],
  ['recipient-key', 'expired yesterday', { standing: { ageRecipientExpiresOn: '2026-11-23' } }],
  ['recipient-transfer', 'abroad, nothing on record', { recipient: { country: 'US' } }],
  [
    'recipient-transfer',
    'another safeguard than the one demanded',
    {
      agreement: { transfer: { country: 'US', safeguard: 'addendum' } },
      standing: { transferSafeguard: 'promise', transferSafeguardOn: '2026-09-01' },
    },
  ],
  ['not-in-population', 'another year', { facts: { values: { ...facts.values, 'pupil.yearGroup': '2' } } }],
  ['not-in-population', 'no value', { facts: { values: { ...facts.values, 'pupil.yearGroup': null } } }],
  ['item-not-listed', 'not in the list', { item: 'pupil.upn' }],
  [
    'transformation-not-allowed',
    'the dictionary says no',
    { agreement: { items: [{ item: 'pupil.surname', as: 'district' }] } },
  ],
  [
    'transformation-not-allowed',
    'the other form is not allowed',
    { agreement: { items: [{ item: 'pupil.surname', as: 'as-is', ifObjected: 'year' }] } },
  ],
  ['basis-missing', 'no instrument', basis({ instrument: '' })],
  ['basis-missing', 'rests on consent, asks nobody', basis({ article6: 'a' })],
  [
    'basis-not-in-force',
    'not commenced',
    {
      context: {
        law: new Map(
          [...context.law].map(([id, law]) => [id, { ...law, inForce: { from: null, enabled: true } }]),
        ),
      },
    },
  ],
  [
    'basis-not-in-force',
    'switched off',
    {
      context: {
        law: new Map(
          [...context.law].map(([id, law]) => [
            id,
            { ...law, inForce: { from: '2000-01-01', enabled: false } },
          ]),
        ),
      },
    },
  ],
  ['basis-not-for-public-authority', 'legitimate interests', basis({ article6: 'f' })],
  ['basis-not-for-public-authority', 'recognised legitimate interests', basis({ article6: 'ea' })],
  ['basis-article-9', 'health, no condition', { ...basis({}, 'article9'), item: 'pupil.medicalNeeds' }],
  [
    'basis-article-9',
    'explicit consent, asks nobody',
    { ...basis({ article9: 'a' }), item: 'pupil.medicalNeeds' },
  ],
  ['basis-schedule-1', 'no paragraph', { ...basis({}, 'schedule1'), item: 'pupil.medicalNeeds' }],
  [
    'basis-schedule-1',
    'no policy document',
    { ...basis({ policyDocument: false }), item: 'pupil.medicalNeeds' },
  ],
  ['basis-article-10', 'offences, no condition', { ...basis({}, 'article10'), item: 'suspension.category' }],
  ['consent-missing', 'nobody said anything', asking(optIn)],
  ['consent-missing', 'only asked', asking(optIn, { state: 'requested' })],
  ['consent-missing', 'by somebody not entitled', asking(optIn, { entitled: false })],
  ['consent-missing', 'for another purpose', asking(optIn, { purpose: 'trips' })],
  ['consent-missing', 'another kind of record', asking(optIn, { kind: 'permission' })],
  ['consent-missing', 'recorded later', asking(optIn, { recordedAt: new Date(at.getTime() + 1) })],
  ['consent-refused', 'said no', asking(optIn, { state: 'refused' })],
  [
    'consent-refused',
    'said no, then was asked again',
    asking(optIn, { state: 'refused' }, { state: 'requested' }),
  ],
  ['consent-withdrawn', 'took it back', asking(optIn, { state: 'given' }, { state: 'withdrawn' })],
  [
    'consent-withdrawn',
    'the school revoked it',
    asking(optIn, {}, { giver: 'school', giverId: null, state: 'revoked' }),
  ],
  ['consent-expired', 'to the instant', asking(optIn, { expiresAt: at })],
  [
    'consent-expired',
    'the school let it end',
    asking(optIn, {}, { giver: 'school', giverId: null, state: 'expired' }),
  ],
  ['consent-other-wording', 'an earlier text', asking(optIn, { wordingSha256: 'earlier' })],
  ['consent-disagreement', 'one yes, one no', asking(optIn, {}, { ...father, state: 'refused' })],
  ['consent-disagreement', 'one yes, one withdrawn', asking(optIn, { ...father, state: 'withdrawn' }, {})],
  [
    'consent-child-refuses',
    'at any age',
    asking(
      { ...optIn, rule: 'biometric' },
      { kind: 'biometric' },
      { kind: 'biometric', giver: 'pupil', giverId: null, entitled: false, state: 'refused' },
    ),
  ],
  [
    'consent-not-written',
    'spoken',
    asking({ ...optIn, rule: 'permission' }, { kind: 'permission', written: false }),
  ],
  [
    'consent-opted-out',
    'said no',
    asking({ rule: 'opt-out', purpose: 'meals' }, { kind: 'opt-out', state: 'refused' }),
  ],
  [
    'permission-other-code',
    'last term’s code',
    asking(
      { ...optIn, rule: 'permission', tiedTo: 'pupil.fundingCode' },
      { kind: 'permission', tiedTo: 'C0' },
    ),
  ],
  ['prohibited', 'always', prohibition({})],
  ['prohibited', 'by handling', prohibition({ items: { handling: ['name'] } })],
  ['objection-upheld', 'of this agreement', { facts: { marks: [{ ...mark, agreementId: 'agreement' }] } }],
  ['unknown', 'an instrument nobody knows', basis({ instrument: 'lost' })],
  ['unknown', 'an item of no dictionary', { item: 'pupil.shoeSize' }],
  ['unknown', 'a wording nobody knows', asking({ ...optIn, wording: 'lost' }, {})],
  [
    'unknown',
    'no code to permit',
    {
      ...asking({ ...optIn, rule: 'permission', tiedTo: 'pupil.fundingCode' }, { kind: 'permission' }),
      facts: { values: { ...facts.values, 'pupil.fundingCode': null } },
    },
  ],
  [
    'unknown',
    'a permission tied to an item of no dictionary',
    asking({ ...optIn, rule: 'permission', tiedTo: 'pupil.shoeSize' }, { kind: 'permission' }),
  ],
  ['unknown', 'a malformed date of the agreement', { agreement: { inForce: { from: '2026-13-01' } } }],
  ['unknown', 'a malformed date of the recipient', { standing: { contractOn: 'last autumn' } }],
  ['unknown', 'a malformed date of a mark', { facts: { marks: [{ ...mark, from: 'soon' }] } }],
  ['unknown', 'a value that was not read', { facts: { values: {} } }],
  ['unknown', 'a value of another type', { facts: { values: { ...facts.values, 'pupil.yearGroup': 1 } } }],
  ['unknown', 'a state nobody knows', asking(optIn, { state: 'perhaps' as Choice['state'] })],
  ['unknown', 'papers of another recipient', { standing: { recipientId: 'other' } }],
]

const everyCode: Readonly<Record<RefusalCode, true>> = {
  'agreement-off': true,
  'agreement-not-approved': true,
  'agreement-not-in-force': true,
  'review-overdue': true,
  'recipient-identity': true,
  'recipient-contract': true,
  'recipient-key': true,
  'recipient-transfer': true,
  'not-in-population': true,
  'item-not-listed': true,
  'transformation-not-allowed': true,
  'basis-missing': true,
  'basis-not-in-force': true,
  'basis-article-9': true,
  'basis-schedule-1': true,
  'basis-article-10': true,
  'basis-not-for-public-authority': true,
  'consent-missing': true,
  'consent-refused': true,
  'consent-withdrawn': true,
  'consent-expired': true,
  'consent-other-wording': true,
  'consent-disagreement': true,
  'consent-child-refuses': true,
  'consent-not-written': true,
  'consent-opted-out': true,
  'permission-other-code': true,
  prohibited: true,
  'objection-upheld': true,
  unknown: true,
}

describe('refusals', () => {
  it('permits the orderly case that the table changes', () => {
    for (const { item } of agreement.items) assert.deepEqual(codesOf({ item }), [], item)
  })

  it('has a row for every code there is', () => {
    assert.deepEqual(new Set(table.map(([code]) => code)), new Set(Object.keys(everyCode)))
  })

  for (const [code, why, change] of table) {
    it(`${code}: ${why}`, () => {
      assert.ok(codesOf(change).includes(code), `${code} is not among ${codesOf(change).join(', ')}`)
    })
  }

  it('gives that one reason alone, where one thing alone is wrong', () => {
    const several = new Set(['recipient-transfer', 'unknown', 'consent-child-refuses', 'item-not-listed'])
    for (const [code, why, change] of table) {
      if (!several.has(code)) assert.deepEqual(codesOf(change), [code], why)
    }
  })

  it('permits on the last day: in force, review within grace, key not yet expired', () => {
    assert.deepEqual(codesOf({ agreement: { inForce: { from: '2026-11-24', to: '2026-11-24' } } }), [])
    assert.deepEqual(codesOf({ agreement: { review: { due: '2026-10-25', graceDays: 30 } } }), [])
    assert.deepEqual(codesOf({ standing: { ageRecipientExpiresOn: '2026-11-24' } }), [])
    assert.deepEqual(codesOf({ standing: { identityChangedOn: '2026-09-01' } }), [])
  })

  it('asks for a key only where something is encrypted and sent', () => {
    const standing = { ageRecipient: null }
    const transport = (kind: Agreement['transport']['kind'], encrypt: boolean) => ({
      transport: { kind, encrypt, note: '' },
    })
    assert.deepEqual(codesOf({ standing, agreement: transport('copy-sheet', true) }), [])
    assert.deepEqual(codesOf({ standing, agreement: transport('none', true) }), [])
    assert.deepEqual(codesOf({ standing, agreement: transport('sftp', false) }), [])
    assert.deepEqual(codesOf({ standing, agreement: transport('download', true) }), ['recipient-key'])
  })

  it('lets an item’s stricter rule stand beside the agreement’s own', () => {
    const items = [{ item: 'pupil.surname', as: 'as-is' as const, consent: optIn }]
    assert.deepEqual(codesOf({ agreement: { items } }), ['consent-missing'])
    const optOut: Agreement['consent'] = { rule: 'opt-out', purpose: 'list' }
    const choices = [choice({}), choice({ sequence: 2, kind: 'opt-out', purpose: 'list', state: 'refused' })]
    assert.deepEqual(codesOf({ agreement: { items, consent: optOut }, facts: { choices } }), [
      'consent-opted-out',
    ])
  })

  it('sends an objector’s data in the form agreed, keeps back what would name the pupil, and leaves the rest', () => {
    const objected: Change = {
      agreement: {
        objection: 'pseudonymise',
        items: [
          { item: 'pupil.surname', as: 'as-is', ifObjected: 'pseudonym' },
          { item: 'pupil.forename', as: 'as-is' },
          { item: 'pupil.yearGroup', as: 'as-is' },
        ],
      },
      facts: { marks: [mark] },
    }
    assert.deepEqual(codesOf(objected), [])
    assert.deepEqual(codesOf({ ...objected, item: 'pupil.forename' }), ['objection-upheld'])
    assert.deepEqual(codesOf({ ...objected, item: 'pupil.yearGroup' }), [])
    const compiled = compileCase(context, orderlyCase(objected))
    assert.ok(compiled.ok)
    const decision = compiled.value.decide({ ...facts, marks: [mark] }, 'pupil.surname')
    assert.ok(decision.outcome === 'permit' && decision.as === 'pseudonym')
  })

  it('leaves what an upheld objection means to the agreement, not to a prohibition', () => {
    const general = prohibition({ when: { mark: 'objection' } })
    const items = [{ item: 'pupil.yearGroup', as: 'as-is' as const }]
    const ofYear = (objection: Agreement['objection']) =>
      codesOf({
        ...general,
        agreement: { objection, items },
        facts: { marks: [mark] },
        item: 'pupil.yearGroup',
      })
    assert.deepEqual(ofYear('refuse'), ['objection-upheld', 'objection-upheld'])
    assert.deepEqual(ofYear('pseudonymise'), [])
    assert.deepEqual(ofYear('unavailable'), [])
  })

  it('does not hear an objection where the law leaves none', () => {
    assert.deepEqual(codesOf({ agreement: { objection: 'unavailable' }, facts: { marks: [mark] } }), [])
  })

  it('lets a mark be about one agreement, and allow a recipient', () => {
    const marked = (change: Partial<Mark>) => codesOf({ facts: { marks: [{ ...mark, ...change }] } })
    assert.deepEqual(marked({ agreementId: 'another' }), [])
    assert.deepEqual(marked({ allowedRecipients: ['recipient'] }), [])
    assert.deepEqual(marked({ allowedRecipients: ['somebody'] }), ['objection-upheld'])
  })

  it('never lets a prohibition be outvoted, but hears its exceptions', () => {
    assert.deepEqual(codesOf(prohibition({ unless: { recipients: ['recipient'] } })), [])
    assert.deepEqual(codesOf(prohibition({ unless: { recipients: ['other'] } })), ['prohibited'])
    assert.deepEqual(codesOf(prohibition({ unless: { processorFor: 'education' } })), [])
    assert.deepEqual(codesOf(prohibition({ unless: { article6: ['c'] } })), ['prohibited'])
    assert.deepEqual(codesOf(prohibition({ items: { ids: ['pupil.upn'] } })), [])
    assert.deepEqual(
      codesOf(prohibition({ when: { pupil: { item: 'pupil.lookedAfter', equals: true } } })),
      [],
    )
  })

  it('says nothing of a pupil’s values in any reason or change', () => {
    for (const [, why, change] of table) {
      const compiled = compileCase({ ...context, ...change.context }, orderlyCase(change))
      assert.ok(compiled.ok)
      const said = JSON.stringify(
        compiled.value.decide({ ...facts, ...change.facts }, change.item ?? 'pupil.surname'),
      )
      for (const value of ['Ó Briain', 'inhaler', 'C1']) assert.ok(!said.includes(value), `${why}: ${value}`)
    }
  })
})
