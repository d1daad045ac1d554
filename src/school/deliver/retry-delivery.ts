import type { Door } from '../release/index.ts'
import { requeueDead } from './delivery.store.ts'

/**
 * Tries a dead delivery again, once what stopped it was put right: the same payload, the same place in the ledger. Where it was
 * not clear whether the recipient has the file, somebody must have asked first.
 */
export const retryDelivery = (door: Door, releaseId: string, at: Date): Promise<boolean> =>
  requeueDead(door.school, door.queue, releaseId, at)
