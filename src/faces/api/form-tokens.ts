import { createMiddleware } from 'hono/factory'
import { checkFormToken, type RequestEnv, type SessionHome } from '../index.ts'

/**
 * Every form that is sent must carry its token, so no route can forget to look. Left out: the API, which takes JSON only
 * (another site can't send that with somebody's cookie), and the one-time download, whose address is itself the secret.
 */
export const formTokens = (home: SessionHome) =>
  createMiddleware<RequestEnv>(async (c, next) => {
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (!reads && !c.req.path.startsWith('/api/') && !c.req.path.startsWith('/d/')) {
      const form = await c.req.parseBody()
      checkFormToken(c, home, form['_csrf'])
    }
    await next()
  })
