import { z } from 'zod'
import { isIsoDate, transformations, type Transformation } from '../vocabulary/index.ts'

/** Names of files, recipients, agreements, instruments, purposes: lower case with hyphens. */
export const id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'A name is lower-case letters and digits joined by hyphens.' })

export const text = z
  .string()
  .trim()
  .min(1, { error: 'Something must stand here.' })
  .max(4000, { error: 'This is longer than 4,000 characters.' })

export const isoDate = z
  .string()
  .refine((value) => isIsoDate(value), { error: 'A date is written YYYY-MM-DD and must exist.' })

export const country = z.string().regex(/^[A-Z]{2}$/, { error: 'A country is two capital letters (ISO 3166-1), GB at home.' })

export const confidence = z.enum(['official', 'seen', 'derived', 'unverified'])

export const transformation = z.enum(transformations as readonly [Transformation, ...Transformation[]])

export const itemId = z
  .string()
  .regex(/^(pupil|school|contact|attendance|result|suspension|freeMeals|senNeed|schoolHistory)\.[a-z][A-Za-z0-9]*$/, {
    error: 'An item is named subject.name, for example pupil.dateOfBirth.',
  })

export const recipientKind = z.enum([
  'local-authority',
  'central-government',
  'school',
  'examining-body',
  'regulator',
  'health',
  'social-care',
  'police-or-court',
  'professional',
  'family',
  'supplier',
])

export const handling = z.enum([
  'blind-number',
  'address',
  'contact-channel',
  'former-identity',
  'safeguarding',
  'image',
  'name',
  'national-insurance',
])

export const itemClass = z.enum(['ordinary', 'health', 'ethnicity', 'religion', 'biometric', 'offence'])
export const subject = z.enum([
  'pupil',
  'school',
  'contact',
  'attendance',
  'result',
  'suspension',
  'freeMeals',
  'senNeed',
  'schoolHistory',
])
export const identificationRisk = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)])
export const sensitivity = z.enum(['A', 'B', 'C', 'D', 'E'])
export const article6 = z.enum(['a', 'b', 'c', 'd', 'e', 'ea', 'f'])
export const article9 = z.enum(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'])
export const instrumentKind = z.enum(['statute', 'regulations', 'guidance', 'contract', 'consent', 'public-task'])
export const recipientRole = z.enum(['controller', 'processor', 'joint', 'data-subject-side', 'unknown'])
export const choiceKind = z.enum(['consent', 'opt-out', 'biometric', 'permission'])
export const absenceMeans = z.enum(['ignore', 'deactivate', 'leaver', 'delete'])
export const agreementKind = z.enum(['feed', 'procedure'])
export const objection = z.enum(['refuse', 'pseudonymise', 'unavailable'])
export const transportKind = z.enum(['sftp', 'https', 'download', 'copy-sheet', 'collector', 'none'])
export const onEnding = z.enum(['delete', 'return', 'keep-by-law'])
export const visibility = z.enum(['open', 'summary', 'restricted'])
