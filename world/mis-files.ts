import { marks } from './attendance.ts'
import { demonstrationDay, schoolDays } from './calendar.ts'
import type { ContactLink, Family, WorldPupil } from './pupil.ts'
import type { Random } from './random.ts'

/** One of the MIS's reports: its header row and the rows that a family gives. Headers are those of policy/imports/. */
export interface Report {
  readonly id: string
  readonly columns: readonly string[]
  rows(family: Family): Iterable<readonly string[]>
}

const yes = (flag: boolean): string => (flag ? 'Yes' : 'No')
const ticked = (flag: boolean): string => (flag ? 'True' : 'False')

const pupilColumns: readonly (readonly [string, (pupil: WorldPupil) => string])[] = [
  ['StudentId', (p) => p.misId],
  ['AdmissionNumber', (p) => p.admissionNumber],
  ['Upn', (p) => p.upn],
  ['FormerUpn', (p) => p.formerUpn],
  ['LastName', (p) => p.surname],
  ['FirstName', (p) => p.forename],
  ['MiddleNames', (p) => p.middleNames],
  ['PreferredLastName', (p) => p.preferredSurname],
  ['PreferredFirstName', (p) => p.preferredForename],
  ['FormerLastName', (p) => p.formerSurname],
  ['FormerFirstName', (p) => p.formerForename],
  ['GenderCode', (p) => p.sex],
  ['DateOfBirth', (p) => p.dateOfBirth],
  ['EthnicityCode', (p) => p.ethnicity],
  ['EthnicitySource', (p) => p.ethnicitySource],
  ['FirstLanguageCode', (p) => p.firstLanguage],
  ['EalFlag', (p) => yes(p.eal)],
  ['ReligionCode', (p) => p.religion],
  ['YearGroup', (p) => p.yearGroup],
  ['TutorGroupName', (p) => p.registrationGroup || 'NoTutorGrp'],
  ['MathsClassName', (p) => p.mathsClass],
  ['EnrolmentStateName', (p) => p.enrolmentStatus],
  ['EntryDate', (p) => p.entryDate],
  ['LeavingDate', (p) => p.leavingDate],
  ['LeavingReason', (p) => p.leavingReason],
  ['DestinationLa', (p) => p.destinationLa],
  ['DestinationEstablishment', (p) => p.destinationEstablishment],
  ['DestinationSchoolName', (p) => p.destinationName],
  ['PartTimeFlag', (p) => yes(p.partTime)],
  ['FreeMealFlag', (p) => yes(p.fsmEligible)],
  ['UniversalInfantMealFlag', (p) => yes(p.universalInfantMeal)],
  ['PremiumPupilFlag', (p) => ticked(p.pupilPremium)],
  ['DietaryRequirement', (p) => p.dietaryRequirement],
  ['Allergens', (p) => p.allergens.join('; ')],
  ['MedicalNeeds', (p) => p.medicalNeeds],
  ['MedicalFlag', (p) => yes(p.medicalNeeds !== '' || p.allergens.length > 0)],
  ['Disabilities', (p) => p.disabilities.join('; ')],
  ['ProvisionName', (p) => provisions[p.senProvision]],
  ['SenStartDate', (p) => p.senStartDate],
  ['InCareFlag', (p) => yes(p.lookedAfter)],
  ['CareAuthority', (p) => p.careAuthority],
  ['PostLookedAfterArrangements', (p) => p.previouslyLookedAfter],
  ['ChildInNeedFlag', (p) => yes(p.childInNeed)],
  ['ChildProtectionPlanFlag', (p) => yes(p.childProtectionPlan)],
  ['ServiceChild', (p) => p.serviceChild],
  ['YoungCarer', (p) => p.youngCarer],
  ['KinshipCare', (p) => p.kinshipCare],
  ['FundingCode', (p) => p.fundingCode],
  ['FundedHours', (p) => p.fundedHours],
  ['SessionsBooked', (p) => p.sessionsBooked.join('; ')],
  ['Room', (p) => p.room],
  ['PhotoReference', (p) => `photo-${p.misId}.jpg`],
  ['MeasurementOptOutFlag', (p) => yes(p.childMeasurementOptOut)],
  ['AddressLine1', (p) => p.address.line1],
  ['AddressLine2', (p) => p.address.line2],
  ['Town', (p) => p.address.town],
  ['County', (p) => p.address.county],
  ['Postcode', (p) => p.address.postcode],
  ['FamilyId', (p) => p.familyId],
]

const provisions = {
  N: 'No special educational need',
  K: 'SEN support',
  E: 'Education, health and care plan',
} as const

const relationships: Readonly<Record<string, string>> = {
  PAM: 'Mother',
  PAF: 'Father',
  STM: 'Step mother',
  STF: 'Step father',
  FOM: 'Foster mother',
  FOF: 'Foster father',
  CAR: 'Carer',
  FAM: 'Other family member',
  SWR: 'Social worker',
}

const contactColumns: readonly (readonly [
  string,
  (pupil: WorldPupil, link: ContactLink, place: number) => string,
])[] = [
  ['StudentId', (p) => p.misId],
  ['ContactId', (_, l) => l.contact.misId],
  ['Priority', (_p, _l, place) => String(place)],
  ['Title', (_, l) => l.contact.title],
  ['LastName', (_, l) => l.contact.surname],
  ['FirstName', (_, l) => l.contact.forename],
  ['Relationship', (_, l) => relationships[l.relationship] ?? l.relationship],
  ['ParentalResponsibility', (_, l) => yes(l.parentalResponsibility)],
  ['LivesWithPupil', (_, l) => yes(l.livesWithPupil)],
  ['EmergencyContact', (_, l) => yes(l.emergency)],
  ['MayCollect', (_, l) => yes(l.mayCollect)],
  ['PaysInvoices', (_, l) => yes(l.paysInvoices)],
  ['CourtOrderFlag', (_, l) => yes(l.courtOrder)],
  ['Telephone', (_, l) => l.contact.phone],
  ['Mobile', (_, l) => l.contact.mobile],
  ['Email', (_, l) => l.contact.email],
  ['AddressLine1', (_, l) => l.contact.address.line1],
  ['AddressLine2', (_, l) => l.contact.address.line2],
  ['Town', (_, l) => l.contact.address.town],
  ['Postcode', (_, l) => l.contact.address.postcode],
  ['NationalInsuranceNumber', (_, l) => l.contact.nationalInsuranceNumber],
]

/** The MIS's eight reports. Attendance runs from the first day of term to the school day before the demonstration. */
export function misReports(random: Random): readonly Report[] {
  const days = schoolDays().filter((day) => day < demonstrationDay)
  return [
    {
      id: 'pupils',
      columns: pupilColumns.map(([header]) => header),
      *rows(family) {
        for (const pupil of family.pupils) yield pupilColumns.map(([, read]) => read(pupil))
      },
    },
    {
      id: 'contacts',
      columns: contactColumns.map(([header]) => header),
      *rows(family) {
        for (const pupil of family.pupils)
          for (const [i, link] of pupil.contacts.entries())
            yield contactColumns.map(([, read]) => read(pupil, link, i + 1))
      },
    },
    {
      id: 'attendance',
      columns: ['StudentId', 'CalendarStartDate', 'PeriodDisplayName', 'Mark'],
      *rows(family) {
        for (const pupil of family.pupils) {
          if (pupil.enrolmentStatus === 'G') continue
          for (const { date, am, pm } of marks(random.fork(`marks/${pupil.misId}`), pupil, days)) {
            yield [pupil.misId, date, 'AM', am]
            yield [pupil.misId, date, 'PM', pm]
          }
        }
      },
    },
    listed('fsm', ['StudentId', 'StartDate', 'EndDate', 'UkCountry', 'FsmCategory', 'VerifiedOn'], (pupil) =>
      pupil.fsm.map((one) => [one.startDate, one.endDate, 'ENG', one.category, one.verifiedOn]),
    ),
    listed('sen', ['StudentId', 'Rank', 'NeedCode', 'StartDate', 'EndDate'], (pupil) =>
      pupil.needs.map((need, i) => [String(i + 1), need.type, need.startDate, '']),
    ),
    listed(
      'assessments',
      ['StudentId', 'Stage', 'Subject', 'Method', 'Component', 'Year', 'Result', 'EnteredDate'],
      (pupil) =>
        pupil.results.map((r) => [r.stage, r.subject, r.method, r.component, r.year, r.result, r.date]),
    ),
    listed('suspensions', ['StudentId', 'StartDate', 'Category', 'Reasons', 'Sessions'], (pupil) =>
      pupil.suspensions.map((s) => [s.startDate, s.category, s.reasons.join('; '), String(s.sessions)]),
    ),
    listed(
      'history',
      [
        'StudentId',
        'LaNumber',
        'EstablishmentNumber',
        'SchoolName',
        'EntryDate',
        'LeavingDate',
        'LeavingReason',
      ],
      (pupil) =>
        pupil.history.map((h) => [
          h.la,
          h.establishment,
          h.name,
          h.entryDate,
          h.leavingDate,
          h.leavingReason,
        ]),
    ),
  ]
}

const listed = (
  id: string,
  columns: readonly string[],
  list: (pupil: WorldPupil) => readonly (readonly string[])[],
): Report => ({
  id,
  columns,
  *rows(family) {
    for (const pupil of family.pupils) for (const cells of list(pupil)) yield [pupil.misId, ...cells]
  },
})
