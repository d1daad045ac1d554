import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Agreement, Item, ItemGrant, Recipient, Transformation } from '../vocabulary/index.ts'
import { checkProperties, readPolicyFolder, selectedCases, type Policy } from './index.ts'
import { policyFolder } from './testing/changed-policy.ts'

const read = await readPolicyFolder(policyFolder)
assert.ok(read.ok)
const policy = read.value

type Edit = (policy: Policy) => Policy

const agreement =
  (id: string, change: (agreement: Agreement) => Partial<Agreement>): Edit =>
  (p) => {
    const before = p.agreements.get(id)
    assert.ok(before, id)
    return { ...p, agreements: new Map(p.agreements).set(id, { ...before, ...change(before) }) }
  }
const recipient =
  (id: string, change: Partial<Recipient>): Edit =>
  (p) => ({ ...p, recipients: new Map(p.recipients).set(id, { ...p.recipients.get(id)!, ...change }) })
const item =
  (id: string, change: Partial<Item>): Edit =>
  (p) => ({ ...p, items: new Map(p.items).set(id, { ...p.items.get(id)!, ...change }) })
const grants = (id: string, name: string, as: Transformation = 'as-is', more: Partial<ItemGrant> = {}): Edit =>
  agreement(id, ({ items }) => ({
    items: [...items.filter((grant) => grant.item !== name), { item: name, as, ...more }],
  }))
const basis = (id: string, change: Partial<Agreement['basis']>): Edit =>
  agreement(id, (a) => ({ basis: { ...a.basis, ...change } }))
const withoutBasisPart = (id: string, part: 'article9' | 'schedule1' | 'policyDocument'): Edit =>
  agreement(id, (a) => {
    const rest = Object.entries(a.basis).filter(([name]) => name !== part)
    return { basis: Object.fromEntries(rest) as unknown as Agreement['basis'] }
  })
const none = { rule: 'none' } as const
const optOut = { rule: 'opt-out', purpose: 'child-measurement' } as const

/** For each property a change of policy that breaks it: a property that can't fail proves nothing. */
const breaks: Readonly<Record<string, Edit>> = {
  'commercial-special-category': grants('inventry', 'pupil.medicalFlag', 'flag'),
  'special-category-has-condition': withoutBasisPart('nationwide', 'article9'),
  'article-9-has-schedule-1': withoutBasisPart('nationwide', 'schedule1'),
  'substantial-public-interest-has-policy': withoutBasisPart('cpoms', 'policyDocument'),
  'religion-and-ethnicity-to-no-company': grants('nationwide', 'pupil.religion'),
  'biometrics-by-written-consent': item('pupil.misId', { class: 'biometric' }),
  'no-legitimate-interests': basis('inventry', { article6: 'f' }),
  'law-switched-on': basis('local-authority', { instrument: 'education-act-1996-s436b' }),
  'consent-is-asked': agreement('classdojo', () => ({ consent: none })),
  'statutory-is-not-consent': agreement('attendance-support', () => ({ objection: 'refuse' })),
  'safeguarding-not-gated': agreement('cpoms', () => ({ consent: optOut })),
  'food-safety-not-gated': grants('nationwide', 'pupil.allergens', 'as-is', { consent: optOut }),
  'leavers-not-gated': agreement('health-authorities', () => ({ consent: optOut })),
  'pictures-by-opt-in': grants('inventry', 'pupil.photo'),
  'publishing-by-opt-in': agreement('primarysite', () => ({ consent: none })),
  'no-surname-beside-a-picture': grants('primarysite', 'pupil.preferredSurname'),
  'no-pupil-number-to-companies': grants('cpoms', 'pupil.upn'),
  'pupil-number-kept-to-its-list': grants('ofsted', 'pupil.upn'),
  'reference-only-as-pseudonym': grants('otrack', 'pupil.reference'),
  'national-insurance-only-for-the-check': grants('family', 'contact.nationalInsuranceNumber'),
  'eligibility-check-only-what-it-needs': grants('eyportal', 'pupil.ethnicity'),
  'former-identity-only-to-the-next-school': grants('local-authority', 'pupil.formerSurname'),
  'care-status-kept-close': grants('otrack', 'pupil.lookedAfter', 'flag'),
  'no-home-address-to-learning-products': grants('nationwide', 'pupil.postcode'),
  'learning-products-little': grants('times-tables-rock-stars', 'pupil.sex'),
  'learning-products-no-surname': grants('oxford-reading-buddy', 'pupil.preferredSurname'),
  'classdojo-little': grants('classdojo', 'pupil.yearGroup'),
  'inventry-little': grants('inventry', 'pupil.sex'),
  'catering-little': grants('nationwide', 'pupil.pupilPremium'),
  'tracking-never': grants('otrack', 'contact.surname'),
  'safeguarding-record-never': grants('cpoms', 'result.value'),
  'childcare-never': grants('connect-childcare', 'pupil.pupilPremium'),
  'immunisation-never': grants('health-authorities', 'pupil.medicalFlag'),
  'measurement-off-until-settled': agreement('health-authorities-ncmp', () => ({ enabled: true })),
  'measurement-list-little': grants('health-authorities-ncmp', 'pupil.medicalNeeds'),
  'authority-never': grants('local-authority', 'contact.surname'),
  'absence-referral-only-totals': grants('attendance-support', 'attendance.code'),
  'audit-sample-only': grants('auditors', 'pupil.surname'),
  'initials-in-staff-cases': grants('professional-bodies', 'pupil.surname'),
  'transfers-safeguarded': agreement('classdojo', () => ({ transfer: { country: 'US', safeguard: null } })),
  'abroad-by-opt-in': recipient('otrack', { country: 'US' }),
  'no-special-category-abroad': recipient('nationwide', { country: 'IE' }),
  'processors-delete-or-return': agreement('otrack', (a) => ({
    retention: { ...a.retention, onEnding: 'keep-by-law' },
  })),
  'suppliers-are-processors': recipient('otrack', { role: 'controller' }),
  'unknown-role-is-off': agreement('ed-arcade', () => ({ enabled: true })),
  'yearly-review': agreement('otrack', (a) => ({ review: { ...a.review, due: '2029-01-01' } })),
  'encrypted-on-the-way': agreement('cpoms', (a) => ({ transport: { ...a.transport, encrypt: false } })),
  'procedures-have-no-feed': agreement('ofsted', () => ({ format: { kind: 'json', specification: 'x' } })),
  'referrals-hidden-until-allowed': agreement('police-courts-tribunals', () => ({ visibility: 'open' })),
  'feeds-are-visible': agreement('otrack', () => ({ visibility: 'restricted' })),
}

describe('static properties', () => {
  it('all hold for the policy as it stands', () => {
    assert.deepEqual(checkProperties(policy), [])
  })

  it('each have a change here that breaks them', () => {
    assert.deepEqual(Object.keys(breaks).sort(), policy.properties.map(({ id }) => id).sort())
  })

  for (const [id, edit] of Object.entries(breaks)) {
    it(`can fail: ${id}`, () => {
      const failed = checkProperties(edit(policy)).filter(({ property }) => property === id)
      assert.ok(failed.length > 0, 'it still holds')
      for (const { agreement: named, text } of failed) assert.ok(text.includes(named))
    })
  }

  it('each speak of something that exists, but the one about biometrics, which no agreement has', () => {
    const empty = policy.properties.filter((property) => selectedCases(policy, property).length === 0)
    assert.deepEqual(
      empty.map(({ id }) => id),
      ['biometrics-by-written-consent'],
    )
  })

  it('name the agreement and the item', () => {
    const [first, ...rest] = checkProperties(grants('ofsted', 'pupil.upn')(policy))
    assert.deepEqual([first?.property, first?.agreement, first?.item], ['pupil-number-kept-to-its-list', 'ofsted', 'pupil.upn'])
    assert.deepEqual(rest, [])
  })
})
