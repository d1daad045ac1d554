import { Hono } from 'hono'
import {
  beginSession,
  checkFormToken,
  endSession,
  lockMinutes,
  rememberFormToken,
  triesBeforeLock,
  type RequestContext,
  type RequestEnv,
  type SessionHome,
} from '../../index.ts'
import { render } from '../frame/render.ts'
import type { SignInView } from './sign-in.view.ts'

const page = render<SignInView>('sign-in/sign-in.njk')

/** An address of this server and nothing else: never another host, by whatever spelling. */
const localAddress = (text: unknown): string =>
  typeof text === 'string' && /^\/(?![/\\])[\w\-./]*$/.test(text) ? text : '/today'

const field = (value: unknown): string => (typeof value === 'string' ? value : '')

export function signInRoutes(home: SessionHome): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const show = (c: RequestContext, given: Pick<SignInView, 'email' | 'next' | 'error'>): Response => {
    rememberFormToken(c, home)
    return page(
      c,
      { title: given.error ? 'Error: Sign in' : 'Sign in', status: given.error ? 422 : 200 },
      { ...given, tries: triesBeforeLock, minutes: lockMinutes },
    )
  }

  app.get('/sign-in', (c) =>
    c.get('staff')
      ? c.redirect('/today', 303)
      : show(c, { email: '', next: localAddress(c.req.query('next')), error: null }),
  )

  app.post('/sign-in', async (c) => {
    const form = await c.req.parseBody()
    checkFormToken(c, home, form['_csrf'])
    const email = field(form['email'])
    const next = localAddress(form['next'])
    if (email.trim() === '' || field(form['password']) === '') {
      return show(c, { email, next, error: 'Enter your e-mail address and your password' })
    }
    if (await beginSession(c, home, email, field(form['password']))) return c.redirect(next, 303)
    return show(c, {
      email,
      next,
      error: 'That address and password don’t go together, or the account is resting',
    })
  })

  app.post('/sign-out', async (c) => {
    await endSession(c, home)
    return c.redirect('/sign-in', 303)
  })

  return app
}
