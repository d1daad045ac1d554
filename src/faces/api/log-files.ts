import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Hono, type MiddlewareHandler } from 'hono'
import type { RequestEnv } from '../index.ts'

// c2sp.org/tlog-tiles: `tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]`, L from 0 to 63, N in groups of three digits
// of which all but the last begin with x, W from 1 to 255. Nothing else is ever looked for, so no path can climb out.
const number = String.raw`(?:x\d{3}/)*\d{3}`
const width = String.raw`(?:\.p/(?:[1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))?`
const tile = new RegExp(`^tile/(?:entries|[0-9]|[1-5][0-9]|6[0-3])/${number}${width}$`)

/** Type and caching of one of the log's files by the tlog-tiles specification; undefined for what is no such file. */
export function logFile(path: string): { type: string; caching: string } | undefined {
  if (path === 'checkpoint') return { type: 'text/plain; charset=utf-8', caching: 'public, max-age=2' }
  // Not of tlog-tiles: the log's public keys as a tlog-policy, where a verifier looks that was handed none.
  if (path === 'policy') return { type: 'text/plain; charset=utf-8', caching: 'public, max-age=300' }
  if (!tile.test(path)) return undefined
  return { type: 'application/octet-stream', caching: 'public, max-age=31536000, immutable' }
}

/** The log's own folder over HTTP. It holds no personal data and anyone may read it, from any site. */
export function logFiles(folder: string): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/*', async (c) => {
    const path = c.req.path.slice('/log/'.length)
    const known = logFile(path)
    const bytes = known ? await readFile(join(folder, path)).catch(ifMissing) : undefined
    if (!known || !bytes) {
      return c.text('The log has no such file.\n', 404, { 'cache-control': 'no-store' })
    }
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': known.type,
      'cache-control': known.caching,
      'access-control-allow-origin': '*',
    })
  })
  return app
}

/** The security headers keep other sites off; the log is for everybody. Comes before them, so as to have the last word. */
export const openToAnySite: MiddlewareHandler = async (c, next) => {
  await next()
  c.res.headers.set('cross-origin-resource-policy', 'cross-origin')
}

/** A file that can't be read is a fault and no answer: “no such file” would convict a good log. */
function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return undefined
  throw error
}
