import { Hono } from 'hono'
import { openMatching, type Matching } from '../../../national/match/index.ts'
import type { CollectorHouse, RequestEnv } from '../../index.ts'
import { historyRoutes } from './history.page.ts'
import { overviewRoutes } from './overview.page.ts'
import { pairRoutes } from './pair.page.ts'

/** The house with its matching, opened when a page first asks for it. */
export interface MatchHouse extends CollectorHouse {
  readonly matching: () => Promise<Matching>
}

export function matchRoutes(house: CollectorHouse): Hono<RequestEnv> {
  let opened: Promise<Matching> | undefined
  const withMatching: MatchHouse = {
    ...house,
    matching: () => {
      opened ??= openMatching(house.collector).catch((error: unknown) => {
        opened = undefined
        throw error
      })
      return opened
    },
  }
  const app = new Hono<RequestEnv>()
  for (const routes of [overviewRoutes, pairRoutes, historyRoutes]) app.route('/', routes(withMatching))
  return app
}
