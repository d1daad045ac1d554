import { Hono } from 'hono'
import type { Tx } from '../../../core/store/index.ts'
import type { Actor } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import {
  checkNotice,
  latestNotice,
  noticeHtml,
  noticeSchool,
  noticeVersions,
  publishNoticeUnder,
  renderModel,
  renderNotice,
  type NoticeDrift,
} from '../../../school/notice/index.ts'
import { actorOf, may, schoolFor, signedIn, type Gatehouse, type RequestEnv } from '../../index.ts'
import { guard } from '../frame/guard.ts'
import { render } from '../frame/render.ts'
import { dateAndTime, longDate } from '../words/dates.ts'
import type { NoticesView, PublicNoticeView } from './notices.view.ts'

const staffPage = render<NoticesView>('notice/notices.njk')
const publicPage = render<PublicNoticeView>('notice/public-notice.njk')

/** Whoever asks: the notice is for everybody. */
const reader: Actor = { kind: 'job', name: 'public notice', role: 'system' }

export function driftView(drift: NoticeDrift): NoticesView['drift'] {
  const lines = drift.findings.map((finding) => finding.text)
  return lines.length === 0
    ? { tag: { text: 'Yes: what is published is what is done', colour: 'green' }, lines }
    : { tag: { text: 'Not quite', colour: 'orange' }, lines }
}

async function noticesView(tx: Tx, mayPublish: boolean, at: Date): Promise<NoticesView> {
  const current = await currentPolicy(tx)
  const latest = await latestNotice(tx)
  const now = renderNotice(current, await noticeSchool(tx), at)
  return {
    current: latest ? { version: String(latest.version), published: longDate(latest.publishedAt) } : null,
    drift: driftView(await checkNotice(tx, current, at)),
    mayPublish: mayPublish && latest?.sha256 !== now.sha256,
    html: noticeHtml(now.model, 3),
    versions: (await noticeVersions(tx)).map((version) => ({
      version: String(version.version),
      published: dateAndTime(version.publishedAt),
      by: version.publishedBy,
      sha256: version.sha256,
    })),
  }
}

export function noticeRoutes(gatehouse: Gatehouse): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()

  // Public on purpose: parents read it without an account.
  app.get('/notice', async (c) => {
    const latest = await schoolFor(gatehouse, reader).read(latestNotice)
    return publicPage(
      c,
      { title: 'What this school shares', section: 'notice' },
      {
        html: latest ? renderModel(latest.model).html : '',
        published: latest && `Version ${latest.version}, published on ${longDate(latest.publishedAt)}`,
      },
    )
  })

  app.get('/notices', guard('see-sharing'), async (c) => {
    const staff = signedIn(c)
    const view = await schoolFor(gatehouse, actorOf(staff)).read((tx) =>
      noticesView(tx, may(staff.role, 'publish-notice'), gatehouse.clock.now()),
    )
    return staffPage(c, { title: 'Notice', section: 'notice' }, view)
  })

  app.post('/notices/publish', guard('publish-notice'), async (c) => {
    const at = gatehouse.clock.now()
    const { isNew } = await publishNoticeUnder(schoolFor(gatehouse, actorOf(signedIn(c))), currentPolicy, at)
    await gatehouse.ledger.publish(at)
    return c.redirect(`/notices?done=${isNew ? 'published' : 'unchanged'}`, 303)
  })

  return app
}
