import type { AgreementId, RecipientId, Urn } from '../../core/vocabulary/index.ts'

declare const released: unique symbol

/**
 * Bytes that may leave. Only this folder makes one, out of a stored release, and it names the ledger entry of that release:
 * what was not decided and logged can't be handed to a transport, for it would not type-check.
 */
export interface ReleasedPayload {
  readonly [released]: true
  readonly urn: Urn
  readonly releaseId: string
  readonly agreementId: AgreementId
  readonly recipientId: RecipientId
  readonly ledgerIndex: number
  /** Safe characters, no pupil data; ends in `.age` when the bytes are encrypted to the recipient. */
  readonly fileName: string
  readonly mediaType: string
  readonly encryption: 'age' | 'transport'
  readonly body: Uint8Array
  /** SHA-256 of `body`, hex: what travels, not what it says once opened. */
  readonly sha256: string
}
