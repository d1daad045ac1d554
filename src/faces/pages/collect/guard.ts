import { createMiddleware } from 'hono/factory'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { RequestEnv } from '../../index.ts'

/** Lets people of the national side through. What each may see and do there, the domain decides by their scope and role. */
export const nationalGuard = createMiddleware<RequestEnv>(async (c, next) => {
  const national = c.get('national')
  if (!national) {
    if (c.get('staff'))
      throw new GatehouseError('not-allowed', 'These pages are for the collection of returns.', {
        todo: 'Sign out, and sign in with an account of a sender, a local authority or the collector.',
      })
    const back = c.req.method === 'GET' ? `?next=${encodeURIComponent(c.req.path)}` : ''
    return c.redirect(`/sign-in${back}`, 303)
  }
  if (national.mustChoosePassword) return c.redirect('/password', 303)
  return next()
})
