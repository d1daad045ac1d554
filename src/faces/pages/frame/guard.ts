import { createMiddleware } from 'hono/factory'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { allowed, may, roleNames, type Act, type RequestEnv } from '../../index.ts'
import { list } from '../words/numbers.ts'

/** Lets a person through who may do this; sends anybody not signed in to the sign-in page, and tells the others why not. */
export const guard = (act: Act) =>
  createMiddleware<RequestEnv>(async (c, next) => {
    const staff = c.get('staff')
    if (!staff) {
      const back = c.req.method === 'GET' ? `?next=${encodeURIComponent(c.req.path)}` : ''
      return c.redirect(`/sign-in${back}`, 303)
    }
    if (staff.mustChoosePassword) return c.redirect('/password', 303)
    if (!may(staff.role, act)) {
      const roles = allowed[act].map((role) => roleNames[role].toLowerCase())
      throw new GatehouseError('not-allowed', 'Your role does not cover this.', {
        why: `It is for: ${list(roles)}.`,
        todo: 'Ask one of them, or ask for another role.',
      })
    }
    return next()
  })
