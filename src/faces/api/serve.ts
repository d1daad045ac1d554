import { serve, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import type { RequestEnv } from '../index.ts'

/** A request must be here within this time, its head sooner: who sends a byte now and then holds no connection for long. */
export const patience: Readonly<
  Record<'requestTimeout' | 'headersTimeout' | 'connectionsCheckingInterval', number>
> = {
  requestTimeout: 30_000,
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
): Promise<{ port: number; stop: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const options = { fetch: app.fetch, port, serverOptions: patience, ...(hostname ? { hostname } : {}) }
    const server: ServerType = serve(options, (info) =>
      resolve({
        port: info.port,
        stop: () =>
          new Promise((done) => {
            const http = 'closeAllConnections' in server ? server : undefined
            const end = setTimeout(() => http?.closeAllConnections(), graceMs)
            server.close(() => {
              clearTimeout(end)
              done()
            })
            http?.closeIdleConnections()
          }),
      }),
    )
    server.once('error', reject)
  })
}
