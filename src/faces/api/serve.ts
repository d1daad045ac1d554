import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import type { Hono } from 'hono'
import type { RequestEnv } from '../index.ts'
import { keepPace, usualPace, type Pace } from './pace.ts'
import { isStreamedPath } from './streamed.ts'

/** A request's head must be here within this time. Of its body `keepPace` sees to: an upload may take longer. */
export const patience: Readonly<
  Record<'requestTimeout' | 'headersTimeout' | 'connectionsCheckingInterval', number>
> = {
  requestTimeout: 0,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
}

/** How long a stop waits for answers that are under way. */
const graceMs = 5_000

/** Listens and resolves once it does, with the port it got and the way to stop: running answers are finished first. */
export function startServer(
  app: Hono<RequestEnv>,
  port: number,
  hostname?: string,
  pace: Pace = usualPace,
): Promise<{ port: number; stop: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const options = { fetch: app.fetch, port, serverOptions: patience, ...(hostname ? { hostname } : {}) }
    // Plain HTTP: no other kind of server is asked for above.
    const server = serve(options, (info) =>
      resolve({
        port: info.port,
        stop: () =>
          new Promise((done) => {
            stopWatch()
            const end = setTimeout(() => server.closeAllConnections(), graceMs)
            server.close(() => {
              clearTimeout(end)
              done()
            })
            server.closeIdleConnections()
          }),
      }),
    ) as Server
    const stopWatch = keepPace(server, isStreamedPath, pace)
    server.once('error', (error) => {
      stopWatch()
      reject(error)
    })
  })
}
