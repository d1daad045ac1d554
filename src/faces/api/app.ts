import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import type { Logger } from 'pino'
import { GatehouseError, type Actor } from '../../core/vocabulary/index.ts'
import { asCollector, type Collector } from '../../national/collect/index.ts'
import {
  isSecure,
  problemOf,
  recogniseStaff,
  schoolFor,
  type CollectorHouse,
  type Gatehouse,
  type RequestEnv,
  type SessionHome,
} from '../index.ts'
import { collectorPageRoutes, pageRoutes, problemPage } from '../pages/index.ts'
import { formTokens } from './form-tokens.ts'
import { logFiles, openToAnySite } from './log-files.ts'
import { methods } from './methods.ts'
import { keepNothing } from './keep-nothing.ts'
import { logFault, openLog, requestLog } from './request-log.ts'
import { securityHeaders } from './security-headers.ts'
import { statisticsApi } from './statistics/routes.ts'
import { isStreamed } from './streamed.ts'
import { apiRoutes, collectorApiRoutes, problemJson, returnRoutes } from './v1/index.ts'

const doorkeeper: Actor = { kind: 'job', name: 'sign-in', role: 'system' }

/** The whole of HTTP of a school, in the order a request meets it; with the collector's where this machine collects too. */
export function createApp(gatehouse: Gatehouse, log: Logger = openLog()): Hono<RequestEnv> {
  const home: SessionHome = {
    school: schoolFor(gatehouse, doorkeeper),
    national: nationalOf(gatehouse.collector),
    clock: gatehouse.clock,
    secure: isSecure(gatehouse),
  }
  const app = new Hono<RequestEnv>()
  app.use(requestLog(log))
  app.use('/log/*', openToAnySite)
  app.use('/statistics/v1/*', openToAnySite)
  fence(app, home, log)
  app.route('/log', logFiles(gatehouse.logFolder))
  if (gatehouse.collector)
    app.route('/statistics/v1', statisticsApi({ ...gatehouse, collector: gatehouse.collector }))
  takeForms(app, home, gatehouse.settings.publicUrl)
  if (gatehouse.collector) app.route('/', returnRoutes(gatehouse.collector, gatehouse.clock))
  app.route('/api/v1', apiRoutes(gatehouse))
  app.route('/', pageRoutes(gatehouse, home))
  return app
}

/** The same of a collector without a school. */
export function createCollectorApp(house: CollectorHouse, log: Logger = openLog()): Hono<RequestEnv> {
  const home: SessionHome = {
    school: null,
    national: nationalOf(house.collector),
    clock: house.clock,
    secure: isSecure(house),
  }
  const app = new Hono<RequestEnv>()
  app.use(requestLog(log))
  app.use('/statistics/v1/*', openToAnySite)
  fence(app, home, log)
  app.route('/statistics/v1', statisticsApi(house))
  takeForms(app, home, house.settings.publicUrl)
  app.route('/', returnRoutes(house.collector, house.clock))
  app.route('/api/v1', collectorApiRoutes(house))
  app.route('/', collectorPageRoutes(house, home))
  return app
}

const nationalOf = (collector: Collector | undefined): SessionHome['national'] =>
  collector ? asCollector(collector) : null

/** What every answer is bound by, and what becomes of errors. */
function fence(app: Hono<RequestEnv>, home: SessionHome, log: Logger): void {
  app.use(securityHeaders(home.secure))
  app.use(keepNothing)
  app.use(methods)
  app.get('/healthz', (c) => c.json({ ready: true }))
  app.notFound((c) => {
    const problem = problemOf(new GatehouseError('not-found', 'No page has this address.'))
    return c.req.path.startsWith('/api/') ? problemJson(c, problem) : problemPage(c, problem)
  })
  app.onError((error, c) => {
    const problem = problemOf(error)
    if (problem.status >= 500) logFault(log, c.get('incident'), error)
    return c.req.path.startsWith('/api/') ? problemJson(c, problem) : problemPage(c, problem)
  })
}

/** What a request must be before a route of pages or API sees it. */
function takeForms(app: Hono<RequestEnv>, home: SessionHome, publicUrl: string): void {
  const bounded = bodyLimit({ maxSize: 1024 * 1024 })
  app.use((c, next) => (isStreamed(c) ? next() : bounded(c, next)))
  app.use(
    csrf({
      origin: (origin, c) => [new URL(c.req.url).origin, publicUrl].includes(origin),
    }),
  )
  app.use(recogniseStaff(home))
  app.use(formTokens(home))
}
