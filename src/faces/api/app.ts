import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import type { Logger } from 'pino'
import { GatehouseError, type Actor } from '../../core/vocabulary/index.ts'
import { isSecure, problemOf, recogniseStaff, schoolFor, type Gatehouse, type RequestEnv } from '../index.ts'
import { pageRoutes, problemPage } from '../pages/index.ts'
import { formTokens } from './form-tokens.ts'
import { logFiles, openToAnySite } from './log-files.ts'
import { methods } from './methods.ts'
import { keepNothing } from './keep-nothing.ts'
import { logFault, openLog, requestLog } from './request-log.ts'
import { securityHeaders } from './security-headers.ts'
import { apiRoutes, problemJson } from './v1/index.ts'

const doorkeeper: Actor = { kind: 'job', name: 'sign-in', role: 'system' }

/** The whole of HTTP, in the order a request meets it. */
export function createApp(gatehouse: Gatehouse, log: Logger = openLog()): Hono<RequestEnv> {
  const home = {
    school: schoolFor(gatehouse, doorkeeper),
    clock: gatehouse.clock,
    secure: isSecure(gatehouse),
  }
  const app = new Hono<RequestEnv>()

  app.use(requestLog(log))
  app.use('/log/*', openToAnySite)
  app.use(securityHeaders(home.secure))
  app.use(keepNothing)
  app.use(methods)
  app.get('/healthz', (c) => c.json({ ready: true }))
  app.route('/log', logFiles(gatehouse.logFolder))

  app.use(bodyLimit({ maxSize: 1024 * 1024 }))
  app.use(
    csrf({
      origin: (origin, c) => [new URL(c.req.url).origin, gatehouse.settings.publicUrl].includes(origin),
    }),
  )
  app.use(recogniseStaff(home))
  app.use(formTokens(home))
  app.route('/api/v1', apiRoutes(gatehouse))
  app.route('/', pageRoutes(gatehouse, home))

  app.notFound((c) => {
    const problem = problemOf(new GatehouseError('not-found', 'No page has this address.'))
    return c.req.path.startsWith('/api/') ? problemJson(c, problem) : problemPage(c, problem)
  })
  app.onError((error, c) => {
    const problem = problemOf(error)
    if (problem.status >= 500) logFault(log, c.get('incident'), error)
    return c.req.path.startsWith('/api/') ? problemJson(c, problem) : problemPage(c, problem)
  })
  return app
}
