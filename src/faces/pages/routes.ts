import { Hono } from 'hono'
import type { CollectorHouse, Gatehouse, RequestEnv, SessionHome } from '../index.ts'
import { assetRoutes } from './frame/assets.ts'
import { censusRoutes } from './census/census.page.ts'
import { heldRoutes } from './census/held.page.ts'
import { censusRuleRoutes } from './census/rule.page.ts'
import { censusSummaryRoutes } from './census/summary.page.ts'
import { accessRoutes } from './access/routes.ts'
import { agreementRoutes } from './agreement/agreement.page.ts'
import { approveRoutes } from './approve/approve.page.ts'
import { collectRoutes } from './collect/routes.ts'
import { consentRoutes } from './consent/consent.page.ts'
import { downloadRoutes } from './download/download.page.ts'
import { handoverRoutes } from './handover/handover.page.ts'
import { holdingsRoutes } from './holdings/routes.ts'
import { ledgerRoutes } from './ledger/ledger.page.ts'
import { matchRoutes } from './match/routes.ts'
import { noticeRoutes } from './notice/notice.page.ts'
import { passwordRoutes } from './password/password.page.ts'
import { protectionsRoutes } from './protections/protections.page.ts'
import { pupilRoutes } from './pupil/pupil.page.ts'
import { pupilsRoutes } from './pupils/pupils.page.ts'
import { recipientRoutes } from './recipient/recipient.page.ts'
import { recipientsRoutes } from './recipients/recipients.page.ts'
import { releaseRoutes } from './release/release.page.ts'
import { signInRoutes } from './sign-in/sign-in.page.ts'
import { publicStatisticsRoutes } from './statistics/public.page.ts'
import { statisticsWorkRoutes } from './statistics/work.page.ts'
import { staffRoutes } from './staff/staff.page.ts'
import { tasksRoutes } from './tasks/tasks.page.ts'
import { todayRoutes } from './today/today.page.ts'

/** Every page. Each file of routes guards its own; a page without a guard is public on purpose and says so. */
export function pageRoutes(gatehouse: Gatehouse, home: SessionHome): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/', (c) => c.redirect(c.get('staff') ? '/today' : c.get('national') ? '/collect' : '/notice', 303))
  app.route('/', assetRoutes())
  app.route('/', signInRoutes(home))
  app.route('/', passwordRoutes(home))
  for (const routes of [
    todayRoutes,
    recipientsRoutes, // before one recipient: /recipients/matrix is none
    recipientRoutes,
    agreementRoutes,
    approveRoutes,
    handoverRoutes,
    downloadRoutes,
    releaseRoutes,
    heldRoutes,
    censusRoutes,
    censusRuleRoutes,
    censusSummaryRoutes,
    pupilsRoutes,
    pupilRoutes,
    protectionsRoutes,
    consentRoutes,
    ledgerRoutes,
    noticeRoutes,
    tasksRoutes,
    staffRoutes,
  ]) {
    app.route('/', routes(gatehouse))
  }
  if (gatehouse.collector) {
    const house = { ...gatehouse, collector: gatehouse.collector }
    app.route('/', collectRoutes(house, home))
    app.route('/', publicStatisticsRoutes(house))
    app.route('/', statisticsWorkRoutes(house))
    app.route('/', matchRoutes(house))
    app.route('/', holdingsRoutes(house))
    app.route('/', accessRoutes(house))
  }
  return app
}

/** The pages of a collector without a school. */
export function collectorPageRoutes(house: CollectorHouse, home: SessionHome): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/', (c) => c.redirect(c.get('national') ? '/collect' : '/sign-in', 303))
  app.route('/', assetRoutes())
  app.route('/', signInRoutes(home))
  app.route('/', passwordRoutes(home))
  app.route('/', collectRoutes(house, home))
  app.route('/', matchRoutes(house))
  app.route('/', holdingsRoutes(house))
  app.route('/', accessRoutes(house))
  app.route('/', publicStatisticsRoutes(house))
  app.route('/', statisticsWorkRoutes(house))
  return app
}
