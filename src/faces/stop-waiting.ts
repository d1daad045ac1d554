import type { SchoolStore } from '../core/store/index.ts'
import type { StopDelivery } from '../school/consent/index.ts'
import { cancelDeliveryIn } from '../school/deliver/index.ts'

/** How a file that waits is stopped when a choice ends what it was made on, whichever way the choice came in. */
export const stopWaiting =
  (school: SchoolStore, at: Date): StopDelivery =>
  (tx, releaseId) =>
    cancelDeliveryIn(tx, school, releaseId, 'A consent ended before this file left.', at)
