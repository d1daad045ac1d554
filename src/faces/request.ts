import type { Context } from 'hono'
import { GatehouseError, type Actor } from '../core/vocabulary/index.ts'
import type { NationalSignedIn } from './national-account.store.ts'
import type { SignedIn } from './staff-account.store.ts'

/** What the server has put beside a request by the time a route sees it. */
export interface RequestEnv {
  Variables: {
    staff: SignedIn | null
    /** Somebody of the national side; never together with `staff`. */
    national: NationalSignedIn | null
    schoolName: string
    /** The token that every form of this answer must carry. */
    formToken: string
    /** Named in the log and on a fault's page, so that one finds the other. */
    incident: string
  }
}

export type RequestContext = Context<RequestEnv>

/** The person behind this request. A route calls it only behind a guard. */
export function signedIn(c: RequestContext): SignedIn {
  const staff = c.get('staff')
  if (!staff) throw new GatehouseError('not-allowed', 'Sign in first.')
  return staff
}

/** The person of the national side behind this request. A route calls it only behind a guard. */
export function nationalSignedIn(c: RequestContext): NationalSignedIn {
  const national = c.get('national')
  if (!national) throw new GatehouseError('not-allowed', 'Sign in first.')
  return national
}

export const actorOf = (staff: SignedIn): Actor => ({ kind: 'staff', name: staff.name, role: staff.role })
