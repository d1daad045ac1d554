import { GatehouseError } from '../vocabulary/index.ts'

/** The ledger or its published files do not verify, and where. Nothing is appended or published on top of that. */
export const broken = (where: string, why: string): GatehouseError =>
  new GatehouseError('ledger-broken', 'The ledger does not verify.', {
    where,
    why,
    todo: 'Stop sharing, keep everything as it is, run “gatehouse ledger verify”, and tell the data protection officer.',
  })
