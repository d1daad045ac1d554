import { Hono } from 'hono'
import { currentPolicy, decideSchool } from '../../../school/agreements/index.ts'
import { actorOf, may, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { openCase } from '../agreement/open-case.ts'
import { shutReasons, stateTag } from '../agreement/state.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { matrixView, type MatrixView } from '../matrix/matrix.view.ts'
import { latestReleases } from '../picture/releases.store.ts'
import { dateAndTime, longDate } from '../words/dates.ts'
import { count, number } from '../words/numbers.ts'
import { noticeNames } from '../words/names.ts'
import type { RecipientRow, RecipientsView } from './recipients.view.ts'

const listPage = render<RecipientsView>('recipients/recipients.njk')
const matrixPage = render<MatrixView>('recipients/permit-matrix.njk')

export function recipientsRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()

  app.get('/recipients', guard('see-sharing'), async (c) => {
    const at = gatehouse.clock.now()
    const staff = signedIn(c)
    const view = await schoolFor(gatehouse, actorOf(staff)).read(async (tx) => {
      const current = await currentPolicy(tx)
      const latest = await latestReleases(tx, may(staff.role, 'see-restricted'))
      const rows = [...noticeNames(current)].flatMap(([id, name]): (RecipientRow & { kind: string })[] => {
        const version = current.agreements.get(id)
        if (!version) return []
        const { agreement } = version
        const release = latest.get(agreement.id)
        const compiled = openCase(current, version, at)
        return [
          {
            kind: agreement.kind,
            name,
            title: agreement.title,
            href: `/agreements/${agreement.id}`,
            state: stateTag(version, shutReasons(agreement, compiled)),
            last: release ? longDate(release.decidedAt) : 'Never',
            pupils: release ? number(release.permittedPupils) : '–',
            withheld: release ? number(release.withheldPupils) : '–',
          },
        ]
      })
      const feeds = rows.filter((row) => row.kind === 'feed')
      const open = feeds.filter((row) => row.state.colour === 'green').length
      return {
        summary: `${count(rows.length, 'recipient')} in the notice. ${count(open, 'file')} may leave at present.`,
        feeds,
        procedures: rows.filter((row) => row.kind === 'procedure'),
      }
    })
    return listPage(c, { title: 'Recipients', section: 'recipients' }, view)
  })

  app.get('/recipients/matrix', guard('see-sharing'), async (c) => {
    const at = gatehouse.clock.now()
    const view = await schoolFor(gatehouse, actorOf(signedIn(c))).read(async (tx) => {
      const current = await currentPolicy(tx)
      const decided = await decideSchool(tx, current, at)
      const feeds = decided.filter((one) => one.version.agreement.kind === 'feed')
      return matrixView(feeds, noticeNames(current), current.items, dateAndTime(at))
    })
    return matrixPage(c, { title: 'Who may have what', section: 'recipients', wide: true }, view)
  })

  return app
}
