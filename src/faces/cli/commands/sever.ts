import type { Command } from 'commander'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { cancelDeliveryIn } from '../../../school/deliver/index.ts'
import { severIdentity, type Severed } from '../../../school/release/index.ts'
import { dropVoidReturns } from '../../../school/returns/index.ts'
import { schoolFor } from '../../index.ts'
import { actingPerson, asOption, commandActor } from '../acting-person.store.ts'
import { count, lines } from '../answer.ts'
import { does, text, type Runner } from '../define.ts'
import { findPupil } from '../find-pupil.store.ts'

export function defineSever(command: Command, run: Runner): void {
  command
    .option('--new-mis-id <id>', 'the id of the new record that the MIS holds for the pupil')
    .option('--mis-id-stays', 'the MIS keeps its record: recipients who got its id can join the two')
    .option('--keep-upn', 'adoptive parents and authority have expressly permitted that the old number stays')
    .option(...asOption)
  does(command, run, async ({ open }, options, [named = '']) => {
    const misId = text(options, 'newMisId')
    if ((misId === undefined) !== (options['misIdStays'] === true)) {
      throw new GatehouseError('bad-input', 'Say one of the two: --new-mis-id <id>, or --mis-id-stays.', {
        why: 'The MIS’s own id leads from the former identity to the new one.',
      })
    }
    const gatehouse = await open()
    const person = await actingPerson(gatehouse, options, 'sever-identity')
    const pupilId = await schoolFor(gatehouse, commandActor()).read((tx) => findPupil(tx, named))
    const school = schoolFor(gatehouse, person)
    const at = gatehouse.clock.now()
    const severed = await severIdentity(
      school,
      { pupilId, misId: misId ?? null, keepUpn: options['keepUpn'] === true },
      (tx, releaseId) =>
        cancelDeliveryIn(tx, school, releaseId, 'The identity in this file was severed before it left.', at),
      at,
    )
    await dropVoidReturns({ school, home: gatehouse.home })
    await gatehouse.ledger.publish(at)
    return { json: severed, text: words(severed) }
  })
}

const words = ({ holders, stopped }: Severed): string =>
  lines(
    'Severed: the pupil has a new reference, and the ledger can no longer be told to be about the former identity.',
    stopped > 0 && `Stopped before they left: ${count(stopped, 'file')}.`,
    holders.length > 0 && 'These hold data under the former identity; the safeguarding lead has a task:',
    ...holders.map(
      ({ recipientId, joinedBy }) =>
        `  ${recipientId}${joinedBy.length > 0 ? `, and can join the two by ${joinedBy.join(', ')}` : ''}`,
    ),
    'The MIS’s new names and number come with: gatehouse import … --new-identity-of <pupil>. Destroy older backups by their dates.',
  )
