import type { ItemId } from '../../vocabulary/index.ts'

export interface CtfPlace {
  /** Where the value stands in a `CtfPupil`, or in its contact, result or school. A number is a place in a list. */
  readonly path: readonly (string | number)[]
  readonly type?: 'boolean' | 'integer'
}

const at = (path: string, type?: CtfPlace['type']): CtfPlace => ({
  path: path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
  ...(type === undefined ? {} : { type }),
})

/** Items of a pupil that have one element of their own. */
export const pupilPlaces: ReadonlyMap<ItemId, CtfPlace> = new Map([
  ['pupil.upn', at('upn')],
  ['pupil.uln', at('uln')],
  ['pupil.surname', at('surname')],
  ['pupil.forename', at('forename')],
  ['pupil.dateOfBirth', at('dateOfBirth')],
  ['pupil.sex', at('sex')],
  ['pupil.formerUpn', at('basicDetails.formerUpn')],
  ['pupil.preferredSurname', at('basicDetails.preferredSurname')],
  ['pupil.preferredForename', at('basicDetails.preferredForename')],
  ['pupil.formerSurname', at('basicDetails.formerSurname')],
  ['pupil.formerForename', at('basicDetails.formerForename')],
  ['pupil.middleNames', at('basicDetails.middleNames')],
  ['pupil.yearGroup', at('basicDetails.yearGroup')],
  ['pupil.ethnicity', at('basicDetails.ethnicity')],
  ['pupil.ethnicitySource', at('basicDetails.ethnicitySource')],
  ['pupil.firstLanguage', at('basicDetails.languages.type.0.language')],
  ['pupil.enrolmentStatus', at('basicDetails.enrolmentStatus')],
  ['pupil.serviceChild', at('basicDetails.serviceChild')],
  ['pupil.medicalFlag', at('basicDetails.medicalFlag', 'boolean')],
  ['pupil.fsmStartDate', at('fsm.instances.0.startDate')],
  ['pupil.fsmEndDate', at('fsm.instances.0.endDate')],
  ['pupil.lookedAfter', at('lookedAfter.inCare', 'boolean')],
  ['pupil.careAuthority', at('lookedAfter.careAuthority')],
  ['pupil.senStartDate', at('sen.episodes.0.startDate')],
  ['pupil.senProvision', at('sen.episodes.0.provision')],
  ['pupil.addressLine1', at('address.line1')],
  ['pupil.addressLine2', at('address.line2')],
  ['pupil.town', at('address.town')],
  ['pupil.county', at('address.county')],
  ['pupil.postcode', at('address.postcode')],
  ['pupil.sessionsPossible', at('attendance.yearData.0.sessionsPossible', 'integer')],
  ['pupil.sessionsAttended', at('attendance.yearData.0.sessionsAttended', 'integer')],
  ['pupil.sessionsAuthorised', at('attendance.yearData.0.sessionsAuthorised', 'integer')],
  ['pupil.sessionsUnauthorised', at('attendance.yearData.0.sessionsUnauthorised', 'integer')],
])

/** Items written as several elements, split and joined at “; ”: where the list stands, and the field of each. */
export const listPlaces: ReadonlyMap<ItemId, CtfPlace & { readonly field: string | null }> = new Map([
  ['pupil.disabilities', { ...at('basicDetails.disabilities.disability'), field: null }],
  ['pupil.senTypes', { ...at('sen.needs.need'), field: 'type' }],
])

/** Items about the stay at this school: one school of the history, the one that the header names as source. */
export const stayPlaces: ReadonlyMap<ItemId, CtfPlace> = new Map([
  ['pupil.entryDate', at('entryDate')],
  ['pupil.leavingDate', at('leavingDate')],
  ['pupil.leavingReason', at('leavingReason')],
])

/** Items that stand in the header, once for all pupils of the file. */
export const headerPlaces: ReadonlyMap<ItemId, CtfPlace> = new Map([
  ['school.urn', at('source.urn')],
  ['school.name', at('source.name')],
  ['school.laNumber', at('source.la')],
  ['school.establishmentNumber', at('source.establishment')],
  ['pupil.destinationLa', at('destination.la')],
  ['pupil.destinationEstablishment', at('destination.establishment')],
])

export const contactPlaces: ReadonlyMap<ItemId, CtfPlace> = new Map([
  ['contact.priority', at('order', 'integer')],
  ['contact.title', at('title')],
  ['contact.surname', at('surname')],
  ['contact.forename', at('forename')],
  ['contact.relationship', at('relationship')],
  ['contact.parentalResponsibility', at('responsibility', 'boolean')],
  ['contact.addressLine1', at('address.line1')],
  ['contact.addressLine2', at('address.line2')],
  ['contact.town', at('address.town')],
  ['contact.postcode', at('address.postcode')],
  ['contact.email', at('email')],
])

/** TelephoneType (code set phone-type) of the items that are telephone numbers. */
export const phoneTypes: ReadonlyMap<ItemId, string> = new Map([
  ['contact.phone', 'H'],
  ['contact.mobile', 'M'],
])

/** `result.stage` groups the results: it is the key stage's own element. */
export const resultPlaces: ReadonlyMap<ItemId, CtfPlace> = new Map([
  ['result.year', at('year')],
  ['result.subject', at('subject')],
  ['result.method', at('method')],
  ['result.component', at('component')],
  ['result.value', at('result')],
])

export const historyPlaces: ReadonlyMap<ItemId, CtfPlace> = new Map([
  ['schoolHistory.laNumber', at('la')],
  ['schoolHistory.establishmentNumber', at('establishment')],
  ['schoolHistory.name', at('name')],
  ['schoolHistory.entryDate', at('entryDate')],
  ['schoolHistory.leavingDate', at('leavingDate')],
  ['schoolHistory.leavingReason', at('leavingReason')],
])

/** Every item that a common transfer file has a place for: an agreement with this format may list no other. */
export const ctfItems: ReadonlySet<ItemId> = new Set([
  ...pupilPlaces.keys(),
  ...listPlaces.keys(),
  ...stayPlaces.keys(),
  ...headerPlaces.keys(),
  ...contactPlaces.keys(),
  ...phoneTypes.keys(),
  ...resultPlaces.keys(),
  'result.stage',
  ...historyPlaces.keys(),
])
