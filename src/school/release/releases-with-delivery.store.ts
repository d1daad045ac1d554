import type { Tx } from '../../core/store/index.ts'

/** Every release beside its delivery. One whose delivery is `cancelled` was stopped before it left and counts as not made. */
export const releasesWithDelivery = (tx: Tx) =>
  tx
    .selectFrom('release')
    .innerJoin('delivery', (join) =>
      join
        .onRef('delivery.school_urn', '=', 'release.school_urn')
        .onRef('delivery.release_id', '=', 'release.id'),
    )
