import type { Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { Giver } from '../../school/consent/index.ts'
import { contactsOf } from '../../school/register/index.ts'

/**
 * Who chose, from what was typed: `pupil`, or one of the pupil's contacts by priority or id.
 * @throws GatehouseError `not-found`, or `conflict` when several contacts have that priority.
 */
export async function findGiver(tx: Tx, pupilId: string, named: string): Promise<Giver> {
  if (named === 'pupil') return { kind: 'pupil' }
  const found = (await contactsOf(tx, pupilId)).filter(
    (contact) => contact.id === named || String(contact.priority) === named,
  )
  const [contact] = found
  const todo = 'Say who chose: pupil, or the contact’s priority or id.'
  if (!contact) throw new GatehouseError('not-found', 'The pupil has no such contact.', { todo })
  if (found.length > 1) throw new GatehouseError('conflict', 'Several contacts have this priority.', { todo })
  return { kind: 'contact', contactId: contact.id }
}
