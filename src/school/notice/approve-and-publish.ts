import type { SchoolStore } from '../../core/store/index.ts'
import type { AgreementId } from '../../core/vocabulary/index.ts'
import { approveAgreement } from '../agreements/index.ts'
import { publishNotice, type NoticePublished } from './publish-notice.ts'

/**
 * Puts an agreement's version in force and publishes the notice that names it, one after the other. Should it break off in
 * between, nothing leaves under the version until the notice is published.
 * @throws GatehouseError as `approveAgreement` does.
 */
export async function approveAndPublish(
  school: SchoolStore,
  id: AgreementId,
  version: number,
  at: Date,
): Promise<NoticePublished> {
  await approveAgreement(school, id, version, at)
  return publishNotice(school, at)
}
