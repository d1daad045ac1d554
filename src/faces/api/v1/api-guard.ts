import { createMiddleware } from 'hono/factory'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { allowed, may, problemOf, type Act, type RequestEnv } from '../../index.ts'
import { problemJson } from './problem-json.ts'

/** Lets a request through whose session may do this: 401 without a session, 403 with the roles that may. */
export const apiGuard = (act: Act) =>
  createMiddleware<RequestEnv>(async (c, next) => {
    const staff = c.get('staff')
    if (!staff) {
      const problem = problemOf(
        new GatehouseError('not-allowed', 'This needs the session of a signed-in member of staff.'),
      )
      return problemJson(c, { ...problem, status: 401, title: 'Sign in first' })
    }
    if (staff.mustChoosePassword) {
      throw new GatehouseError('not-allowed', 'This account has a one-time password.', {
        todo: 'Sign in on the pages and choose a password first.',
      })
    }
    if (!may(staff.role, act)) {
      throw new GatehouseError('not-allowed', 'This role does not cover it.', {
        why: `It is for: ${allowed[act].join(', ')}.`,
      })
    }
    return next()
  })
