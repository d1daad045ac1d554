import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { settleIn } from './delivery.store.ts'

/**
 * Stops a delivery that has not left: its payload is shredded and the ledger says so. False when it had left, is leaving at
 * this moment, or was stopped before.
 */
export const cancelDelivery = (
  school: SchoolStore,
  releaseId: string,
  why: string,
  at: Date,
): Promise<boolean> => school.write((tx) => cancelDeliveryIn(tx, school, releaseId, why, at))

/** The same inside a transaction that also records why, so that neither stands without the other. */
export const cancelDeliveryIn = (
  tx: Tx,
  school: SchoolStore,
  releaseId: string,
  why: string,
  at: Date,
): Promise<boolean> =>
  settleIn(
    tx,
    school,
    releaseId,
    { outcome: 'cancelled', claimId: null, from: ['queued', 'sent', 'dead'], why },
    at,
  )
