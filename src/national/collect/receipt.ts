import { randomUUID } from 'node:crypto'
import { receiptTokenType, sourceIssuer, type ReceiptClaims } from '../../core/collections/index.ts'
import { signJws } from '../../core/standards/jws/index.ts'
import type { Collector } from './collector.ts'
import type { Staged } from './take-in.ts'

/** The collector’s signature that it has these bytes, of whom, since when. */
export function signReceipt({ keys, origin }: Collector, staged: Staged, at: Date): string {
  const claims: ReceiptClaims = {
    iss: origin,
    sub: sourceIssuer(staged.source.source),
    return: staged.id,
    ...staged.round,
    receivedAt: at.toISOString(),
    sha256: staged.bodySha256,
    messageSha256: staged.messageSha256,
    state: 'waiting-for-validation',
    iat: Math.floor(at.getTime() / 1000),
    jti: randomUUID(),
  }
  return signJws(receiptTokenType, claims, keys.signing.privateKey)
}
