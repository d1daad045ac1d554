import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readPolicyFile, readShape } from '../../core/policy/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

const text = z.string().min(1)
const shape = z.strictObject({
  record: text,
  items: z.strictObject({
    upn: text,
    surname: text,
    forename: text,
    middleNames: text,
    dob: text,
    sex: text,
    onRoll: text,
    enrolment: text,
    entry: text,
    leaving: text,
    year: text,
  }),
  dualRegistration: z.strictObject({ main: text, subsidiary: text }),
  movesConflict: z.boolean(),
  enrolmentHierarchy: z.array(text),
  schoolTypesLast: z.array(text),
  nurseryYears: z.array(text),
  middleNamesAlike: z.number().min(0).max(1),
})

/** `duplicates.yaml` of a collection: when records of different sources conflict, and which comes first. */
export type DuplicateRules = z.infer<typeof shape>

/** Null: the collection looks for none. @throws GatehouseError `bad-policy` */
export async function readDuplicateRules(
  policyFolder: string,
  collection: string,
): Promise<DuplicateRules | null> {
  const name = `collections/${collection}/duplicates.yaml`
  const content = await readFile(join(policyFolder, name), 'utf8').catch(() => null)
  if (content === null) return null
  const read = readShape(readPolicyFile(name, content), shape)
  if (read.ok) return read.value
  const [fault] = read.error
  throw new GatehouseError('bad-policy', fault?.message ?? 'The file has another form.', {
    where: `${name}, line ${String(fault?.line ?? 1)}`,
    ...(fault ? { todo: fault.todo } : {}),
  })
}
