import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { returnStates } from '../../core/collections/index.ts'
import { readPolicyFile, readShape } from '../../core/policy/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

const shape = z.strictObject({
  states: z.record(z.enum(returnStates), z.string().min(1)),
  approval: z.strictObject({ governance: z.array(z.string()), unknown: z.enum(['authority', 'none']) }),
  notes: z.strictObject({
    shortestReason: z.int().min(1),
    longest: z.int().min(1),
    acceptConfirmations: z.boolean(),
    notReasons: z.array(z.string()),
    sameRecord: z.array(z.array(z.string()).min(1)),
    acceptTogether: z.array(z.enum(['agent', 'collector'])),
  }),
  chase: z.strictObject({ daysBefore: z.int().min(0) }),
})

/** `policy/collections/workflow.yaml`: words of states, who approves, what a note must be, who is chased. */
export type Workflow = z.infer<typeof shape>

/** @throws GatehouseError `bad-policy` with file and line. */
export async function readWorkflow(policyFolder: string): Promise<Workflow> {
  const name = 'collections/workflow.yaml'
  const read = readShape(readPolicyFile(name, await readFile(join(policyFolder, name), 'utf8')), shape)
  if (read.ok) return read.value
  const [fault] = read.error
  throw new GatehouseError('bad-policy', fault?.message ?? 'The file has another form.', {
    where: `${name}, line ${String(fault?.line ?? 1)}`,
    ...(fault ? { todo: fault.todo } : {}),
  })
}
