import { hash } from 'node:crypto'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { ReleasedPayload } from './released-payload.ts'

/** The payload of a release that is still to be delivered; null when there is none (any more). */
export async function takePayload(
  tx: Tx,
  school: SchoolStore,
  releaseId: string,
): Promise<ReleasedPayload | null> {
  const row = await tx
    .selectFrom('payload')
    .innerJoin('release', (join) =>
      join
        .onRef('release.school_urn', '=', 'payload.school_urn')
        .onRef('release.id', '=', 'payload.release_id'),
    )
    .select([
      'release.id',
      'release.agreement_id',
      'release.recipient_id',
      'release.ledger_index',
      'release.file_name',
      'payload.media_type',
      'payload.encryption',
      'payload.body',
    ])
    .where('payload.release_id', '=', releaseId)
    .executeTakeFirst()
  if (!row) return null
  const encrypted = row.encryption === 'age'
  const payload: Omit<ReleasedPayload, keyof ReleasedPayload & symbol> = {
    urn: school.urn,
    releaseId: row.id,
    agreementId: row.agreement_id,
    recipientId: row.recipient_id,
    ledgerIndex: row.ledger_index,
    fileName: encrypted ? `${row.file_name}.age` : row.file_name,
    mediaType: encrypted ? 'application/octet-stream' : row.media_type,
    encryption: encrypted ? 'age' : 'transport',
    body: row.body,
    sha256: hash('sha256', row.body),
  }
  return payload as ReleasedPayload
}
