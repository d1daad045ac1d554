import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import { pino, type Logger } from 'pino'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { NationalSignedIn, RequestContext, RequestEnv } from '../index.ts'

/**
 * The server's log: one JSON line a request, with the route's pattern and never its address, for an address may carry an
 * internal id or a download's token. Redaction is a second fence, should anybody hand it more than it asks for.
 */
export const openLog = (destination?: NodeJS.WritableStream): Logger => {
  const options = {
    base: null,
    level: process.env['LOG_LEVEL'] ?? 'info',
    redact: {
      paths: [
        'req',
        'res',
        'headers',
        'cookie',
        'authorization',
        'url',
        'query',
        'body',
        'email',
        'name',
        '*.email',
        '*.name',
      ],
      remove: true,
    },
  }
  return destination ? pino(options, destination) : pino(options)
}

export const requestLog = (log: Logger) =>
  createMiddleware<RequestEnv>(async (c, next) => {
    const started = performance.now()
    c.set('incident', crypto.randomUUID())
    await next()
    log.info(
      {
        incident: c.get('incident'),
        method: c.req.method,
        route: routePath(c, -1),
        status: c.res.status,
        ms: Math.round(performance.now() - started),
        role: roleOf(c),
      },
      'request',
    )
  })

// A request that was refused before anybody was recognised has neither.
const roleOf = (c: RequestContext): string =>
  (c.get('staff') as { role: string } | null | undefined)?.role ??
  (c.get('national') as NationalSignedIn | null | undefined)?.person.actor.role ??
  'nobody'

/**
 * A fault's line in the log: its kind and where it was thrown, never its message, which may hold what somebody typed.
 * An expected failure's message is written by us and says more.
 */
export function logFault(log: Logger, incident: string, error: Error): void {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const ours =
    error instanceof GatehouseError ? { code: error.code, what: error.message, where: error.where } : {}
  log.error({ incident, kind: error.constructor.name, ...ours, stack: frames.slice(0, 12) }, 'fault')
}
