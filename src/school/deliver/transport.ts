import type { ReleasedPayload } from '../release/index.ts'

export type TransportKind = 'sftp' | 'https' | 'download' | 'copy-sheet' | 'collector'

/** Why a sending failed: a closed set, for tasks and the ledger. */
export type DeliveryFault =
  | 'unreachable'
  | 'host-key' // the server is not the one whose key was pinned
  | 'certificate'
  | 'sign-in' // the server does not let the school in
  | 'refused' // the server lets the school in but not the file: no right, no room, an error of its own
  | 'interrupted' // broke off on the way
  | 'too-slow'
  | 'other-file' // another file of that name lies there
  | 'wrong-receipt' // what the recipient says it received is not what was sent
  | 'unclear' // it may or may not have arrived: a person must ask
  | 'misconfigured'

/** Codes, sizes and hashes only; never a recipient's reply verbatim. */
export type Receipt = Readonly<Record<string, string | number | boolean>>

export type Sending =
  /** The recipient has the whole file. */
  | { readonly kind: 'acknowledged'; readonly receipt: Receipt }
  /** It is on its way or laid out: somebody must still take it. */
  | { readonly kind: 'sent'; readonly receipt: Receipt }
  /** `again`: a later try may succeed. */
  | { readonly kind: 'failed'; readonly fault: DeliveryFault; readonly text: string; readonly again: boolean }

/** Where the recipient wants it: its standing's settings, and the name of the secret that opens the way. */
export interface Endpoint {
  readonly settings: unknown
  readonly secretReference: string | null
}

/** What outlives a crash in the middle of a sending. `mark` returns once the stage is stored. */
export interface Progress {
  /** The last stage that an earlier try reached, or null. */
  readonly reached: string | null
  mark(stage: string): Promise<void>
}

/**
 * One way out. It never throws: what goes wrong is a `failed` value. Sending the same payload again must not make it leave
 * twice, wherever the try before broke off.
 */
export interface Transport {
  send(payload: ReleasedPayload, endpoint: Endpoint, progress: Progress): Promise<Sending>
}

export type Transports = Readonly<Record<TransportKind, Transport>>

export const failed = (fault: DeliveryFault, text: string, again: boolean): Sending => ({
  kind: 'failed',
  fault,
  text,
  again,
})
