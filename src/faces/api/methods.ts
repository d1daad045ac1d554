import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import type { RequestEnv } from '../index.ts'

const known = ['GET', 'HEAD', 'POST']

/** Nothing here answers to another method, so no route has to think of one. */
export const methods = createMiddleware<RequestEnv>(async (c, next) => {
  if (!known.includes(c.req.method)) {
    c.header('allow', known.join(', '))
    throw new HTTPException(405)
  }
  await next()
})
