import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import type { Store } from '../../core/store/index.ts'
import { GatehouseError, isIsoDate, type StaffRole } from '../../core/vocabulary/index.ts'
import { setStaffAccount } from '../index.ts'
import { commandActor } from './acting-person.store.ts'
import { insertSchool } from './found-school.store.ts'

const words = z.string().trim().min(1)
const date = z.string().refine(isIsoDate, 'not a date written YYYY-MM-DD')

const shape = z.object({
  school: z.strictObject({
    urn: z.string().regex(/^\d{6}$/, 'not six digits'),
    name: words,
    laNumber: z.string().regex(/^\d{3}$/, 'not three digits'),
    establishmentNumber: z.string().regex(/^\d{4}$/, 'not four digits'),
    phase: words,
    governance: z.enum(['maintained', 'academy', 'independent']),
    domain: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'not a domain, such as school.example'),
    controller: words,
    dpoContact: words,
    address: z.string().default(''),
  }),
  staff: z
    .array(
      z.strictObject({
        email: z.email(),
        name: words,
        role: z.enum(['office', 'dpo', 'head', 'safeguarding-lead', 'auditor'] satisfies StaffRole[]),
      }),
    )
    .min(1),
  termDates: z.array(z.strictObject({ kind: words, name: z.string(), from: date, to: date })).default([]),
})

/** A school as a file tells it: who it is, who works with Gatehouse there, its terms. Other parts of the file are not read. */
export type SchoolFile = z.infer<typeof shape>

/** @throws GatehouseError `bad-input` naming every part that is missing or wrong. */
export function readSchoolFile(file: string): SchoolFile {
  const wrong = (why: string): GatehouseError =>
    new GatehouseError('bad-input', 'The school’s file can’t be used as it is.', {
      where: file,
      why,
      todo: 'Write it like school.yaml of the demonstration: gatehouse world school --out FOLDER',
    })
  let value: unknown
  try {
    value = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw wrong(error instanceof YAMLParseError ? 'It is not well-formed YAML.' : 'It can’t be read.')
  }
  const read = shape.safeParse(value)
  if (read.success) return read.data
  throw wrong(read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
}

export interface Founded {
  readonly urn: string
  /** First passwords: shown once, kept nowhere. */
  readonly staff: readonly { readonly email: string; readonly role: StaffRole; readonly password: string }[]
}

/**
 * Puts a school and its staff into the store. It has no policy and no pupils yet, so nothing can leave.
 * @throws GatehouseError `conflict` when the school stands there already.
 */
export async function foundSchool(store: Store, file: SchoolFile): Promise<Founded> {
  const school = store.school(file.school.urn, commandActor())
  await insertSchool(school, file)
  const staff: Founded['staff'][number][] = []
  for (const person of file.staff) {
    const password = randomBytes(15).toString('base64url')
    await setStaffAccount(school, { ...person, password })
    staff.push({ email: person.email, role: person.role, password })
  }
  return { urn: file.school.urn, staff }
}
