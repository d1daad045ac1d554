/** What a value must be before the register takes it. */
export type FieldType =
  'text' | 'name' | 'upn' | 'uln' | 'family' | 'date' | 'boolean' | 'integer' | 'decimal' | 'list' | 'instant'

export interface Field {
  /** The register's column. */
  readonly column: string
  readonly type: FieldType
  readonly max: number
  /** Code set that a value must stand in, unless the column map names another. */
  readonly codeSet?: string
  /** A record can't do without it. */
  readonly required?: true
  /** The only values there are. */
  readonly oneOf?: readonly string[]
  /** A yes or no that protects somebody: where nobody has said, it is unknown, never a no. */
  readonly mayBeUnknown?: true
}

export type Target =
  | 'pupils'
  | 'contacts'
  | 'attendance'
  | 'fsm'
  | 'sen'
  | 'assessments'
  | 'suspensions'
  | 'history'
  | 'protections'
  | 'consents'

type More = Partial<Pick<Field, 'max' | 'codeSet' | 'required' | 'oneOf' | 'mayBeUnknown'>> & {
  readonly column?: string
}

const defaultMax: Record<FieldType, number> = {
  text: 250,
  name: 100,
  upn: 13,
  uln: 10,
  family: 100,
  date: 10,
  boolean: 5,
  integer: 9,
  decimal: 9,
  list: 50,
  instant: 40,
}

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/([a-z])(\d)/g, '$1_$2')

/** `!` after a field's name: required. */
function fields(
  table: Readonly<Record<string, FieldType | readonly [FieldType, More]>>,
): ReadonlyMap<string, Field> {
  return new Map(
    Object.entries(table).map(([written, given]) => {
      const [type, more] = typeof given === 'string' ? [given, {}] : given
      const name = written.replace('!', '')
      return [
        name,
        {
          column: snake(name),
          type,
          max: defaultMax[type],
          ...more,
          ...(written.endsWith('!') ? { required: true as const } : {}),
        },
      ]
    }),
  )
}

const code = (codeSet: string): readonly [FieldType, More] => ['text', { codeSet, max: 20 }]
const oneOf = (...values: string[]): readonly [FieldType, More] => ['text', { oneOf: values }]
const short: readonly [FieldType, More] = ['text', { max: 50 }]
const long: readonly [FieldType, More] = ['text', { max: 4000 }]
const protective: readonly [FieldType, More] = ['boolean', { mayBeUnknown: true }]
const codes = (codeSet: string): readonly [FieldType, More] => ['list', { codeSet }]

const address = {
  addressLine1: 'text',
  addressLine2: 'text',
  town: ['text', { max: 100 }],
  postcode: ['text', { max: 10 }],
} as const

/** What each target of an import may hold: field names as column maps write them. */
export const targets: Readonly<Record<Target, ReadonlyMap<string, Field>>> = {
  pupils: fields({
    'misId!': short,
    admissionNumber: short,
    upn: 'upn',
    formerUpn: 'upn',
    uln: 'uln',
    'surname!': 'name',
    'forename!': 'name',
    middleNames: 'name',
    preferredSurname: 'name',
    preferredForename: 'name',
    formerSurname: 'name',
    formerForename: 'name',
    'dateOfBirth!': 'date',
    'sex!': code('sex'),
    ethnicity: code('ethnicity-extended'),
    ethnicitySource: code('ethnicity-source'),
    firstLanguage: code('language'),
    eal: 'boolean',
    religion: code('religion'),
    'yearGroup!': code('year-group'),
    registrationGroup: short,
    mathsClass: short,
    'enrolmentStatus!': code('enrolment-status'),
    'entryDate!': 'date',
    leavingDate: 'date',
    leavingReason: code('leaving-reason'),
    destinationLa: ['text', { max: 3 }],
    destinationEstablishment: ['text', { max: 4 }],
    destinationName: 'text',
    partTime: 'boolean',
    fsmEligible: 'boolean',
    universalInfantMeal: 'boolean',
    pupilPremium: 'boolean',
    dietaryRequirement: 'text',
    allergens: 'list',
    medicalNeeds: long,
    medicalFlag: protective,
    disabilities: codes('disability'),
    senProvision: code('sen-provision'),
    senStartDate: 'date',
    lookedAfter: protective,
    careAuthority: code('la-number'),
    previouslyLookedAfter: code('plaa'),
    childInNeed: protective,
    childProtectionPlan: protective,
    serviceChild: code('service-child'),
    youngCarer: code('young-carer'),
    kinshipCare: code('kinship-care'),
    fundingCode: short,
    fundedHours: 'decimal',
    sessionsBooked: 'list',
    room: short,
    photo: 'text',
    childMeasurementOptOut: protective,
    ...address,
    county: ['text', { max: 100 }],
    familyId: 'family',
    adopted: 'boolean',
  }),
  contacts: fields({
    'pupilMisId!': short,
    'contactMisId!': short,
    title: ['text', { max: 20 }],
    'surname!': 'name',
    'forename!': 'name',
    phone: ['text', { max: 30 }],
    mobile: ['text', { max: 30 }],
    email: 'text',
    ...address,
    nationalInsuranceNumber: ['text', { max: 13 }],
    'priority!': 'integer',
    'relationship!': code('relationship'),
    'parentalResponsibility!': 'boolean',
    livesWithPupil: 'boolean',
    emergency: 'boolean',
    mayCollect: 'boolean',
    paysInvoices: 'boolean',
    courtOrder: 'boolean',
  }),
  attendance: fields({
    'pupilMisId!': short,
    'day!': 'date',
    'session!': oneOf('AM', 'PM'),
    'code!': code('attendance-2024'),
  }),
  fsm: fields({
    'pupilMisId!': short,
    'startDate!': 'date',
    endDate: 'date',
    ukCountry: code('uk-country'),
    category: code('fsm-category'),
    verifiedOn: 'date',
  }),
  sen: fields({
    'pupilMisId!': short,
    'rank!': 'integer',
    'senType!': code('sen-type'),
    startDate: 'date',
    endDate: 'date',
  }),
  assessments: fields({
    'pupilMisId!': short,
    'stage!': short,
    'subject!': short,
    'method!': short,
    component: short,
    'year!': ['text', { max: 9 }],
    'result!': short,
    resultDate: 'date',
  }),
  suspensions: fields({
    'pupilMisId!': short,
    'startDate!': 'date',
    'category!': code('suspension-category'),
    'reasons!': codes('suspension-reason'),
    'sessions!': 'integer',
  }),
  history: fields({
    'pupilMisId!': short,
    'laNumber!': ['text', { max: 3 }],
    'establishmentNumber!': ['text', { max: 4 }],
    'schoolName!': 'text',
    'entryDate!': 'date',
    leavingDate: 'date',
    leavingReason: code('leaving-reason'),
  }),
  protections: fields({
    'pupilMisId!': short,
    'kind!': oneOf(
      'confidential-address',
      'adoption',
      'court-order',
      'restriction',
      'objection',
      'safeguarding',
    ),
    agreementId: short,
    allowedRecipients: 'list',
    contactMisId: short,
    'fromDate!': 'date',
    toDate: 'date',
    'ground!': 'text',
  }),
  consents: fields({
    'pupilMisId!': short,
    'purpose!': short,
    'kind!': oneOf('consent', 'opt-out', 'biometric', 'permission'),
    'state!': oneOf(
      'requested',
      'deferred',
      'given',
      'renewed',
      'refused',
      'withdrawn',
      'revoked',
      'expired',
      'invalidated',
    ),
    'giver!': oneOf('contact', 'pupil', 'school'),
    contactMisId: short,
    'wordingId!': short,
    'method!': oneOf('paper', 'portal', 'spoken-witnessed', 'written'),
    evidence: 'text',
    tiedTo: short,
    'recordedAt!': 'instant',
    expiresAt: 'instant',
  }),
}

/** Fields that say who a pupil is: on an adopted pupil an import changes none of them unless it is told to. */
export const identityFields: readonly string[] = [
  'upn',
  'formerUpn',
  'uln',
  'surname',
  'forename',
  'middleNames',
  'preferredSurname',
  'preferredForename',
  'formerSurname',
  'formerForename',
  'dateOfBirth',
  'sex',
]

/** Fields that would join an adopted pupil to a former identity: never taken, whoever says so (UPN guide s.6.5, 6.6). */
export const formerIdentityFields: readonly string[] = ['formerUpn', 'formerSurname', 'formerForename']
