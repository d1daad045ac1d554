import { Hono } from 'hono'
import { openHoldingsHome, type HoldingsHome } from '../../../national/holdings/index.ts'
import type { CollectorHouse, RequestEnv } from '../../index.ts'
import { datasetsRoutes } from './datasets.page.ts'
import { dictionaryRoutes } from './dictionary.page.ts'
import { lineageRoutes } from './lineage.page.ts'

/** The house with its holdings, opened when a page first asks for them. */
export interface HoldingsHouse extends CollectorHouse {
  readonly holdings: () => Promise<HoldingsHome>
}

export function holdingsRoutes(house: CollectorHouse): Hono<RequestEnv> {
  let opened: Promise<HoldingsHome> | undefined
  const withHoldings: HoldingsHouse = {
    ...house,
    holdings: () => {
      opened ??= openHoldingsHome(house.collector, { keys: [] }).catch((error: unknown) => {
        opened = undefined
        throw error
      })
      return opened
    },
  }
  const app = new Hono<RequestEnv>()
  for (const routes of [datasetsRoutes, dictionaryRoutes, lineageRoutes]) app.route('/', routes(withHoldings))
  return app
}
