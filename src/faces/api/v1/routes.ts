import { OpenAPIHono } from '@hono/zod-openapi'
import type { Gatehouse, RequestEnv } from '../../index.ts'

export function apiRoutes(_gatehouse: Gatehouse): OpenAPIHono<RequestEnv> {
  const app = new OpenAPIHono<RequestEnv>()
  app.doc31('/openapi.json', { openapi: '3.1.0', info: { title: 'Gatehouse', version: '1' } })
  return app
}
