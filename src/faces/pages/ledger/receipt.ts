import { GatehouseError } from '../../../core/vocabulary/index.ts'

/** The index in an address. @throws GatehouseError `not-found` when it is no number. */
export function entryIndex(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new GatehouseError('not-found', 'There is no such entry.')
  return Number(text)
}

export const receiptHeaders = (index: number): Record<string, string> => ({
  'content-type': 'text/plain; charset=utf-8',
  'content-disposition': `attachment; filename="gatehouse-entry-${index}.tlog-proof"`,
  'cache-control': 'no-store',
})
