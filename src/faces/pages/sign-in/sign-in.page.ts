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
import { clientAddress } from './client-address.ts'
import type { SignInView } from './sign-in.view.ts'
import { newThrottle, windowMinutes } from './throttle.ts'

const page = render<SignInView>('sign-in/sign-in.njk')

/** An address of this server and nothing else: never another host, by whatever spelling. Empty: the first page. */
const localAddress = (text: unknown): string =>
  typeof text === 'string' && /^\/(?![/\\])[\w\-./]*$/.test(text) ? text : ''

const firstPages = { school: '/today', national: '/collect' } as const

/** Pages behind a sign-in of the national side. */
const nationalPages = /^\/(collect|match|statistics-work|access)(\/|\?|$)/

/** Where somebody goes who has just signed in: an address of the other side would only refuse them. */
const onwards = (side: keyof typeof firstPages, next: string): string =>
  next !== '' && nationalPages.test(next) === (side === 'national') ? next : firstPages[side]

const field = (value: unknown): string => (typeof value === 'string' ? value : '')

export function signInRoutes(home: SessionHome): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const throttle = newThrottle()
  type Given = Pick<SignInView, 'email' | 'next' | 'error'>
  const show = (
    c: RequestContext,
    given: Given,
    status: 200 | 422 | 429 = given.error ? 422 : 200,
  ): Response => {
    rememberFormToken(c, home)
    return page(
      c,
      { title: given.error ? 'Error: Sign in' : 'Sign in', status },
      {
        ...given,
        tries: triesBeforeLock,
        minutes: lockMinutes,
        school: home.school !== null,
        national: home.national !== null,
      },
    )
  }

  app.get('/sign-in', (c) =>
    c.get('staff') || c.get('national')
      ? c.redirect('/', 303)
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
    const address = clientAddress(c)
    if (!throttle.begin(address, home.clock.now())) {
      c.header('retry-after', String(windowMinutes * 60))
      const error = `There were too many wrong tries from where you are. Wait ${windowMinutes} minutes`
      return show(c, { email, next, error }, 429)
    }
    const side = await beginSession(c, home, email, field(form['password']))
    if (side !== null) {
      throttle.forgive(address)
      return c.redirect(onwards(side, next), 303)
    }
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
