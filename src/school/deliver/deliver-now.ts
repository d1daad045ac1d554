import { systemClock, type Clock } from '../../core/vocabulary/index.ts'
import { noFault, type Door } from '../release/index.ts'
import { claim, markStage, putBack, type Claim } from './claim.store.ts'
import { collectorTransport } from './collector.ts'
import { settle, type DeliveryState } from './delivery.store.ts'
import { httpsTransport } from './https.ts'
import { laidOut } from './laid-out.ts'
import { readSecret } from './read-secret.ts'
import { sftpTransport } from './sftp.ts'
import type { DeliveryFault, Transports } from './transport.ts'

export type DeliveryOutcome =
  | { readonly kind: 'acknowledged' | 'sent' }
  /** `again`: the queue will try once more. Otherwise it is dead and a task tells the office. */
  | { readonly kind: 'failed'; readonly fault: DeliveryFault; readonly text: string; readonly again: boolean }
  /** Nothing was done: it stood like this already, or another worker has it. */
  | { readonly kind: 'left-alone'; readonly state: DeliveryState | 'unknown' }

/** What a delivery needs beside the door: a clock, and transports that tests may replace. */
export interface Way {
  readonly clock: Clock
  readonly transports?: Transports
}

/** Milliseconds that one try may take; below the time a claim holds. */
const tryLimit = 120_000

export const usualTransports = (door: Door, clock: Clock = systemClock): Transports => ({
  sftp: sftpTransport({ readKey: readSecret(door.home), limit: tryLimit, fault: door.fault ?? noFault }),
  https: httpsTransport({ readToken: readSecret(door.home), limit: tryLimit }),
  download: laidOut,
  'copy-sheet': laidOut,
  collector: collectorTransport({ school: door.school, home: door.home, clock, limit: tryLimit }),
})

/**
 * One attempt to hand a release over, recorded whatever becomes of it. Calling it for a release that is delivered, or that
 * another worker has in hand, does nothing.
 */
export async function deliverNow(door: Door, releaseId: string, way: Way): Promise<DeliveryOutcome> {
  const { school } = door
  const fault = door.fault ?? noFault
  const claimed = await claim(school, releaseId)
  if ('state' in claimed) return { kind: 'left-alone', state: claimed.state }
  await fault('deliver:claimed')
  const sending = await send(door, claimed, way)
  await fault('deliver:handed-over')
  if (sending.kind === 'failed' && sending.again) {
    await putBack(school, claimed, `${sending.fault}: ${sending.text}`)
    return sending
  }
  const outcome = sending.kind === 'failed' ? 'dead' : sending.kind
  await settle(
    school,
    releaseId,
    {
      outcome,
      claimId: claimed.id,
      from: ['sending'],
      ...(sending.kind === 'failed'
        ? { why: `${sending.fault}: ${sending.text}` }
        : { receipt: sending.receipt }),
    },
    way.clock.now(),
    fault,
  )
  await fault('deliver:settled')
  return sending.kind === 'failed' ? sending : { kind: sending.kind }
}

const send = (door: Door, claimed: Claim, way: Way) =>
  (way.transports ?? usualTransports(door, way.clock))[claimed.transport].send(
    claimed.payload,
    claimed.endpoint,
    {
      reached: claimed.stage,
      mark: async (stage) => {
        await markStage(door.school, claimed, stage)
      },
    },
  )
