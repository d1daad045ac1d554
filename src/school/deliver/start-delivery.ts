import type { SchoolStore } from '../../core/store/index.ts'
import { GatehouseError, type Urn } from '../../core/vocabulary/index.ts'
import { deliveryQueue, type Door } from '../release/index.ts'
import { hasDied } from './claimant.ts'
import { deliverNow, type Way } from './deliver-now.ts'
import { requeue, requeueUnfinished, settle, stateOf } from './delivery.store.ts'

export interface Work extends Way {
  /** The doors of further schools on the same store; a job of a school that is not known is left for another worker. */
  readonly schoolOf?: (urn: Urn) => SchoolStore | undefined
}

/**
 * Delivers what the queue holds until the queue stops, each with its back-off, beginning with what an earlier worker left
 * unfinished. A release whose tries are used up is dead: its payload is kept, and a task asks the office.
 */
export async function startDelivery(door: Door, work: Work): Promise<void> {
  const doorOf = (urn = ''): Door => {
    const school = urn === door.school.urn ? door.school : work.schoolOf?.(urn)
    if (school) return { ...door, school }
    throw new GatehouseError('delivery-failed', 'This worker does not serve that school.', { where: urn })
  }
  await requeueUnfinished(door.school, door.queue)
  await door.queue.work(
    deliveryQueue,
    async ({ urn, releaseId = '' }) => {
      const outcome = await deliverNow(doorOf(urn), releaseId, work)
      if (outcome.kind === 'failed' && outcome.again) {
        throw new GatehouseError('delivery-failed', outcome.text, { where: releaseId, why: outcome.fault })
      }
      if (outcome.kind === 'left-alone' && outcome.state === 'sending') {
        throw new GatehouseError('delivery-failed', 'Another worker has this delivery in hand.', {
          where: releaseId,
        })
      }
    },
    async ({ urn, releaseId = '' }) => {
      const { school, queue } = doorOf(urn)
      const delivery = await stateOf(school, releaseId)
      if (delivery?.state === 'sending' && !delivery.ranOut && !hasDied(delivery.claimedBy)) {
        await requeue(school, queue, releaseId)
        return
      }
      const why = 'Every try failed.'
      await settle(
        school,
        releaseId,
        { outcome: 'dead', claimId: null, from: ['queued', 'sending'], why },
        work.clock.now(),
      )
    },
  )
}
