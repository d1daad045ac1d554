import { createHash } from 'node:crypto'
import type { ReleasedPayload } from '../../release/index.ts'
import type { Progress } from '../transport.ts'

/** A payload that no release made: transports alone are tested with it. */
export const payloadOf = (body: Buffer, fileName = 'mavis-2026-11-24-0a1b2c3d.csv.age'): ReleasedPayload =>
  ({
    urn: '123456',
    releaseId: '00000000-0000-4000-8000-000000000001',
    agreementId: 'mavis',
    recipientId: 'mavis',
    ledgerIndex: 0,
    fileName,
    mediaType: 'application/octet-stream',
    encryption: 'age',
    body,
    sha256: createHash('sha256').update(body).digest('hex'),
  }) as unknown as ReleasedPayload

/** A progress that lives on through a crash, as the store's does. */
export const keptProgress = (): Progress & { reached: string | null } => ({
  reached: null,
  mark(stage) {
    this.reached = stage
    return Promise.resolve()
  },
})
