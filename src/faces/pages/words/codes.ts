import type {
  Agreement,
  Article6,
  ConsentRule,
  ConsentState,
  Item,
  MarkKind,
  RecipientKind,
  RefusalCode,
  Subject,
  Transformation,
} from '../../../core/vocabulary/index.ts'

// Every closed set of the vocabulary in words for people. Each table is exhaustive by its type.

export const refusalWords: Readonly<Record<RefusalCode, string>> = {
  'agreement-off': 'Agreement is switched off',
  'agreement-not-approved': 'Agreement not approved',
  'agreement-not-in-force': 'Agreement not in force',
  'review-overdue': 'Review overdue',
  'recipient-identity': 'Recipient’s identity not verified',
  'recipient-contract': 'No contract or legal power on record',
  'recipient-key': 'Recipient’s encryption key missing or expired',
  'recipient-transfer': 'No safeguard for sending abroad',
  'not-in-population': 'Pupil not covered',
  'item-not-listed': 'Not in the agreement',
  'transformation-not-allowed': 'May not leave in this form',
  'basis-missing': 'No legal basis on record',
  'basis-not-in-force': 'Law not in force',
  'basis-article-9': 'No condition for special category data',
  'basis-schedule-1': 'No Schedule 1 condition',
  'basis-article-10': 'No condition for criminal offence data',
  'basis-not-for-public-authority': 'A school may not rely on this basis',
  'consent-missing': 'No consent yet',
  'consent-refused': 'Consent refused',
  'consent-withdrawn': 'Consent withdrawn',
  'consent-expired': 'Consent expired',
  'consent-other-wording': 'Consent was for other words',
  'consent-disagreement': 'Parents disagree',
  'consent-child-refuses': 'The child refuses',
  'consent-not-written': 'Consent not in writing',
  'consent-opted-out': 'Opted out',
  'permission-other-code': 'Permission is for another code',
  prohibited: 'A protection forbids it',
  'objection-upheld': 'Objection upheld',
  unknown: 'Could not be decided',
}

export const subjectWords: Readonly<Record<Subject, string>> = {
  pupil: 'The pupil',
  school: 'The school',
  contact: 'Parents and other contacts',
  attendance: 'Attendance',
  result: 'Results',
  suspension: 'Suspensions',
  freeMeals: 'Free school meals',
  senNeed: 'Special educational needs',
  schoolHistory: 'Earlier schools',
}

export const transformationWords: Readonly<Record<Transformation, string>> = {
  'as-is': 'as it is',
  initial: 'first letter only',
  year: 'year only',
  'age-band': 'as an age band',
  district: 'postcode district only',
  flag: 'yes or no only',
  pseudonym: 'as a code made for this recipient',
}

export const recipientKindWords: Readonly<Record<RecipientKind, string>> = {
  'local-authority': 'Local authority',
  'central-government': 'Central government',
  school: 'School',
  'examining-body': 'Examining body',
  regulator: 'Regulator',
  health: 'Health',
  'social-care': 'Social care',
  'police-or-court': 'Police or court',
  professional: 'Professional adviser',
  family: 'Family',
  supplier: 'Supplier',
}

export const consentRuleWords: Readonly<Record<ConsentRule['rule'], string>> = {
  none: 'No consent is needed; the law covers it.',
  'opt-in': 'Only with a parent’s consent.',
  'opt-out': 'Unless a parent has opted out.',
  biometric: 'Only with written consent, and never against the child’s will.',
  permission: 'Only with the written permission that the scheme itself asks for.',
}

export const consentStateWords: Readonly<Record<ConsentState, { text: string; colour: string }>> = {
  requested: { text: 'Asked, no answer', colour: 'grey' },
  deferred: { text: 'Put off', colour: 'grey' },
  given: { text: 'Given', colour: 'green' },
  renewed: { text: 'Renewed', colour: 'green' },
  refused: { text: 'Refused', colour: 'red' },
  withdrawn: { text: 'Withdrawn', colour: 'red' },
  revoked: { text: 'Ended by the school', colour: 'orange' },
  expired: { text: 'Expired', colour: 'orange' },
  invalidated: { text: 'Not valid', colour: 'orange' },
}

export const article6Words: Readonly<Record<Article6, string>> = {
  a: 'consent, UK GDPR Article 6(1)(a)',
  b: 'a contract with the family, UK GDPR Article 6(1)(b)',
  c: 'a legal obligation, UK GDPR Article 6(1)(c)',
  d: 'vital interests, UK GDPR Article 6(1)(d)',
  e: 'the school’s public task, UK GDPR Article 6(1)(e)',
  ea: 'a recognised legitimate interest, UK GDPR Article 6(1)(ea)',
  f: 'legitimate interests, UK GDPR Article 6(1)(f)',
}

export const scheduleWords: Readonly<Record<Agreement['schedule']['every'], string>> = {
  'on-demand': 'When asked for',
  daily: 'Every school day',
  weekly: 'Every week',
  termly: 'Every term',
  yearly: 'Every year',
  'on-change': 'When something changes',
}

export const transportWords: Readonly<Record<Agreement['transport']['kind'], string>> = {
  sftp: 'by SFTP to the recipient’s server',
  https: 'by HTTPS to the recipient’s service',
  download: 'by a one-time download page',
  'copy-sheet': 'as a sheet to copy from',
  collector: 'as a return to its collector',
  none: 'nothing is sent',
}

export const absenceWords: Readonly<Record<Agreement['absenceMeans'], string>> = {
  ignore: 'nothing happens there',
  deactivate: 'the recipient hides the pupil and keeps the record',
  leaver: 'the recipient treats the pupil as having left',
  delete: 'the recipient deletes the pupil',
}

export const endingWords: Readonly<Record<Agreement['retention']['onEnding'], string>> = {
  delete: 'deleted',
  return: 'returned',
  'keep-by-law': 'kept, because the law says so',
}

export const markWords: Readonly<Record<MarkKind, string>> = {
  'confidential-address': 'Confidential address',
  adoption: 'Adopted',
  'court-order': 'Court order',
  restriction: 'Processing restricted',
  objection: 'Objection upheld',
  safeguarding: 'Safeguarding',
}

export const isSpecial = (item: Item): boolean => item.class !== 'ordinary'

export const classWords: Readonly<Record<Item['class'], string>> = {
  ordinary: 'ordinary',
  health: 'health',
  ethnicity: 'ethnicity',
  religion: 'religion',
  biometric: 'biometric',
  offence: 'criminal offence',
}
