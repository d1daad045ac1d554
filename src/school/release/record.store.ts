import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { AgreementVersion } from '../../core/vocabulary/index.ts'
import type { LeftOut } from './left-out.ts'
import type { Counts } from './outcome.ts'

export interface ReleaseToRecord extends Counts {
  readonly releaseId: string
  readonly version: AgreementVersion
  readonly requestKey: string
  readonly at: Date
  readonly ledgerIndex: number
  readonly fileName: string
  readonly sha256: string
  readonly bytes: number
  readonly leftOut?: LeftOut
}

/** The row of what was released: numbers, codes and hashes. */
export async function recordRelease(tx: Tx, school: SchoolStore, release: ReleaseToRecord): Promise<void> {
  const { agreement } = release.version
  await tx
    .insertInto('release')
    .values({
      school_urn: school.urn,
      id: release.releaseId,
      agreement_id: agreement.id,
      agreement_version: release.version.version,
      agreement_hash: release.version.hash,
      recipient_id: agreement.recipient,
      kind: 'feed',
      request_key: release.requestKey,
      decided_at: release.at,
      released_by: school.actor.name,
      permitted_pupils: release.permittedPupils,
      withheld_pupils: release.withheldPupils,
      withheld_reasons: JSON.stringify(release.withheldReasons),
      items: [...release.items],
      left_out: release.leftOut ? JSON.stringify(release.leftOut) : null,
      format: agreement.format.kind,
      file_name: release.fileName,
      payload_sha256: release.sha256,
      payload_bytes: release.bytes,
      ledger_index: release.ledgerIndex,
    })
    .execute()
}

/** The bytes to deliver, encrypted or not, until they are acknowledged. */
export const recordPayload = (
  tx: Tx,
  school: SchoolStore,
  payload: {
    readonly releaseId: string
    readonly mediaType: string
    readonly body: Uint8Array
    readonly encryption: 'age' | 'transport'
  },
): Promise<unknown> =>
  tx
    .insertInto('payload')
    .values({
      school_urn: school.urn,
      release_id: payload.releaseId,
      media_type: payload.mediaType,
      body: payload.body,
      encryption: payload.encryption,
    })
    .execute()

export const recordDelivery = (
  tx: Tx,
  school: SchoolStore,
  releaseId: string,
  transport: string,
  at: Date,
): Promise<unknown> =>
  tx
    .insertInto('delivery')
    .values({ school_urn: school.urn, release_id: releaseId, transport, queued_at: at })
    .execute()
