import { randomBytes, timingSafeEqual } from 'node:crypto'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import type { NationalStore, SchoolStore } from '../core/store/index.ts'
import { GatehouseError, type Clock } from '../core/vocabulary/index.ts'
import { nationalSignedInWith, signInNational, signOutNational } from './national-account.store.ts'
import type { RequestContext, RequestEnv } from './request.ts'
import { schoolName, signedInWith, signIn, signOut } from './staff-account.store.ts'

/**
 * Where sessions are kept, and whether people come by https. A server is a school's, a collector's, or both: staff of the
 * school and people of the national side sign in on the same form, and each has the session of their own side.
 */
export interface SessionHome {
  /** Null: a collector's server, without a school. */
  readonly school: SchoolStore | null
  /** In the collector's own view; null: a school's server, without a collector. */
  readonly national: NationalStore | null
  readonly clock: Clock
  readonly secure: boolean
}

// The __Host- prefix makes browsers refuse the cookie from another path, from a subdomain or over plain http.
const sessionCookie = (home: SessionHome): string =>
  home.secure ? '__Host-gatehouse-session' : 'gatehouse-session'
const formCookie = (home: SessionHome): string => (home.secure ? '__Host-gatehouse-form' : 'gatehouse-form')

const options = (home: SessionHome) =>
  ({ httpOnly: true, sameSite: 'Lax', secure: home.secure, path: '/' }) as const

/** Learns who is signed in, and gives the answer's forms their token. Before sign-in the token is a cookie of its own. */
export const recogniseStaff = (home: SessionHome) =>
  createMiddleware<RequestEnv>(async (c, next) => {
    const token = getCookie(c, sessionCookie(home))
    const now = home.clock.now()
    const staff = token && home.school ? await signedInWith(home.school, token, now) : null
    const national =
      token && home.national && !staff ? await nationalSignedInWith(home.national, token, now) : null
    c.set('staff', staff)
    c.set('national', national)
    c.set('schoolName', home.school ? await schoolName(home.school) : '')
    const given = getCookie(c, formCookie(home))
    c.set('formToken', staff?.csrf ?? national?.csrf ?? given ?? randomBytes(24).toString('base64url'))
    await next()
  })

/** Sets the cookie that a form shown to somebody not signed in will be checked against. */
export function rememberFormToken(c: RequestContext, home: SessionHome): void {
  if (!c.get('staff') && !c.get('national')) setCookie(c, formCookie(home), c.get('formToken'), options(home))
}

/**
 * Refuses a form that doesn't carry the token of this session (or, before sign-in, of the form cookie).
 * @throws GatehouseError `not-allowed`
 */
export function checkFormToken(c: RequestContext, home: SessionHome, given: unknown): void {
  const expected = c.get('staff')?.csrf ?? c.get('national')?.csrf ?? getCookie(c, formCookie(home)) ?? ''
  const a = Buffer.from(expected)
  const b = Buffer.from(typeof given === 'string' ? given : '')
  if (a.length === 0 || a.length !== b.length || !timingSafeEqual(a, b)) {
    throw new GatehouseError('not-allowed', 'This form was not accepted.', {
      why: 'It was opened before you signed in, or long ago, or it came from somewhere else.',
      todo: 'Go back, load the page again and send it once more.',
    })
  }
}

/**
 * Begins a session when address and password match, and ends the one that this browser had; returns on which side, or null.
 * An address with accounts on both sides and one password is the school's.
 */
export async function beginSession(
  c: RequestContext,
  home: SessionHome,
  email: string,
  password: string,
): Promise<'school' | 'national' | null> {
  const now = home.clock.now()
  const asStaff = home.school ? await signIn(home.school, email, password, now) : null
  const asNational =
    home.national && asStaff === null ? await signInNational(home.national, email, password, now) : null
  const token = asStaff ?? asNational
  if (token === null) return null
  await forget(home, getCookie(c, sessionCookie(home)))
  setCookie(c, sessionCookie(home), token, options(home))
  deleteCookie(c, formCookie(home), { path: '/', secure: home.secure })
  return asStaff === null ? 'national' : 'school'
}

async function forget(home: SessionHome, token: string | undefined): Promise<void> {
  if (!token) return
  if (home.school) await signOut(home.school, token)
  if (home.national) await signOutNational(home.national, token)
}

export async function endSession(c: RequestContext, home: SessionHome): Promise<void> {
  await forget(home, getCookie(c, sessionCookie(home)))
  deleteCookie(c, sessionCookie(home), { path: '/', secure: home.secure })
}
