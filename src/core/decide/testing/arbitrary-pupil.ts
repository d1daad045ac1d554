import fc from 'fast-check'
import type { Agreement, ItemId, Value } from '../../vocabulary/index.ts'
import { agreementId, dates, kinds, purposes, recipientId, texts, years } from './arbitrary-policy.ts'
import type { ChoiceModel, MarkModel, PupilModel } from './pupil-model.ts'

const day = 86_400_000
/** Before, at and after the instant to the millisecond, and days away. */
const offsets = [-40 * day, -day, -1, 0, 1, day]

const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 3 })

const values: fc.Arbitrary<Readonly<Record<ItemId, Value>>> = fc.record({
  'pupil.surname': fc.constantFrom(...texts),
  'pupil.forename': fc.constantFrom(...texts),
  'pupil.dateOfBirth': fc.constantFrom(...dates),
  'pupil.leavingDate': maybe(fc.constantFrom('2026-11-24', '2026-07-01', ...dates)),
  'pupil.yearGroup': fc.constantFrom(...years),
  'pupil.eal': maybe(fc.boolean()),
  'pupil.lookedAfter': maybe(fc.boolean()),
  'pupil.sessionsUnauthorised': fc.nat(3),
  'pupil.postcode': maybe(fc.constantFrom(...texts)),
  'pupil.fundingCode': maybe(fc.constantFrom('C1', 'C2')),
  'pupil.medicalNeeds': maybe(fc.constantFrom(...texts)),
  'pupil.religion': maybe(fc.constantFrom(...texts)),
  'pupil.photo': maybe(fc.constantFrom(...texts)),
})

const contact = fc.record({
  parentalResponsibility: fc.constantFrom(true, true, true, false),
  courtOrder: fc.constantFrom(false, false, false, true),
})

type About = Pick<ChoiceModel, 'purpose' | 'kind'>

/** What the agreement asks, so that most of what is said is about that; null where it asks nothing. */
export function askedBy({ consent }: Agreement): About | null {
  const kinds = {
    'opt-in': 'consent',
    'opt-out': 'opt-out',
    biometric: 'biometric',
    permission: 'permission',
  } as const
  return consent.rule === 'none' ? null : { purpose: consent.purpose, kind: kinds[consent.rule] }
}

const about = (asked: About | null): fc.Arbitrary<About> => {
  const anything = fc.record({
    purpose: fc.constantFrom(...purposes),
    kind: fc.constantFrom('consent', 'opt-out', 'biometric', 'permission'),
  })
  return asked
    ? fc.oneof({ weight: 5, arbitrary: fc.constant(asked) }, { weight: 1, arbitrary: anything })
    : anything
}

const choice = (at: Date, asked: About | null): fc.Arbitrary<ChoiceModel> =>
  fc
    .record({
      about: about(asked),
      giver: fc.constantFrom<ChoiceModel['giver']>(0, 0, 1, 1, 'pupil', 'pupil', 'school'),
      state: fc.constantFrom<ChoiceModel['state']>(
        'given',
        'given',
        'given',
        'renewed',
        'refused',
        'withdrawn',
        'requested',
        'deferred',
        'expired',
        'revoked',
        'invalidated',
      ),
      ofThisWording: fc.constantFrom(true, true, true, true, false),
      method: fc.constantFrom('paper', 'portal', 'spoken-witnessed', 'written'),
      tiedTo: fc.constantFrom('C1', 'C1', 'C2', null),
      recordedAt: fc
        .constantFrom(...offsets, ...offsets.slice(0, 4))
        .map((offset) => new Date(at.getTime() + offset)),
      expiresAt: fc
        .constantFrom(...offsets.flatMap((offset) => [null, offset]), null, null)
        .map((offset) => (offset === null ? null : new Date(at.getTime() + offset))),
    })
    .map(({ about: { purpose, kind }, ofThisWording, ...rest }) => ({
      purpose,
      kind,
      wordingSha256: `hash-${ofThisWording ? purpose : 'earlier'}`,
      ...rest,
    }))

const mark = (at: Date, today: string): fc.Arbitrary<MarkModel> => {
  const days = ['2020-01-01', today, '2099-01-01']
  return fc.record({
    kind: fc.constantFrom(...kinds),
    agreementId: fc.constantFrom(null, agreementId, 'another'),
    allowedRecipients: fc.constantFrom([], [recipientId], ['another']),
    contact: fc.constantFrom(null, 0, 1),
    from: fc.constantFrom(...days.slice(0, 2), '2020-01-01', '2099-01-01'),
    to: fc.constantFrom(null, null, ...days),
    liftedAt: fc
      .constantFrom(null, null, null, ...offsets)
      .map((offset) => (offset === null ? null : new Date(at.getTime() + offset))),
  })
}

const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`

/** Pupils with two contacts, up to eight choices and up to two marks each, all near the instant; ids by their places. */
export const arbitraryPupils = (
  at: Date,
  today: string,
  asked: About | null,
  size: fc.ArrayConstraints,
): fc.Arbitrary<readonly PupilModel[]> =>
  fc
    .array(
      fc.record({
        values,
        contacts: fc.tuple(contact, contact),
        choices: fc.array(choice(at, asked), { maxLength: 8 }),
        marks: fc.oneof(fc.constant([]), fc.array(mark(at, today), { maxLength: 2 })),
      }),
      size,
    )
    .map((pupils) =>
      pupils.map((pupil, i) => ({
        ...pupil,
        id: uuid(i * 10),
        contacts: pupil.contacts.map((each, k) => ({ ...each, id: uuid(i * 10 + k + 1) })),
        values: {
          ...pupil.values,
          'pupil.reference': uuid(i * 10),
          'pupil.upn': i % 2 === 0 ? `A${String(i).padStart(12, '0')}` : null,
          'school.name': 'School 123456',
        },
      })),
    )
