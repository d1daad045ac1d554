import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { problemOf, type CollectorHouse, type Gatehouse, type RequestEnv } from '../../index.ts'
import { apiGuard } from './api-guard.ts'
import { answerDecide, answerLedger, answerPermits, answerRecipients, answerReleases } from './answers.ts'
import { defineCollectionRoutes } from './collection-routes.ts'
import { defineMatchRoutes } from './match-routes.ts'
import { errors, json } from './described.ts'
import { problemJson } from './problem-json.ts'
import * as schema from './schemas.ts'

const recipients = createRoute({
  method: 'get',
  path: '/recipients',
  summary: 'Every recipient with its agreement, and why nothing may leave where that is so',
  middleware: apiGuard('see-sharing'),
  responses: { 200: json(z.array(schema.recipient), 'The recipients'), 401: errors[401], 403: errors[403] },
})

const permits = createRoute({
  method: 'get',
  path: '/agreements/{id}/permits',
  summary: 'One agreement over the whole school: pupils permitted and refused by item and reason',
  middleware: apiGuard('see-sharing'),
  request: { params: z.strictObject({ id: schema.agreementId }) },
  responses: { 200: json(schema.permits, 'The counts'), ...errors },
})

const decide = createRoute({
  method: 'post',
  path: '/decide',
  summary: 'Decides one pupil for one agreement: one item, or all that the agreement lists',
  middleware: apiGuard('see-pupils'),
  request: {
    body: { required: true, content: { 'application/json': { schema: schema.decideRequest } } },
  },
  responses: { 200: json(z.array(schema.decision), 'The decisions, with reasons'), ...errors },
})

const releases = createRoute({
  method: 'get',
  path: '/releases',
  summary:
    'Releases, newest first, since an instant (by default of the last seven days); 500 at most: for more, before the last one’s ledgerIndex',
  middleware: apiGuard('see-sharing'),
  request: { query: schema.releasesQuery },
  responses: { 200: json(z.array(schema.release), 'The releases'), ...errors },
})

const ledger = createRoute({
  method: 'get',
  path: '/ledger',
  summary: 'The newest checkpoint and the public keys that verify it',
  middleware: apiGuard('see-sharing'),
  responses: { 200: json(schema.ledgerHead, 'The head of the log'), 401: errors[401], 403: errors[403] },
})

/** An application whose routes are checked by the schemas that describe them. */
const described = (): OpenAPIHono<RequestEnv> =>
  new OpenAPIHono<RequestEnv>({
    defaultHook: (result, c) => {
      if (result.success) return undefined
      const places = result.error.issues.map((issue) => issue.path.join('.') || result.target)
      const error = new GatehouseError('bad-input', 'The request does not have the form it should.', {
        why: `Look at: ${[...new Set(places)].join(', ')}.`,
        todo: 'The form is described at /api/v1/openapi.json.',
      })
      return problemJson(c, problemOf(error))
    },
  })

/** The API under `/api/v1`, for signed-in people; its description is made from the schemas that check it. */
export function apiRoutes(gatehouse: Gatehouse): OpenAPIHono<RequestEnv> {
  const app = described()
  app.openapi(recipients, async (c) =>
    c.json(z.array(schema.recipient).parse(await answerRecipients(gatehouse, c)), 200),
  )
  app.openapi(permits, async (c) =>
    c.json(schema.permits.parse(await answerPermits(gatehouse, c, c.req.valid('param').id)), 200),
  )
  app.openapi(decide, async (c) =>
    c.json(z.array(schema.decision).parse(await answerDecide(gatehouse, c, c.req.valid('json'))), 200),
  )
  app.openapi(releases, async (c) =>
    c.json(z.array(schema.release).parse(await answerReleases(gatehouse, c, c.req.valid('query'))), 200),
  )
  app.openapi(ledger, async (c) => c.json(schema.ledgerHead.parse(await answerLedger(gatehouse)), 200))
  if (gatehouse.collector) {
    const house = { ...gatehouse, collector: gatehouse.collector }
    defineCollectionRoutes(app, house)
    defineMatchRoutes(app, house)
  }
  describe(
    app,
    'What a school shares about its pupils, with whom, on what ground and why not. Errors are problem+json.',
  )
  return app
}

/** The same of a collector without a school. */
export function collectorApiRoutes(house: CollectorHouse): OpenAPIHono<RequestEnv> {
  const app = described()
  defineCollectionRoutes(app, house)
  defineMatchRoutes(app, house)
  describe(
    app,
    'Statutory returns: who has sent, what was found, what is said and decided. Errors are problem+json.',
  )
  return app
}

function describe(app: OpenAPIHono<RequestEnv>, description: string): void {
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Gatehouse', version: '1', description },
    servers: [{ url: '/api/v1' }],
  })
}
