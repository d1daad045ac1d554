import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { checkFormToken, type RequestContext, type RequestEnv, type SessionHome } from '../index.ts'
import { isStreamed } from './streamed.ts'

/**
 * Every form that is sent must carry its token, so no route can forget to look. Left out: the API, which takes JSON only
 * (another site can't send that with somebody's cookie), the one-time download, whose address is itself the secret, and what
 * is streamed: its route looks at the token as it comes in.
 */
export const formTokens = (home: SessionHome) =>
  createMiddleware<RequestEnv>(async (c, next) => {
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD'
    if (!reads && !isStreamed(c) && !c.req.path.startsWith('/api/') && !c.req.path.startsWith('/d/')) {
      const form = await readForm(c)
      checkFormToken(c, home, form['_csrf'])
      if (Object.values(form).some(holdsNul)) throw unwritable()
    }
    await next()
  })

/** Routes get the same form again from the request, which keeps what it read. */
async function readForm(c: RequestContext): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await c.req.parseBody()
  } catch {
    throw new HTTPException(400)
  }
}

// PostgreSQL keeps no NUL in text; nobody types one.
const holdsNul = (value: unknown): boolean => typeof value === 'string' && value.includes('\0')

const unwritable = (): GatehouseError =>
  new GatehouseError('bad-input', 'The form holds a character that can’t be stored.', {
    todo: 'Type the text again instead of pasting it.',
  })
