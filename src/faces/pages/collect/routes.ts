import { Hono } from 'hono'
import type { CollectorHouse, RequestEnv, SessionHome } from '../../index.ts'
import { accountsRoutes } from './accounts/accounts.page.ts'
import { duplicatesRoutes } from './duplicates/duplicates.page.ts'
import { homeRoutes } from './home/home.page.ts'
import { downloadRoutes } from './return/downloads.ts'
import { returnRoutes } from './return/return.page.ts'
import { returnsRoutes } from './returns/returns.page.ts'
import { ruleRoutes } from './rule/rule.page.ts'
import { sendRoutes } from './send/send.page.ts'
import { sourceRoutes } from './source/source.page.ts'

/** The pages of the national side. */
export function collectRoutes(house: CollectorHouse, home: SessionHome): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  for (const routes of [
    homeRoutes,
    returnsRoutes,
    downloadRoutes,
    returnRoutes,
    ruleRoutes,
    sourceRoutes,
    duplicatesRoutes,
    accountsRoutes,
  ])
    app.route('/', routes(house))
  app.route('/', sendRoutes(house, home))
  return app
}
