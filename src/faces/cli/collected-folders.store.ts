import type { ToldFolder, Tx } from '../../core/store/index.ts'

/**
 * Where what a collector received lies: every return that stands in the store, with its tables once it is loaded. Of one that waits
 * for validation its bytes are enough, wherever they lie: restored in its place it is loaded again.
 */
export async function collectedFolders(tx: Tx): Promise<readonly ToldFolder[]> {
  const rows = await tx
    .selectFrom('collected_return')
    .select(['id', 'collection', 'year', 'term', 'state'])
    .orderBy('id')
    .execute()
  const received = rows.map(({ id, collection, year, term, state }) => ({
    path: `collected/${collection}/${String(year)}/${term}/${id}`,
    meanwhile: `collected/.incoming/${id}`,
    only: state === 'waiting-for-validation' ? 'received.age' : null,
  }))
  return [...received, ...(await matchFolders(tx)), ...(await nationalFolders(tx))]
}

/** What the matching’s runs wrote: files are added and never changed, so those that a run lists are there. */
async function matchFolders(tx: Tx): Promise<readonly ToldFolder[]> {
  const last = await tx
    .selectFrom('match_run')
    .select('model')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!last) return []
  return ['match/state', ...(last.model > 0 ? ['match/models'] : [])].map((path) => ({
    path,
    meanwhile: path,
    only: null,
  }))
}

/** The holdings and published statistics, where there are any: versions are added whole and never changed. */
async function nationalFolders(tx: Tx): Promise<readonly ToldFolder[]> {
  const edition = await tx.selectFrom('holdings_edition').select('number').limit(1).executeTakeFirst()
  const version = await tx.selectFrom('statistic_version').select('id').limit(1).executeTakeFirst()
  return [...(edition ? ['holdings', 'identities'] : []), ...(version ? ['statistics/versions'] : [])].map(
    (path) => ({
      path,
      meanwhile: path,
      only: null,
    }),
  )
}
