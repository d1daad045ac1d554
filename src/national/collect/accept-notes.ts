import { GatehouseError } from '../../core/vocabulary/index.ts'
import { asPerson, type Collector, type Person } from './collector.ts'
import { holdsPupilNumber, numberInReason } from './holds-pupil-number.ts'
import { acceptWaiting } from './notes.store.ts'
import { meantReturn, type StoredReturn } from './returns.store.ts'

/**
 * Accepts at once every note that answers a finding and waits for a decision, of one rule or of the whole return, with a reason
 * that stands with each. One whose words were rejected on the same finding is left for a decision of its own. The policy says who may: an authority only where it approves the return.
 * @throws GatehouseError `not-allowed`, `not-found`, `conflict`, `bad-input` without a reason.
 */
export const acceptNotes = (
  collector: Collector,
  person: Person,
  named: string,
  { rule, reason }: { readonly rule: string | null; readonly reason: string },
  at: Date,
): Promise<readonly string[]> =>
  asPerson(collector, person).write(async (tx) => {
    const of = await meantReturn(tx, named)
    if (!mayAcceptTogether(collector, person, of))
      throw new GatehouseError('not-allowed', 'This role does not accept notes of this return.')
    const why = reason.trim()
    if (why === '' || why.length > collector.workflow.notes.longest)
      throw new GatehouseError('bad-input', 'To accept notes together asks for a reason.', {
        todo: `Say why, in at most ${String(collector.workflow.notes.longest)} characters.`,
      })
    if (holdsPupilNumber(why))
      throw new GatehouseError('bad-input', numberInReason.detail, { todo: numberInReason.todo })
    if (!of.stands)
      throw new GatehouseError('conflict', 'This version of the return was replaced or withdrawn.', {
        todo: 'Take the version that stands.',
      })
    if (of.state === 'authorised')
      throw new GatehouseError('conflict', 'The return was authorised.', { todo: 'Reject the return first.' })
    return acceptWaiting(tx, of, rule, why, person.actor, at)
  })

/** Whether this person may accept the notes of a return together. */
export function mayAcceptTogether(
  { workflow }: Pick<Collector, 'workflow'>,
  { actor }: Pick<Person, 'actor'>,
  { approver }: Pick<StoredReturn, 'approver'>,
): boolean {
  if (actor.role === 'operator') return true
  if (actor.role === 'source' || !workflow.notes.acceptTogether.includes(actor.role)) return false
  return actor.role === 'collector' || approver === 'authority'
}
