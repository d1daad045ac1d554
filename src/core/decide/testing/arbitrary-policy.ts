import fc from 'fast-check'
import type {
  Agreement,
  Article9,
  Condition,
  ConsentRule,
  Instrument,
  Item,
  ItemGrant,
  Prohibition,
  Recipient,
  Standing,
  Wording,
} from '../../vocabulary/index.ts'
import type { DecisionCase, PolicyContext } from '../policy-context.ts'
import { testItems } from './items.ts'

// Values are drawn from few, so that random agreements and random pupils meet.
export const texts = ['Ann', 'Özil', "O'Hara", 'no', 'N', '  x', 'C1', 'C2', 'TF1 1AA', 'tf10 9zz', '']
export const years = ['R', '1', '6']
export const dates = [
  '2012-02-29',
  '2013-11-23',
  '2013-11-24',
  '2013-11-25',
  '2016-11-24',
  '2021-07-01',
  '2018-06-30',
  '2018-07-01',
  '2022-01-01',
]
/** Days before today: the day before, the day a leap year earlier, and a birthday of `dates`. */
export const daysBack = ['today-1', 'today-366', 'today-4749']
export const purposes = ['alpha', 'beta']
/** Noon, the last half hour of 30 June in UTC (1 July in England), and around a leap day. */
export const instants = [
  '2026-11-24T12:00:00Z',
  '2026-06-30T23:30:00Z',
  '2025-02-28T09:00:00Z',
  '2028-02-29T09:00:00Z',
].map((text) => new Date(text))
export const agreementId = 'agreement'
export const recipientId = 'recipient'

export const wordings: ReadonlyMap<string, Wording> = new Map(
  purposes.map((purpose) => [
    `${purpose}-1`,
    { id: `${purpose}-1`, purpose, kind: 'consent', label: purpose, text: '', sha256: `hash-${purpose}` },
  ]),
)

const mostly = <T>(usual: T, ...rare: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 30, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(usual, ...rare) },
  )

const scalar = [...testItems.values()].filter(({ subject }) => subject === 'pupil' || subject === 'school')

function testOf(item: Item): fc.Arbitrary<Condition> {
  const present = fc.constant<Condition>({ item: item.id, present: true })
  switch (item.type) {
    case 'boolean':
      return fc.oneof(
        present,
        fc.boolean().map((equals) => ({ item: item.id, equals })),
      )
    case 'integer':
      return fc.oneof(
        present,
        fc.nat(3).map((equals) => ({ item: item.id, equals })),
        fc
          .uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 })
          .map((list) => ({ item: item.id, in: list })),
        fc
          .tuple(fc.nat(2), fc.nat(2))
          .map(([from, more]) => ({ item: item.id, range: { from, to: from + more } })),
      )
    case 'date': {
      const day = fc.constantFrom('today', ...daysBack, ...dates)
      return fc.oneof(
        present,
        day.map((equals) => ({ item: item.id, equals })),
        day.map((before) => ({ item: item.id, before })),
        day.map((after) => ({ item: item.id, after })),
        fc.uniqueArray(day, { minLength: 1, maxLength: 3 }).map((list) => ({ item: item.id, in: list })),
      )
    }
    case 'text':
    case 'code': {
      const text = fc.constantFrom(...(item.type === 'code' ? years : texts))
      return fc.oneof(
        present,
        text.map((equals) => ({ item: item.id, equals })),
        fc.uniqueArray(text, { minLength: 1, maxLength: 4 }).map((list) => ({ item: item.id, in: list })),
      )
    }
  }
}

const leaf: fc.Arbitrary<Condition> = fc.constantFrom(...scalar).chain(testOf)

export const arbitraryCondition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({ not: tie('condition') }),
    fc.record({ all: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
  ),
})).condition

const askingRule: fc.Arbitrary<ConsentRule> = fc
  .constantFrom(...purposes)
  .chain((purpose) =>
    mostly(`${purpose}-1`, 'lost').chain((wording) =>
      fc.constantFrom<ConsentRule>(
        { rule: 'opt-in', purpose, wording },
        { rule: 'opt-out', purpose },
        { rule: 'biometric', purpose, wording },
        { rule: 'permission', purpose, wording },
        { rule: 'permission', purpose, wording, tiedTo: 'pupil.fundingCode' },
      ),
    ),
  )

const rule: fc.Arbitrary<ConsentRule> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<ConsentRule>({ rule: 'none' }) },
  { weight: 2, arbitrary: askingRule },
)

const form = (item: Item | undefined): fc.Arbitrary<ItemGrant['as']> =>
  fc.oneof(
    { weight: 15, arbitrary: fc.constantFrom<ItemGrant['as']>(...(item?.transformations ?? ['as-is'])) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<ItemGrant['as']>('as-is', 'initial', 'year', 'age-band', 'district'),
    },
  )

const grants: fc.Arbitrary<readonly ItemGrant[]> = fc
  .subarray([...testItems.keys(), 'pupil.unheardOf'], { minLength: 1 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id): fc.Arbitrary<ItemGrant> =>
        fc.record(
          {
            item: fc.constant(id),
            as: form(testItems.get(id)),
            ifObjected: form(testItems.get(id)),
            consent: rule,
          },
          { requiredKeys: ['item', 'as'] },
        ),
      ),
    ),
  )

export const kinds = ['confidential-address', 'court-order', 'objection', 'safeguarding'] as const
const recipientKinds = ['supplier', 'local-authority', 'family'] as const

const prohibition: fc.Arbitrary<Omit<Prohibition, 'id'>> = fc.record({
  label: fc.constant('Label'),
  law: fc.constant('Law'),
  confidence: fc.constant('official' as const),
  when: fc.record(
    {
      mark: fc.constantFrom(...kinds),
      pupil: arbitraryCondition,
      recipientKinds: fc.subarray([...recipientKinds], { minLength: 1 }),
      publishes: fc.boolean(),
      educational: fc.boolean(),
      transferUnsafeguarded: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  items: fc.record(
    {
      handling: fc.subarray(['name', 'blind-number', 'address', 'contact-channel', 'image'] as const, {
        minLength: 1,
      }),
      ids: fc.subarray([...testItems.keys()], { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: [] },
  ),
  unless: fc.record(
    {
      recipients: fc.constantFrom([recipientId], ['somebody']),
      recipientKinds: fc.subarray([...recipientKinds], { minLength: 1, maxLength: 1 }),
      processorFor: fc.constant('education' as const),
      article6: fc.subarray(['a', 'c', 'e'] as const, { minLength: 1, maxLength: 1 }),
      as: fc.subarray(['pseudonym', 'flag', 'district'] as const, { minLength: 1 }),
    },
    { requiredKeys: [] },
  ),
})

const instrument = (id: string, inForce: Instrument['inForce']): [string, Instrument] => [
  id,
  { id, title: id, provision: id, kind: 'statute', confidence: 'official', source: '', inForce },
]

const law: ReadonlyMap<string, Instrument> = new Map([
  instrument('act', { from: '2000-01-01', enabled: true }),
  instrument('repealed', { from: '2000-01-01', to: '2020-01-01', enabled: true }),
  instrument('to-come', { from: null, enabled: true }),
  instrument('off', { from: '2000-01-01', enabled: false }),
])

const standing: fc.Arbitrary<Standing> = fc.record({
  recipientId: mostly(recipientId, 'another'),
  identityVerifiedOn: mostly<string | null>('2024-01-01', null, '2099-01-01'),
  identityChangedOn: mostly<string | null>(null, '2023-12-31', '2024-01-01', '2024-01-02'),
  contractOn: mostly<string | null>('2024-01-01', null, '2099-01-01'),
  transferSafeguard: fc.constantFrom('addendum', 'adequacy', null),
  transferSafeguardOn: mostly<string | null>('2024-01-01', null, '2099-01-01'),
  ageRecipient: mostly<string | null>(`age1${'q'.repeat(58)}`, null, 'a letter'),
  ageRecipientExpiresOn: mostly<string | null>(null, '2020-01-01', '2099-01-01', '2026-11-24'),
})

const recipient: fc.Arbitrary<Recipient> = fc.record({
  id: fc.constant(recipientId),
  name: fc.constant('Recipient'),
  kind: fc.constantFrom(...recipientKinds),
  role: fc.constantFrom('controller' as const, 'processor' as const),
  commercial: fc.boolean(),
  publishes: fc.boolean(),
  country: mostly('GB', 'US'),
  contact: fc.constant(''),
  confidence: fc.constant('official' as const),
  source: fc.constant(''),
})

const basis: fc.Arbitrary<Agreement['basis']> = fc.record(
  {
    article6: mostly<Agreement['basis']['article6']>('e', 'a', 'c', 'f', 'ea'),
    instrument: mostly('act', 'repealed', 'to-come', 'off', 'unheard-of', ''),
    article9: fc.constantFrom<Article9>('a', 'g', 'h', 'j'),
    schedule1: fc.constantFrom('Part 2 paragraph 18', 'para 2', 'Part 3', ''),
    article10: fc.constantFrom('para 10', ''),
    policyDocument: fc.boolean(),
    confidence: fc.constant('official' as const),
  },
  { requiredKeys: ['article6', 'instrument', 'confidence'] },
)

const agreement: fc.Arbitrary<Agreement> = fc.record({
  id: fc.constant(agreementId),
  recipient: fc.constant(recipientId),
  title: fc.constant(''),
  kind: fc.constant('feed' as const),
  enabled: mostly(true, false),
  purpose: fc.record({ id: fc.constant('p'), label: fc.constant('p'), educational: mostly(true, false) }),
  why: fc.constant(''),
  items: grants,
  population: fc.oneof(
    { weight: 1, arbitrary: fc.constant<Condition>({ all: [] }) },
    { weight: 1, arbitrary: arbitraryCondition },
  ),
  basis,
  consent: rule,
  objection: fc.constantFrom('refuse', 'pseudonymise', 'unavailable'),
  schedule: fc.constant({ every: 'daily' as const, note: '' }),
  format: fc.constant({ kind: 'json' as const, specification: '' }),
  transport: fc.record({
    kind: fc.constantFrom('sftp' as const, 'copy-sheet' as const, 'none' as const),
    encrypt: fc.boolean(),
    note: fc.constant(''),
  }),
  absenceMeans: fc.constant('ignore' as const),
  retention: fc.constant({ atRecipient: '', onEnding: 'delete' as const }),
  transfer: mostly<Agreement['transfer']>(
    { country: 'GB', safeguard: null },
    { country: 'US', safeguard: 'addendum' },
    { country: 'US', safeguard: null },
  ),
  inForce: mostly<Agreement['inForce']>(
    { from: '2024-01-01' },
    { from: '2099-01-01' },
    { from: '2024-01-01', to: '2026-07-01' },
    { from: '2024-01-01', to: '2026-06-30' },
  ),
  review: mostly(
    { due: '2029-08-31', graceDays: 30 },
    { due: '2026-10-25', graceDays: 30 },
    { due: '2026-10-24', graceDays: 30 },
  ),
  visibility: fc.constant('open' as const),
  confidence: fc.constant('official' as const),
  source: fc.constant(''),
})

export interface ArbitraryPolicy {
  readonly prohibitions: readonly Prohibition[]
  readonly publicAuthority: boolean
  readonly decisionCase: DecisionCase
}

/** Puts the constant part in its place; it is kept out of the policy so that a counterexample can be read. */
export const contextOf = ({ prohibitions, publicAuthority }: ArbitraryPolicy): PolicyContext => ({
  items: testItems,
  law,
  wordings,
  prohibitions,
  publicAuthority,
})

const anything: fc.Arbitrary<ArbitraryPolicy> = fc
  .record({
    at: fc.constantFrom(...instants),
    agreement,
    approvedAt: mostly<Date | null>(new Date('2024-01-01T00:00:00Z'), null, new Date('2027-01-01T00:00:00Z')),
    approvedBy: mostly<string | null>('The head teacher', null),
    recipient,
    standing,
    prohibitions: fc.array(prohibition, { maxLength: 3 }),
    publicAuthority: fc.boolean(),
  })
  .map(({ at, approvedAt, approvedBy, prohibitions, publicAuthority, ...rest }) => ({
    publicAuthority,
    prohibitions: prohibitions.map((each, i) => ({ id: `prohibition-${i}`, ...each })),
    decisionCase: {
      at,
      recipient: rest.recipient,
      standing: rest.standing,
      version: { agreement: rest.agreement, version: 1, hash: '', approvedAt, approvedBy },
    },
  }))

/** The same with all that is not about the pupil in order, so that what is about the pupil decides. */
const inOrder = (policy: ArbitraryPolicy): ArbitraryPolicy => {
  const { decisionCase, ...rest } = policy
  const { version, standing, recipient } = decisionCase
  return {
    ...rest,
    decisionCase: {
      ...decisionCase,
      recipient: { ...recipient, country: 'GB' },
      standing: {
        ...standing,
        recipientId,
        identityVerifiedOn: '2024-01-01',
        identityChangedOn: null,
        contractOn: '2024-01-01',
        ageRecipient: `age1${'q'.repeat(58)}`,
        ageRecipientExpiresOn: null,
      },
      version: {
        ...version,
        approvedAt: new Date('2024-01-01T00:00:00Z'),
        approvedBy: 'The head teacher',
        agreement: {
          ...version.agreement,
          enabled: true,
          population: { all: [] },
          transfer: { country: 'GB', safeguard: null },
          inForce: { from: '2024-01-01' },
          review: { due: '2029-08-31', graceDays: 30 },
          basis: {
            article6: 'e',
            instrument: 'act',
            article9: 'g',
            schedule1: 'para 18',
            article10: 'para 10',
            policyDocument: true,
            confidence: 'official',
          },
        },
      },
    },
  }
}

const withAgreement = (policy: ArbitraryPolicy, change: Partial<Agreement>): ArbitraryPolicy => ({
  ...policy,
  decisionCase: {
    ...policy.decisionCase,
    version: {
      ...policy.decisionCase.version,
      agreement: { ...policy.decisionCase.version.agreement, ...change },
    },
  },
})

const consentDecides = fc
  .tuple(anything, askingRule)
  .map(([policy, consent]) => withAgreement({ ...inOrder(policy), prohibitions: [] }, { consent }))

/** A prohibition that bites on some pupils and not on others, for some items and forms. */
const bitingProhibition: fc.Arbitrary<Omit<Prohibition, 'id'>> = fc
  .tuple(
    prohibition,
    fc.oneof(
      fc.record({ mark: fc.constantFrom(...kinds) }),
      fc.record({ pupil: arbitraryCondition }),
      fc.record({ mark: fc.constantFrom(...kinds), pupil: arbitraryCondition }),
    ),
    fc.option(fc.subarray(['pseudonym', 'flag', 'district'] as const, { minLength: 1 })),
  )
  .map(([usual, when, as]) => ({ ...usual, when, unless: as === null ? {} : { as } }))

const prohibitionsDecide = fc
  .tuple(anything, fc.array(bitingProhibition, { minLength: 1, maxLength: 3 }))
  .map(([policy, prohibitions]) =>
    withAgreement(
      {
        ...inOrder(policy),
        prohibitions: prohibitions.map((each, i) => ({ id: `prohibition-${i}`, ...each })),
      },
      {
        consent: { rule: 'none' },
        items: policy.decisionCase.version.agreement.items.map((grant) => ({
          ...grant,
          consent: { rule: 'none' },
        })),
      },
    ),
  )

/** A policy under which every item it lists leaves, of every pupil. */
export const arbitraryOrderlyPolicy: fc.Arbitrary<ArbitraryPolicy> = anything.map((policy) =>
  withAgreement(
    { ...inOrder(policy), prohibitions: [] },
    { consent: { rule: 'none' }, objection: 'unavailable' },
  ),
)

/** A policy that names contacts, where it is their own choices, the orders and the marks that decide which. */
export const arbitraryContactPolicy: fc.Arbitrary<ArbitraryPolicy> = fc
  .tuple(
    anything,
    fc.oneof(
      { weight: 1, arbitrary: fc.constant<ConsentRule>({ rule: 'none' }) },
      { weight: 1, arbitrary: askingRule },
      // Two rules that are often met: most choices are about what is asked.
      {
        weight: 4,
        arbitrary: fc
          .constantFrom(...purposes)
          .chain((purpose) =>
            fc.constantFrom<ConsentRule>(
              { rule: 'opt-in', purpose, wording: `${purpose}-1` },
              { rule: 'permission', purpose, wording: `${purpose}-1` },
            ),
          ),
      },
    ),
    fc.constantFrom<Partial<Agreement>>(
      {},
      { contacts: 'parental-responsibility' },
      { contacts: 'gave-permission' },
      { contacts: 'gave-permission' },
    ),
  )
  .map(([policy, consent, contacts]) =>
    withAgreement(
      { ...inOrder(policy), prohibitions: [] },
      {
        consent,
        ...contacts,
        objection: 'unavailable',
        items: [
          { item: 'contact.surname', as: 'as-is' },
          { item: 'contact.email', as: 'as-is' },
        ],
      },
    ),
  )

/**
 * A policy with one agreement to decide by. A third are anything, mostly in order and now and then with something that must
 * refuse; in a third people's choices decide; in a third the marks and the prohibitions.
 */
export const arbitraryPolicy: fc.Arbitrary<ArbitraryPolicy> = fc.oneof(
  anything,
  consentDecides,
  prohibitionsDecide,
)
