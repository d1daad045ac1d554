import type { SchoolStore } from '../../core/store/index.ts'
import { settle } from './delivery.store.ts'

/**
 * Records that the recipient has a file whose delivery was dead, as a person asked and was told: its payload is shredded and
 * the ledger says so. False when it is not dead.
 */
export const confirmDelivery = (school: SchoolStore, releaseId: string, at: Date): Promise<boolean> =>
  settle(
    school,
    releaseId,
    {
      outcome: 'acknowledged',
      claimId: null,
      from: ['dead'],
      receipt: { how: 'confirmed', by: school.actor.role },
    },
    at,
  )
