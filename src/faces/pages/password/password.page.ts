import { Hono } from 'hono'
import {
  beginSession,
  chooseNationalPassword,
  chooseOwnPassword,
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
    const national = c.get('national')
    const must = (c.get('staff') ?? national)?.mustChoosePassword ?? false
    const first = national ? { href: '/collect', text: 'Home' } : { href: '/today', text: 'Today' }
    const ask = asking(nothingSent, faults)
    return showForm(c, { title: 'Choose a password', section: 'account' }, faults, {
      back: must && !national ? { href: '/notice', text: 'What this school shares' } : first,
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
  app.get('/password', (c) =>
    c.get('staff') || c.get('national') ? show(c, []) : c.redirect('/sign-in?next=/password', 303),
  )
  app.post('/password', async (c) => {
    const form = await c.req.parseBody()
    const next = field(form['next'])
    const given = { present: field(form['present']), next }
    const [staff, national] = [c.get('staff'), c.get('national')]
    const chosen =
      staff && home.school
        ? await chooseOwnPassword(home.school, staff.accountId, given)
        : national && home.national
          ? await chooseNationalPassword(home.national, national.email, given)
          : null
    if (!chosen) return c.redirect('/sign-in', 303)
    if (!chosen.ok) return show(c, [chosen.error])
    await beginSession(c, home, chosen.value, next)
    return c.redirect(staff ? '/today?done=password-changed' : '/collect?done=password-changed', 303)
  })
  return app
}
