import { createMiddleware } from 'hono/factory'
import type { RequestEnv } from '../index.ts'

/** No browser and no proxy keeps an answer, unless its route said that it may. */
export const keepNothing = createMiddleware<RequestEnv>(async (c, next) => {
  await next()
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
})
