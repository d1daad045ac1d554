import type { YearGroup } from './calendar.ts'

/** A world's pupil: the register's fields under the register's names, blank as ''. Files are written from this alone. */
export interface WorldPupil {
  misId: string
  admissionNumber: string
  upn: string
  formerUpn: string
  surname: string
  forename: string
  middleNames: string
  preferredSurname: string
  preferredForename: string
  formerSurname: string
  formerForename: string
  dateOfBirth: string
  sex: 'M' | 'F'
  ethnicity: string
  ethnicitySource: string
  firstLanguage: string
  eal: boolean
  religion: string
  yearGroup: YearGroup
  registrationGroup: string
  mathsClass: string
  enrolmentStatus: 'C' | 'M' | 'S' | 'G'
  entryDate: string
  leavingDate: string
  leavingReason: string
  destinationLa: string
  destinationEstablishment: string
  destinationName: string
  partTime: boolean
  fsmEligible: boolean
  universalInfantMeal: boolean
  pupilPremium: boolean
  dietaryRequirement: string
  allergens: string[]
  medicalNeeds: string
  disabilities: string[]
  senProvision: 'N' | 'K' | 'E'
  senStartDate: string
  lookedAfter: boolean
  careAuthority: string
  previouslyLookedAfter: string
  childInNeed: boolean
  childProtectionPlan: boolean
  serviceChild: string
  youngCarer: string
  kinshipCare: string
  fundingCode: string
  fundedHours: string
  sessionsBooked: string[]
  room: string
  childMeasurementOptOut: boolean
  address: Address
  familyId: string
  contacts: ContactLink[]
  fsm: FsmPeriod[]
  needs: SenNeed[]
  results: Result[]
  suspensions: Suspension[]
  history: EarlierSchool[]
  choices: Choice[]
  protections: Protection[]
  absence: AbsenceHabit
}

export interface Address {
  line1: string
  line2: string
  town: string
  county: string
  postcode: string
}

export interface Contact {
  misId: string
  title: string
  surname: string
  forename: string
  phone: string
  mobile: string
  email: string
  address: Address
  nationalInsuranceNumber: string
}

export interface ContactLink {
  contact: Contact
  /** Code set relationship. */
  relationship: string
  parentalResponsibility: boolean
  livesWithPupil: boolean
  emergency: boolean
  mayCollect: boolean
  paysInvoices: boolean
  courtOrder: boolean
}

export interface FsmPeriod {
  startDate: string
  endDate: string
  category: string
  verifiedOn: string
}

export interface SenNeed {
  type: string
  startDate: string
}

export interface Result {
  stage: string
  subject: string
  method: string
  component: string
  year: string
  result: string
  date: string
}

export interface Suspension {
  startDate: string
  category: string
  reasons: string[]
  sessions: number
}

export interface EarlierSchool {
  la: string
  establishment: string
  name: string
  entryDate: string
  leavingDate: string
  leavingReason: string
}

/** A recorded choice, as the office's sheet has it. `contact` is null where the pupil or the school speaks. */
export interface Choice {
  purpose: string
  kind: 'consent' | 'opt-out' | 'biometric' | 'permission'
  state: 'requested' | 'deferred' | 'given' | 'renewed' | 'refused' | 'withdrawn' | 'revoked' | 'expired'
  giver: 'contact' | 'pupil' | 'school'
  contact: Contact | null
  method: 'paper' | 'portal' | 'spoken-witnessed' | 'written'
  evidence: string
  tiedTo: string
  recordedAt: string
  expiresAt: string
}

export interface Protection {
  kind: 'confidential-address' | 'adoption' | 'court-order' | 'restriction' | 'objection' | 'safeguarding'
  agreementId: string
  allowedRecipients: string[]
  contact: Contact | null
  from: string
  to: string
  ground: string
}

/** How a pupil's marks come about: a rate of missed days, and what stands over it. */
export interface AbsenceHabit {
  rate: number
  /** On these weekdays (1 Monday … 5 Friday) and sessions the pupil carries this code. */
  fixed: { weekdays: number[]; sessions: ('AM' | 'PM')[]; code: string }[]
}

export interface Family {
  index: number
  pupils: WorldPupil[]
  contacts: Contact[]
}
