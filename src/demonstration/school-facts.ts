import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'

const date = z.string().regex(/^\d{4}-\d\d-\d\d$/)

const shape = z.object({
  school: z.object({
    urn: z.string(),
    name: z.string(),
    laNumber: z.string(),
    establishmentNumber: z.string(),
    phase: z.string(),
    governance: z.string(),
    domain: z.string(),
    controller: z.string(),
    dpoContact: z.string(),
    address: z.string(),
  }),
  staff: z.array(
    z.object({
      email: z.string(),
      name: z.string(),
      role: z.enum(['office', 'dpo', 'head', 'safeguarding-lead', 'auditor']),
    }),
  ),
  standing: z.array(
    z.object({
      recipientId: z.string(),
      identityVerifiedOn: date,
      identityVerifiedBy: z.string(),
      identityChangedOn: date.optional(),
      contractOn: date,
      contractReference: z.string(),
      transferSafeguard: z.string().optional(),
      transferSafeguardOn: date.optional(),
      endpoint: z.object({ kind: z.enum(['sftp', 'https', 'download', 'copy-sheet', 'none']) }),
    }),
  ),
  returns: z.record(z.string(), z.unknown()).default({}),
  termDates: z.array(z.object({ kind: z.string(), name: z.string(), from: date, to: date })),
})

/** The school as its own `school.yaml` tells it: who it is, who works there, what recipients have shown, the terms. */
export type SchoolFacts = z.infer<typeof shape>

export const readSchoolFacts = async (file: string): Promise<SchoolFacts> =>
  shape.parse(parse(await readFile(file, 'utf8')))
