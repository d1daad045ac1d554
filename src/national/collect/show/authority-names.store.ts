import type { Tx } from '../../../core/store/index.ts'

/** Names of the authorities that the scope reaches, by number. One that is not in the register as a source has none. */
export async function authorityNames(tx: Tx): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom('national_source')
    .select(['la_number', 'name'])
    .where('kind', '=', 'authority')
    .execute()
  return new Map(rows.map((row) => [row.la_number, row.name]))
}
