import type { Dictionary, Item, ItemId } from '../../vocabulary/index.ts'

const item = (id: ItemId, more: Partial<Item> = {}): [ItemId, Item] => [
  id,
  {
    id,
    label: id,
    description: id,
    subject: id.split('.')[0] as Item['subject'],
    type: 'text',
    class: 'ordinary',
    identificationRisk: 5,
    sensitivity: 'E',
    handling: [],
    transformations: ['as-is'],
    ...more,
  },
]

/** A small dictionary over the real columns of the facts: every type, class, handling rule and transformation occurs. */
export const testItems: Dictionary = new Map([
  item('pupil.reference', { transformations: ['pseudonym'] }),
  item('pupil.surname', {
    identificationRisk: 1,
    handling: ['name'],
    transformations: ['as-is', 'initial', 'pseudonym', 'flag'],
  }),
  item('pupil.forename', {
    identificationRisk: 2,
    handling: ['name'],
    transformations: ['as-is', 'initial', 'pseudonym'],
  }),
  item('pupil.upn', {
    identificationRisk: 2,
    handling: ['blind-number'],
    transformations: ['as-is', 'pseudonym'],
  }),
  item('pupil.dateOfBirth', {
    type: 'date',
    identificationRisk: 2,
    transformations: ['as-is', 'year', 'age-band', 'flag'],
  }),
  item('pupil.leavingDate', { type: 'date', transformations: ['as-is', 'year', 'flag'] }),
  item('pupil.yearGroup', { type: 'code' }),
  item('pupil.eal', { type: 'boolean', transformations: ['as-is', 'flag'] }),
  item('pupil.lookedAfter', {
    type: 'boolean',
    handling: ['safeguarding'],
    transformations: ['as-is', 'flag'],
  }),
  item('pupil.sessionsUnauthorised', { type: 'integer', transformations: ['as-is', 'flag'] }),
  item('pupil.postcode', {
    handling: ['address'],
    identificationRisk: 2,
    transformations: ['as-is', 'district', 'flag'],
  }),
  item('pupil.fundingCode', {}),
  item('pupil.medicalNeeds', { class: 'health', sensitivity: 'D', transformations: ['as-is', 'flag'] }),
  item('pupil.religion', { class: 'religion', sensitivity: 'D', transformations: ['as-is', 'flag'] }),
  item('pupil.photo', { handling: ['image'], identificationRisk: 1 }),
  item('school.name', {}),
  item('contact.surname', {
    handling: ['name'],
    identificationRisk: 1,
    transformations: ['as-is', 'initial'],
  }),
  item('contact.email', { handling: ['contact-channel'], identificationRisk: 1 }),
  item('suspension.category', { type: 'code', class: 'offence' }),
])
