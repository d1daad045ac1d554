import { GatehouseError } from '../../core/vocabulary/index.ts'
import { deliveryQueue, type Door } from '../release/index.ts'
import { deliverNow, type Way } from './deliver-now.ts'
import { settle } from './delivery.store.ts'

/**
 * Delivers what the queue holds until the queue stops, each with its back-off. A release whose tries are used up is dead:
 * its payload is shredded and a task tells the office.
 */
export async function startDelivery(door: Door, way: Way): Promise<void> {
  await door.queue.work(
    deliveryQueue,
    async ({ releaseId = '' }) => {
      const outcome = await deliverNow(door, releaseId, way)
      if (outcome.kind === 'failed' && outcome.again) {
        throw new GatehouseError('delivery-failed', outcome.text, { where: releaseId, why: outcome.fault })
      }
      // Another worker has it, perhaps one that died: look again later.
      if (outcome.kind === 'left-alone' && outcome.state === 'sending') {
        throw new GatehouseError('delivery-failed', 'Another worker has this delivery in hand.', {
          where: releaseId,
        })
      }
    },
    async ({ releaseId = '' }) => {
      const why = 'Every try failed.'
      await settle(
        door.school,
        releaseId,
        { outcome: 'dead', claimId: null, from: ['queued', 'sending'], why },
        way.clock.now(),
      )
    },
  )
}
