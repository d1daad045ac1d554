import { serve, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import type { RequestEnv } from '../index.ts'

/** Listens and resolves once it does, with the port it got and the way to stop: running answers are finished first. */
export function startServer(
  app: Hono<RequestEnv>,
  port: number,
  hostname?: string,
): Promise<{ port: number; stop: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({ fetch: app.fetch, port, ...(hostname ? { hostname } : {}) }, (info) =>
      resolve({
        port: info.port,
        stop: () =>
          new Promise((done) => {
            server.close(() => done())
            if ('closeIdleConnections' in server) server.closeIdleConnections()
          }),
      }),
    )
    server.once('error', reject)
  })
}
