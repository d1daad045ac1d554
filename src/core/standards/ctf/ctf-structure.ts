/**
 * The structure of a common transfer file as data: elements in their order, the field each one fills, and the versions
 * that have it. The readers and the writer walk this table, so a correction here is a correction everywhere.
 *
 * How sure: the header, the pupil's identifiers, FSM and assessments are exact (the Department's own open writer). The
 * order of the sections follows the published specifications 15 to 21. The order inside basic details, contacts, SEN and
 * school history, the attendance year (`YearData`) and the boolean form `true`/`false` are as third-party exporters write
 * them; the text of the CTF 25 and 26 specifications is not public.
 */
export interface Part {
  readonly element: string
  readonly field: string
  /** `text`: one value. `texts`: repeated values. `group`: one container. `groups`: repeated containers. */
  readonly kind: 'text' | 'texts' | 'group' | 'groups'
  readonly parts: readonly Part[]
  /** First and last CTF version that writes it; a reader takes it from any. */
  readonly from: number
  readonly to: number
}

type Versions = { readonly from?: number; readonly to?: number }

const part =
  (kind: Part['kind']) =>
  (element: string, field: string, parts: readonly Part[] = [], versions: Versions = {}): Part => ({
    element,
    field,
    kind,
    parts,
    from: versions.from ?? 0,
    to: versions.to ?? Infinity,
  })
const group = part('group')
const groups = part('groups')
const texts = part('texts')
const text = (element: string, field: string, versions: Versions = {}): Part =>
  part('text')(element, field, [], versions)

const schoolNumber = [text('LEA', 'la'), text('Estab', 'establishment'), text('URN', 'urn')]

export const headerParts: readonly Part[] = [
  text('DocumentName', 'documentName'),
  text('CTFversion', 'version'),
  text('DateTime', 'dateTime'),
  text('DocumentQualifier', 'qualifier'),
  text('DataDescriptor', 'description'),
  text('SupplierID', 'supplierId'),
  group('SourceSchool', 'source', [
    ...schoolNumber,
    text('SchoolName', 'name'),
    text('AcademicYear', 'academicYear'),
  ]),
  group('DestSchool', 'destination', schoolNumber),
  text('SuppInfo', 'supplementary'),
]

const address: readonly Part[] = [
  text('SAON', 'saon'),
  text('PAON', 'paon'),
  text('Street', 'street'),
  text('Locality', 'locality'),
  text('Town', 'town'),
  text('PostTown', 'postTown'),
  text('AdministrativeArea', 'administrativeArea'),
  text('UniquePropertyReferenceNumber', 'uprn'),
  text('AddressLine1', 'line1'),
  text('AddressLine2', 'line2'),
  text('AddressLine3', 'line3'),
  text('AddressLine4', 'line4'),
  text('AddressLine5', 'line5'),
  text('County', 'county'),
  text('PostCode', 'postcode'),
  text('Zip', 'zip'),
  text('Country', 'country'),
]

const phones = group('Phones', 'phones', [
  groups('Phone', 'phone', [text('TelephoneType', 'type'), text('PhoneNo', 'number')]),
])

const basicDetails: readonly Part[] = [
  text('FormerUPN', 'formerUpn'),
  text('PreferredSurname', 'preferredSurname'),
  text('PreferredForename', 'preferredForename'),
  text('FormerSurname', 'formerSurname'),
  text('FormerForename', 'formerForename'),
  text('MiddleNames', 'middleNames'),
  text('NCyearActual', 'yearGroup'),
  text('Ethnicity', 'ethnicity'),
  text('EthnicitySource', 'ethnicitySource'),
  group('Languages', 'languages', [
    groups('Type', 'type', [text('LanguageType', 'kind'), text('Language', 'language')]),
  ]),
  text('EnrolStatus', 'enrolmentStatus'),
  text('ServiceChild', 'serviceChild', { from: 20 }),
  text('MedicalFlag', 'medicalFlag'),
  group('Disabilities', 'disabilities', [texts('Disability', 'disability')]),
]

const contact: readonly Part[] = [
  text('Order', 'order'),
  text('Title', 'title'),
  text('Surname', 'surname'),
  text('Forename', 'forename'),
  text('MiddleNames', 'middleNames'),
  text('Gender', 'gender'),
  text('Relationship', 'relationship'),
  text('Responsibility', 'responsibility'),
  text('AddressAsPupil', 'addressAsPupil'),
  group('Address', 'address', address),
  phones,
  text('Email', 'email'),
  text('SuppInfo', 'supplementary'),
]

export const pupilParts: readonly Part[] = [
  text('UPN', 'upn'),
  text('UniqueLearnerNumber', 'uln'),
  text('UCI', 'uci'),
  text('Surname', 'surname'),
  text('Forename', 'forename'),
  text('DOB', 'dateOfBirth'),
  text('Gender', 'sex', { to: 22 }),
  text('Sex', 'sex', { from: 23 }),
  group('BasicDetails', 'basicDetails', basicDetails),
  group('FSMhistory', 'fsm', [
    text('FSMreviewDate', 'reviewDate'),
    groups('FSMinstance', 'instances', [
      text('FSMstartDate', 'startDate'),
      text('FSMEligibilityVerificationDate', 'verifiedOn', { from: 26 }),
      text('FSMendDate', 'endDate'),
      text('UKcountry', 'ukCountry'),
      text('FSMCategory', 'category', { from: 26 }),
    ]),
  ]),
  group('LookedAfter', 'lookedAfter', [text('InCare', 'inCare'), text('CareAuthority', 'careAuthority')]),
  group('SENhistory', 'sen', [
    groups('SEN', 'episodes', [text('StartDate', 'startDate'), text('SENprovision', 'provision')]),
    group('SENneeds', 'needs', [
      groups('SENneed', 'need', [
        text('NeedStartDate', 'startDate'),
        text('NeedEndDate', 'endDate'),
        text('SENtypeRank', 'rank'),
        text('SENtype', 'type'),
      ]),
    ]),
  ]),
  group('Admissions', 'admissions', [text('Accepted', 'accepted')]),
  group('Address', 'address', address),
  phones,
  text('Email', 'email'),
  group('Contacts', 'contacts', [groups('Contact', 'contact', contact)]),
  group('Attendance', 'attendance', [
    groups('YearData', 'yearData', [
      text('Year', 'year'),
      text('LEA', 'la'),
      text('Estab', 'establishment'),
      text('SchoolName', 'schoolName'),
      text('SessionsPossible', 'sessionsPossible'),
      text('SessionsAuthorised', 'sessionsAuthorised'),
      text('SessionsAttended', 'sessionsAttended'),
      text('SessionsUnauthorised', 'sessionsUnauthorised'),
    ]),
  ]),
  group('StageAssessments', 'assessments', [
    groups('KeyStage', 'keyStage', [
      text('Stage', 'stage'),
      groups('StageAssessment', 'results', [
        text('Locale', 'locale'),
        text('Year', 'year'),
        text('Subject', 'subject'),
        text('Method', 'method'),
        text('Component', 'component'),
        text('ResultStatus', 'status'),
        text('ResultQualifier', 'qualifier'),
        text('Result', 'result'),
      ]),
    ]),
  ]),
  group('SchoolHistory', 'schoolHistory', [
    groups('School', 'school', [
      ...schoolNumber,
      text('SchoolName', 'name'),
      text('EntryDate', 'entryDate'),
      text('LeavingDate', 'leavingDate'),
      text('LeavingReason', 'leavingReason'),
    ]),
  ]),
  text('SuppInfo', 'supplementary'),
]

/** Versions that the writer knows; a reader takes any and reports what it does not know. */
export const ctfVersions = ['20.0', '21.0', '22.0', '23.0', '24.0', '25.0', '26.0'] as const

/** LanguageType of the language that a pupil learned first. */
export const firstLanguageType = 'F'
