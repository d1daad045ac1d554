import { Hono } from 'hono'
import { parseWritten } from '../../../core/standards/csv/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { makeDownloadLink, takeCopySheet } from '../../../school/deliver/index.ts'
import type { ReleasedPayload } from '../../../school/release/index.ts'
import { actorOf, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { releaseById } from '../picture/releases.store.ts'
import type { LinkView, SheetView } from './handover.view.ts'

const linkPage = render<LinkView>('handover/link.njk')
const sheetPage = render<SheetView>('handover/sheet.njk')

function sheetOf(payload: ReleasedPayload): Omit<SheetView, 'agreementId'> {
  const base = { fileName: payload.fileName, header: [], rows: [], text: null }
  if (payload.encryption === 'age') {
    throw new GatehouseError(
      'misconfigured',
      'This sheet is encrypted to the recipient, so nobody here can read it.',
      {
        todo: 'A copy sheet’s agreement must say `encrypt: false`.',
      },
    )
  }
  if (payload.mediaType.startsWith('text/csv')) return { ...base, ...parseWritten(payload.body, 'refuse') }
  return { ...base, text: new TextDecoder().decode(payload.body) }
}

/** Handing over what Gatehouse does not push itself: a link for a download, a sheet to copy from. Each works once. */
export function handoverRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()

  app.post('/releases/:id/link', guard('release'), async (c) => {
    const school = schoolFor(gatehouse, actorOf(signedIn(c)))
    const release = await school.read((tx) => releaseById(tx, c.req.param('id')))
    const token = await makeDownloadLink(school, release.id, gatehouse.clock.now())
    return linkPage(
      c,
      { title: 'Link for the recipient', section: 'recipients' },
      { agreementId: release.agreementId, address: `${gatehouse.settings.publicUrl}/d/${token}` },
    )
  })

  app.post('/releases/:id/sheet', guard('release'), async (c) => {
    const school = schoolFor(gatehouse, actorOf(signedIn(c)))
    const release = await school.read((tx) => releaseById(tx, c.req.param('id')))
    const payload = await takeCopySheet(school, release.id, gatehouse.clock.now())
    return sheetPage(
      c,
      { title: 'Sheet to copy from', section: 'recipients' },
      { agreementId: release.agreementId, ...sheetOf(payload) },
    )
  })

  return app
}
