import type { Tx } from '../core/store/index.ts'
import type { AgreementId } from '../core/vocabulary/index.ts'
import { releasedFromRow, releasesWithDelivery, type Released } from '../school/release/index.ts'

/** What left under an agreement for one request: its file, or one for each destination, in the ledger's order; none stopped. */
export async function releasesFor(
  tx: Tx,
  agreementId: AgreementId,
  requestKey: string,
): Promise<readonly Released[]> {
  const rows = await releasesWithDelivery(tx)
    .selectAll('release')
    .where('delivery.state', '!=', 'cancelled')
    .where('agreement_id', '=', agreementId)
    .where((e) => e.or([e('request_key', '=', requestKey), e('request_key', 'like', `${requestKey}/%`)]))
    .orderBy('release.ledger_index')
    .execute()
  return rows.map(releasedFromRow)
}
