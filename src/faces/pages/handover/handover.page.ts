import { Hono } from 'hono'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  confirmDelivery,
  makeDownloadLink,
  readCopySheet,
  retryDelivery,
  takeCopySheet,
} from '../../../school/deliver/index.ts'
import {
  actorOf,
  doorFor,
  may,
  schoolFor,
  signedIn,
  type Gatehouse,
  type RequestContext,
  type RequestEnv,
} from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { releaseById } from '../picture/releases.store.ts'
import type { LinkView, SheetView } from './handover.view.ts'

const linkPage = render<LinkView>('handover/link.njk')
const sheetPage = render<SheetView>('handover/sheet.njk')

const notStuck = (): GatehouseError =>
  new GatehouseError('conflict', 'This file is not stuck any more.', {
    why: 'It was sent meanwhile, or somebody else saw to it first.',
  })

/** Handing over what Gatehouse does not push itself: a link for a download, a sheet to copy from; and another try of what it does. */
export function handoverRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  const schoolOf = (c: RequestContext) => schoolFor(gatehouse, actorOf(signedIn(c)))
  const releaseOf = (c: RequestContext, id: string) =>
    schoolOf(c).read((tx) => releaseById(tx, id, may(signedIn(c).role, 'see-restricted')))

  app.post('/releases/:id/link', guard('release'), async (c) => {
    const release = await releaseOf(c, c.req.param('id'))
    const token = await makeDownloadLink(schoolOf(c), release.id, gatehouse.clock.now())
    return linkPage(
      c,
      { title: 'Link for the recipient', section: 'recipients' },
      { agreementId: release.agreementId, address: `${gatehouse.settings.publicUrl}/d/${token}` },
    )
  })

  // Shown as often as needed until somebody says that it is entered: a browser that closes loses nothing.
  app.post('/releases/:id/sheet', guard('release'), async (c) => {
    const release = await releaseOf(c, c.req.param('id'))
    const { payload, header, rows } = await readCopySheet(schoolOf(c), release.id)
    return sheetPage(
      c,
      { title: 'Sheet to copy from', section: 'recipients' },
      {
        agreementId: release.agreementId,
        releaseId: release.id,
        fileName: payload.fileName,
        header,
        rows,
      },
    )
  })

  app.post('/releases/:id/entered', guard('release'), async (c) => {
    const release = await releaseOf(c, c.req.param('id'))
    await takeCopySheet(schoolOf(c), release.id, gatehouse.clock.now())
    return c.redirect(`/agreements/${release.agreementId}?done=entered`, 303)
  })

  app.post('/releases/:id/retry', guard('release'), async (c) => {
    const release = await releaseOf(c, c.req.param('id'))
    const door = doorFor(gatehouse, actorOf(signedIn(c)))
    if (!(await retryDelivery(door, release.id, gatehouse.clock.now()))) throw notStuck()
    return c.redirect(`/agreements/${release.agreementId}?done=retried`, 303)
  })

  app.post('/releases/:id/arrived', guard('release'), async (c) => {
    const release = await releaseOf(c, c.req.param('id'))
    if (!(await confirmDelivery(schoolOf(c), release.id, gatehouse.clock.now()))) throw notStuck()
    return c.redirect(`/agreements/${release.agreementId}?done=entered`, 303)
  })

  return app
}
