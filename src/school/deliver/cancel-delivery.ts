import type { SchoolStore } from '../../core/store/index.ts'
import { settle } from './delivery.store.ts'

/**
 * Stops a delivery that has not left: its payload is shredded and the ledger says so. False when it had left, is leaving at
 * this moment, or was stopped before.
 */
export const cancelDelivery = (
  school: SchoolStore,
  releaseId: string,
  why: string,
  at: Date,
): Promise<boolean> =>
  settle(
    school,
    releaseId,
    { outcome: 'cancelled', claimId: null, from: ['queued', 'sent', 'dead'], why },
    at,
  )
