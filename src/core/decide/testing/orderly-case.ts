import type { Agreement, Instrument, Recipient, Standing, Wording } from '../../vocabulary/index.ts'
import type { DecisionCase, PolicyContext, PupilFacts } from '../policy-context.ts'
import { testItems } from './items.ts'

export const at = new Date('2026-11-24T07:30:00Z')

const act: Instrument = {
  id: 'act',
  title: 'An Act',
  provision: 's.1',
  kind: 'statute',
  confidence: 'official',
  source: '',
  inForce: { from: '2000-01-01', enabled: true },
}

const wording: Wording = {
  id: 'meals-1',
  purpose: 'meals',
  kind: 'consent',
  label: 'Meals',
  text: 'I agree.',
  sha256: 'hash',
}

export const agreement: Agreement = {
  id: 'agreement',
  recipient: 'recipient',
  title: 'Class list',
  kind: 'feed',
  enabled: true,
  purpose: { id: 'p', label: 'p', educational: true },
  why: '',
  items: [
    { item: 'pupil.surname', as: 'as-is' },
    { item: 'pupil.yearGroup', as: 'as-is' },
    { item: 'pupil.medicalNeeds', as: 'as-is' },
    { item: 'suspension.category', as: 'as-is' },
  ],
  population: { item: 'pupil.yearGroup', in: ['R', '1'] },
  basis: {
    article6: 'e',
    instrument: 'act',
    article9: 'g',
    schedule1: 'Part 2 paragraph 6',
    policyDocument: true,
    article10: 'Part 2 paragraph 10',
    confidence: 'official',
  },
  consent: { rule: 'none' },
  objection: 'refuse',
  schedule: { every: 'daily', note: '' },
  format: { kind: 'json', specification: '' },
  transport: { kind: 'sftp', encrypt: true, note: '' },
  absenceMeans: 'ignore',
  retention: { atRecipient: '', onEnding: 'delete' },
  transfer: { country: 'GB', safeguard: null },
  inForce: { from: '2026-09-01' },
  review: { due: '2027-08-31', graceDays: 30 },
  visibility: 'open',
  confidence: 'official',
  source: '',
}

export const recipient: Recipient = {
  id: 'recipient',
  name: 'Recipient Ltd',
  kind: 'supplier',
  role: 'processor',
  commercial: true,
  publishes: false,
  country: 'GB',
  contact: '',
  confidence: 'official',
  source: '',
}

export const standing: Standing = {
  recipientId: 'recipient',
  identityVerifiedOn: '2026-09-01',
  identityChangedOn: null,
  contractOn: '2026-09-01',
  transferSafeguard: null,
  transferSafeguardOn: null,
  ageRecipient: `age1${'q'.repeat(58)}`,
  ageRecipientExpiresOn: null,
}

export const context: PolicyContext = {
  items: testItems,
  law: new Map([[act.id, act]]),
  prohibitions: [],
  wordings: new Map([[wording.id, wording]]),
  publicAuthority: true,
}

/** A case in which every item of the agreement is permitted for `facts`; tests change one thing about it. */
export const orderlyCase = (
  change: {
    readonly agreement?: Partial<Agreement>
    readonly recipient?: Partial<Recipient>
    readonly standing?: Partial<Standing>
    readonly version?: Partial<DecisionCase['version']>
  } = {},
): DecisionCase => ({
  at,
  version: {
    version: 3,
    hash: '',
    approvedAt: new Date('2026-08-31T12:00:00Z'),
    approvedBy: 'The head teacher',
    agreement: { ...agreement, ...change.agreement },
    ...change.version,
  },
  recipient: { ...recipient, ...change.recipient },
  standing: { ...standing, ...change.standing },
})

export const facts: PupilFacts = {
  pupilId: 'pupil',
  values: {
    'pupil.surname': 'Ó Briain',
    'pupil.yearGroup': '1',
    'pupil.medicalNeeds': 'inhaler',
    'pupil.fundingCode': 'C1',
    'pupil.lookedAfter': false,
  },
  choices: [],
  marks: [],
  holders: ['mother', 'father'],
}
