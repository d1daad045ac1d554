import { createMiddleware } from 'hono/factory'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { problemOf, type RequestEnv } from '../../index.ts'
import { problemJson } from './problem-json.ts'

/** Lets a request through that has a session of the national side; the domain decides the rest by its scope and role. */
export const nationalApiGuard = createMiddleware<RequestEnv>(async (c, next) => {
  const national = c.get('national')
  if (!national) {
    const problem = problemOf(
      new GatehouseError(
        'not-allowed',
        'This needs the session of a sender, a local authority or the collector.',
      ),
    )
    return problemJson(c, { ...problem, status: 401, title: 'Sign in first' })
  }
  if (national.mustChoosePassword) {
    throw new GatehouseError('not-allowed', 'This account has a one-time password.', {
      todo: 'Sign in on the pages and choose a password first.',
    })
  }
  return next()
})
