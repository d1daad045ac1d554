import { Hono } from 'hono'
import {
  beginSession,
  chooseOwnPassword,
  signedIn,
  type RequestContext,
  type RequestEnv,
  type SessionHome,
} from '../../index.ts'
import { asking, nothingSent, showForm, type Faults } from '../form/form.ts'

const field = (value: unknown): string => (typeof value === 'string' ? value : '')

/** One's own password. No act guards it: everybody signed in may, and whoever has a one-time password must. */
export function passwordRoutes(home: SessionHome): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const show = (c: RequestContext, faults: Faults): Response => {
    const must = signedIn(c).mustChoosePassword
    const ask = asking(nothingSent, faults)
    return showForm(c, { title: 'Choose a password', section: 'account' }, faults, {
      back: must ? { href: '/notice', text: 'What this school shares' } : { href: '/today', text: 'Today' },
      caption: '',
      heading: must ? 'Choose a password of your own' : 'Change your password',
      intro: [
        ...(must ? ['You signed in with a one-time password. Before anything else, choose your own.'] : []),
        'It needs at least 12 characters. Three words that don’t belong together are easy to keep and hard to guess.',
      ],
      fields: [
        ask.secret('present', must ? 'One-time password' : 'Present password'),
        ask.secret('next', 'New password'),
      ],
      action: '/password',
      button: 'Change the password',
    })
  }
  app.get('/password', (c) => (c.get('staff') ? show(c, []) : c.redirect('/sign-in?next=/password', 303)))
  app.post('/password', async (c) => {
    if (!c.get('staff')) return c.redirect('/sign-in', 303)
    const form = await c.req.parseBody()
    const next = field(form['next'])
    const given = { present: field(form['present']), next }
    const chosen = await chooseOwnPassword(home.school, signedIn(c).accountId, given)
    if (!chosen.ok) return show(c, [chosen.error])
    await beginSession(c, home, chosen.value, next)
    return c.redirect('/today?done=password-changed', 303)
  })
  return app
}
