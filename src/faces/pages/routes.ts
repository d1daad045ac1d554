import { Hono } from 'hono'
import type { Gatehouse, RequestEnv, SessionHome } from '../index.ts'
import { assetRoutes } from './frame/assets.ts'
import { signInRoutes } from './sign-in/sign-in.page.ts'
import { tasksRoutes } from './tasks/tasks.page.ts'

/** Every page. Each file of routes guards its own; a page without a guard is public on purpose and says so. */
export function pageRoutes(gatehouse: Gatehouse, home: SessionHome): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  app.get('/', (c) => c.redirect(c.get('staff') ? '/today' : '/notice', 303))
  app.route('/', assetRoutes())
  app.route('/', signInRoutes(home))
  app.route('/', tasksRoutes(gatehouse))
  return app
}
