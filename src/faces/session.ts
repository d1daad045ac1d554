import { randomBytes, timingSafeEqual } from 'node:crypto'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import type { SchoolStore } from '../core/store/index.ts'
import { GatehouseError, type Clock } from '../core/vocabulary/index.ts'
import type { RequestContext, RequestEnv } from './request.ts'
import { schoolName, signedInWith, signIn, signOut } from './staff-account.store.ts'

/** Where sessions are kept, and whether people come by https. */
export interface SessionHome {
  readonly school: SchoolStore
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
    const staff = token ? await signedInWith(home.school, token, home.clock.now()) : null
    c.set('staff', staff)
    c.set('schoolName', await schoolName(home.school))
    const given = getCookie(c, formCookie(home))
    c.set('formToken', staff?.csrf ?? given ?? randomBytes(24).toString('base64url'))
    await next()
  })

/** Sets the cookie that a form shown to somebody not signed in will be checked against. */
export function rememberFormToken(c: RequestContext, home: SessionHome): void {
  if (!c.get('staff')) setCookie(c, formCookie(home), c.get('formToken'), options(home))
}

/**
 * Refuses a form that doesn't carry the token of this session (or, before sign-in, of the form cookie).
 * @throws GatehouseError `not-allowed`
 */
export function checkFormToken(c: RequestContext, home: SessionHome, given: unknown): void {
  const expected = c.get('staff')?.csrf ?? getCookie(c, formCookie(home)) ?? ''
  const a = Buffer.from(expected)
  const b = Buffer.from(typeof given === 'string' ? given : '')
  if (a.length === 0 || a.length !== b.length || !timingSafeEqual(a, b)) {
    throw new GatehouseError('not-allowed', 'This form was not accepted.', {
      why: 'It was opened before you signed in, or long ago, or it came from somewhere else.',
      todo: 'Go back, load the page again and send it once more.',
    })
  }
}

/** Begins a session when address and password match, and ends the one that this browser had; returns whether they did. */
export async function beginSession(
  c: RequestContext,
  home: SessionHome,
  email: string,
  password: string,
): Promise<boolean> {
  const token = await signIn(home.school, email, password, home.clock.now())
  if (token === null) return false
  const before = getCookie(c, sessionCookie(home))
  if (before) await signOut(home.school, before)
  setCookie(c, sessionCookie(home), token, options(home))
  deleteCookie(c, formCookie(home), { path: '/', secure: home.secure })
  return true
}

export async function endSession(c: RequestContext, home: SessionHome): Promise<void> {
  const token = getCookie(c, sessionCookie(home))
  if (token) await signOut(home.school, token)
  deleteCookie(c, sessionCookie(home), { path: '/', secure: home.secure })
}
