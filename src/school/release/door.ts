import type { Queue, SchoolStore } from '../../core/store/index.ts'
import type { RecipientId } from '../../core/vocabulary/index.ts'
import type { FaultPoint } from './fault-point.ts'
import type { HoldLimits } from './hold.ts'

/** Keys that never enter the store. */
export interface Secrets {
  /** The key of a recipient's pseudonyms: 32 bytes, made on first use, the same ever after. */
  pseudonymKey(recipientId: RecipientId): Promise<Uint8Array>
}

/** The way out of a school, as one person or job uses it. */
export interface Door {
  readonly school: SchoolStore
  readonly queue: Queue
  readonly secrets: Secrets
  /** The data folder. */
  readonly home: string
  readonly limits?: HoldLimits
  readonly fault?: FaultPoint
}

/** The queue on which releases wait to be delivered: to be named where the queue is opened. */
export const deliveryQueue = 'deliver'
