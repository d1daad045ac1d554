import type { Tx } from '../../core/store/index.ts'
import { duties, GatehouseError, type Duty } from '../../core/vocabulary/index.ts'
import type { Person } from './collector.ts'

/** Whoever runs the command on the collector's machine stands in for every duty, and is recorded as the operator. */
export const hasDuty = ({ actor, duties: of }: Person, duty: Duty): boolean =>
  actor.role === 'operator' || (of ?? []).includes(duty)

/** @throws GatehouseError `not-allowed` for a person without this duty. */
export function requireDuty(person: Person, duty: Duty): void {
  if (hasDuty(person, duty)) return
  throw new GatehouseError('not-allowed', `This is for people with the duty ${duty}.`, {
    todo: 'Ask somebody of the department who manages accounts.',
  })
}

/** @throws GatehouseError `bad-input` */
export function readDuties(words: readonly string[]): readonly Duty[] {
  const known: readonly string[] = duties
  const unknown = words.filter((word) => !known.includes(word))
  if (unknown.length > 0)
    throw new GatehouseError('bad-input', `There is no duty ${unknown.join(', ')}.`, {
      todo: `The duties are ${duties.join(', ')}.`,
    })
  return duties.filter((duty) => words.includes(duty))
}

/**
 * Gives somebody of the department exactly these duties; they hold from their next request on. Asked in the collector's scope.
 * @throws GatehouseError `not-found`, `bad-input` for somebody outside the department.
 */
export async function setDuties(tx: Tx, email: string, given: readonly Duty[]): Promise<void> {
  const row = await tx
    .selectFrom('national_account')
    .select(['id', 'scope'])
    .where('email', '=', email.trim().toLowerCase())
    .executeTakeFirst()
  if (!row) throw new GatehouseError('not-found', 'Nobody on the national side has this address.')
  if (row.scope !== 'collector')
    throw new GatehouseError('bad-input', 'Duties are for the department’s own people.', {
      todo: 'Enter the person as one of the collector, under an address of their own.',
    })
  await tx
    .updateTable('national_account')
    .set({ duties: [...given] })
    .where('id', '=', row.id)
    .execute()
}
