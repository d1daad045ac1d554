import { join } from 'node:path'
import type { NationalStore, SchoolStore } from '../store/index.ts'
import { GatehouseError, isUrn, type Urn } from '../vocabulary/index.ts'
import { beginLedgerOf, originOf } from './append.store.ts'
import { createOrLoadKeys } from './keys.ts'
import { openLedger, type Ledger } from './ledger.ts'

const keeper = '000000'
if (!isUrn(keeper)) throw new GatehouseError('misconfigured', 'The department’s ledger has no number.')

/** Under which the department's own ledger is kept; no school has this number (migration 0033). */
export const departmentLedger: Urn = keeper

/** The department's ledger: `appendEntry(tx, departmentLedger, …)` appends to it in a transaction of the collector's scope. */
export type DepartmentLedger = Ledger

/**
 * Opens the department's ledger, and begins it on first use. Its keys and its public files lie apart from any school's.
 * @throws GatehouseError `misconfigured`
 */
export async function openDepartmentLedger(
  national: NationalStore,
  where: { readonly home: string; readonly domain: string },
): Promise<DepartmentLedger> {
  const origin = originOf(where.domain)
  await national.write((tx) => beginLedgerOf(tx, departmentLedger, origin))
  const door: SchoolStore = {
    urn: departmentLedger,
    actor: { kind: 'job', name: 'department', role: 'system' },
    read: (work) => national.read(work),
    write: (work) => national.write(work),
  }
  const keys = createOrLoadKeys(join(where.home, 'keys', 'department'), origin)
  return openLedger({ school: door, origin, keys, folder: join(where.home, 'access', 'log') })
}
