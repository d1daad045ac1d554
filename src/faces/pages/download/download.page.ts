import { Hono } from 'hono'
import { GatehouseError, type Actor, type Clock } from '../../../core/vocabulary/index.ts'
import { beginDownload, isDownloadOpen, type Download } from '../../../school/deliver/index.ts'
import { schoolFor, type Gatehouse, type RequestEnv } from '../../index.ts'
import { render } from '../frame/render.ts'
import type { DownloadView } from './download.view.ts'

const page = render<DownloadView>('download/download.njk')

/** Whoever holds the link: its token is the secret. */
const recipient: Actor = { kind: 'job', name: 'one-time download', role: 'system' }
const tokenForm = /^[A-Za-z0-9_-]{43}$/

const gone = (): GatehouseError =>
  new GatehouseError('not-found', 'There is no file here any more.', {
    why: 'The link was used, has run out, or never existed.',
    todo: 'Ask the school for a new one.',
  })

/**
 * Public on purpose: a recipient has no account. Opening the link shows a button and takes nothing, for mail scanners open
 * every link they see; pressing it takes the file, once.
 */
export function downloadRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const school = schoolFor(gatehouse, recipient)

  app.get('/d/:token', async (c) => {
    const token = c.req.param('token')
    if (!tokenForm.test(token) || !(await isDownloadOpen(school, token, gatehouse.clock.now()))) throw gone()
    return page(c, { title: 'A file for you' }, { token })
  })

  app.post('/d/:token', async (c) => {
    const token = c.req.param('token')
    if (!tokenForm.test(token)) throw gone()
    const download = await beginDownload(school, token, gatehouse.clock.now())
    const { payload } = download
    return c.body(handedOver(download, gatehouse.clock), 200, {
      'content-length': String(payload.body.length),
      'content-type': payload.mediaType,
      'content-disposition': `attachment; filename="${payload.fileName.replaceAll(/[^\w.-]/g, '_')}"`,
      'cache-control': 'no-store',
    })
  })

  return app
}

const pieceSize = 64 * 1024

/** The bytes, piece by piece as they are taken; the link is used up only when the last one was. */
function handedOver(download: Download, clock: Clock): ReadableStream<Uint8Array> {
  const { body } = download.payload
  let at = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at < body.length) {
          controller.enqueue(new Uint8Array(body.subarray(at, (at += pieceSize))))
          return
        }
        await download.fetched(clock.now())
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}
