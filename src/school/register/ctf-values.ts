import type { CtfAddress, CtfContact, CtfPhones, CtfPupil } from '../../core/standards/ctf/index.ts'
import { firstLanguageType } from '../../core/standards/ctf/index.ts'

/** A value of a transfer file: the register's field, the element it stands in, and its text; undefined where absent. */
export type Given = readonly [field: string, element: string, text: string | undefined]

const joined = (...parts: (string | undefined)[]): string | undefined =>
  parts.filter((part) => part !== undefined).join(', ') || undefined

/** The register's address of either form that the file has: lines, or a dwelling. */
function addressValues(address: CtfAddress | undefined, under: string): Given[] {
  if (!address) return []
  const dwelling = joined(
    address.saon,
    address.paon && address.street ? `${address.paon} ${address.street}` : (address.paon ?? address.street),
  )
  return [
    ['addressLine1', `${under}Address/AddressLine1`, address.line1 ?? dwelling],
    [
      'addressLine2',
      `${under}Address/AddressLine2`,
      joined(address.line2, address.line3, address.line4, address.line5) ?? address.locality,
    ],
    ['town', `${under}Address/Town`, address.town ?? address.postTown],
    ['postcode', `${under}Address/PostCode`, address.postcode],
  ]
}

/** The newest of a pupil's SEN provisions. */
function newestProvision(pupil: CtfPupil): { startDate?: string; provision?: string } {
  const [newest] = [...(pupil.sen?.episodes ?? [])].sort((a, b) =>
    (a.startDate ?? '') < (b.startDate ?? '') ? 1 : -1,
  )
  return newest ?? {}
}

/** The values of the pupil itself. Its enrolment status is left out: it is the other school's. */
export function pupilValues(pupil: CtfPupil): readonly Given[] {
  const basic = pupil.basicDetails
  const languages = basic?.languages?.type ?? []
  const first =
    languages.find((type) => type.kind === firstLanguageType) ??
    (languages.length === 1 ? languages[0] : undefined)
  const sen = newestProvision(pupil)
  return [
    ['upn', 'UPN', pupil.upn],
    ['uln', 'UniqueLearnerNumber', pupil.uln],
    ['surname', 'Surname', pupil.surname],
    ['forename', 'Forename', pupil.forename],
    ['dateOfBirth', 'DOB', pupil.dateOfBirth],
    ['sex', 'Sex', pupil.sex],
    ['formerUpn', 'BasicDetails/FormerUPN', basic?.formerUpn],
    ['preferredSurname', 'BasicDetails/PreferredSurname', basic?.preferredSurname],
    ['preferredForename', 'BasicDetails/PreferredForename', basic?.preferredForename],
    ['formerSurname', 'BasicDetails/FormerSurname', basic?.formerSurname],
    ['formerForename', 'BasicDetails/FormerForename', basic?.formerForename],
    ['middleNames', 'BasicDetails/MiddleNames', basic?.middleNames],
    ['yearGroup', 'BasicDetails/NCyearActual', basic?.yearGroup],
    ['ethnicity', 'BasicDetails/Ethnicity', basic?.ethnicity],
    ['ethnicitySource', 'BasicDetails/EthnicitySource', basic?.ethnicitySource],
    ['firstLanguage', 'BasicDetails/Languages/Type/Language', first?.language],
    ['serviceChild', 'BasicDetails/ServiceChild', basic?.serviceChild],
    ['medicalFlag', 'BasicDetails/MedicalFlag', basic?.medicalFlag],
    ['disabilities', 'BasicDetails/Disabilities/Disability', basic?.disabilities?.disability?.join(';')],
    ['lookedAfter', 'LookedAfter/InCare', pupil.lookedAfter?.inCare],
    ['careAuthority', 'LookedAfter/CareAuthority', pupil.lookedAfter?.careAuthority],
    ['senProvision', 'SENhistory/SEN/SENprovision', sen.provision],
    ['senStartDate', 'SENhistory/SEN/StartDate', sen.startDate],
    ...addressValues(pupil.address, ''),
    ['county', 'Address/County', pupil.address?.county ?? pupil.address?.administrativeArea],
  ]
}

const numberOf = (
  phones: CtfPhones | undefined,
  types: readonly (string | undefined)[],
): string | undefined => phones?.phone?.find((phone) => types.includes(phone.type))?.number

/** The values of one contact; `place` is its place in the file, which orders contacts that say no order. */
export function contactValues(contact: CtfContact, place: number, pupil: CtfPupil): readonly Given[] {
  const under = 'Contacts/Contact/'
  return [
    ['title', `${under}Title`, contact.title],
    ['surname', `${under}Surname`, contact.surname],
    ['forename', `${under}Forename`, contact.forename],
    ['phone', `${under}Phones/Phone/PhoneNo`, numberOf(contact.phones, ['H', 'A', 'W', undefined])],
    ['mobile', `${under}Phones/Phone/PhoneNo`, numberOf(contact.phones, ['M'])],
    ['email', `${under}Email`, contact.email],
    ...addressValues(
      contact.address ?? (contact.addressAsPupil === 'true' ? pupil.address : undefined),
      under,
    ),
    ['priority', `${under}Order`, contact.order ?? String(place)],
    ['relationship', `${under}Relationship`, contact.relationship],
    ['parentalResponsibility', `${under}Responsibility`, contact.responsibility ?? 'false'],
    ['livesWithPupil', `${under}AddressAsPupil`, contact.addressAsPupil],
  ]
}

/** The nested rows of the other kinds, each as its values. Results that are no results (targets, estimates) are left out. */
export function nestedValues(
  pupil: CtfPupil,
): readonly (readonly ['fsm' | 'sen' | 'assessments' | 'history', readonly Given[]])[] {
  const fsm = 'FSMhistory/FSMinstance/'
  const need = 'SENhistory/SENneeds/SENneed/'
  const result = 'StageAssessments/KeyStage/StageAssessment/'
  const school = 'SchoolHistory/School/'
  return [
    ...(pupil.fsm?.instances ?? []).map(
      (one) =>
        [
          'fsm',
          [
            ['startDate', `${fsm}FSMstartDate`, one.startDate],
            ['endDate', `${fsm}FSMendDate`, one.endDate],
            ['ukCountry', `${fsm}UKcountry`, one.ukCountry],
            ['category', `${fsm}FSMCategory`, one.category],
            ['verifiedOn', `${fsm}FSMEligibilityVerificationDate`, one.verifiedOn],
          ],
        ] as const,
    ),
    ...(pupil.sen?.needs?.need ?? []).map(
      (one, i) =>
        [
          'sen',
          [
            ['rank', `${need}SENtypeRank`, one.rank ?? String(i + 1)],
            ['senType', `${need}SENtype`, one.type],
            ['startDate', `${need}NeedStartDate`, one.startDate],
            ['endDate', `${need}NeedEndDate`, one.endDate],
          ],
        ] as const,
    ),
    ...(pupil.assessments?.keyStage ?? []).flatMap(({ stage, results }) =>
      (results ?? [])
        .filter((one) => one.status === undefined || one.status === 'R')
        .map(
          (one) =>
            [
              'assessments',
              [
                ['stage', 'StageAssessments/KeyStage/Stage', stage],
                ['subject', `${result}Subject`, one.subject],
                ['method', `${result}Method`, one.method],
                ['component', `${result}Component`, one.component],
                ['year', `${result}Year`, one.year],
                ['result', `${result}Result`, one.result],
              ],
            ] as const,
        ),
    ),
    ...(pupil.schoolHistory?.school ?? []).map(
      (one) =>
        [
          'history',
          [
            ['laNumber', `${school}LEA`, one.la],
            ['establishmentNumber', `${school}Estab`, one.establishment],
            ['schoolName', `${school}SchoolName`, one.name],
            ['entryDate', `${school}EntryDate`, one.entryDate],
            ['leavingDate', `${school}LeavingDate`, one.leavingDate],
            ['leavingReason', `${school}LeavingReason`, one.leavingReason],
          ],
        ] as const,
    ),
  ]
}

const elements: ReadonlyMap<string, string> = new Map(
  pupilValues({}).map(([field, element]) => [field, element]),
)
const nestedElements: Readonly<Record<string, string>> = {
  contacts: 'Contacts/Contact',
  fsm: 'FSMhistory/FSMinstance',
  sen: 'SENhistory/SENneeds/SENneed',
  assessments: 'StageAssessments/KeyStage/StageAssessment',
  history: 'SchoolHistory/School',
}

/** The element that a fault found in the register's terms is about. */
export const elementOf = (kind: string, field: string): string =>
  nestedElements[kind] ?? elements.get(field) ?? field
