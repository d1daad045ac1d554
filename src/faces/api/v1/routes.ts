import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { problemOf, type Gatehouse, type RequestEnv } from '../../index.ts'
import { apiGuard } from './api-guard.ts'
import { answerDecide, answerLedger, answerPermits, answerRecipients, answerReleases } from './answers.ts'
import { problemJson } from './problem-json.ts'
import * as schema from './schemas.ts'

const json = <T extends z.ZodType>(body: T, description: string) => ({
  description,
  content: { 'application/json': { schema: body } },
})
const refused = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: schema.problem } },
})
const errors = {
  401: refused('No session'),
  403: refused('The role does not cover it'),
  404: refused('There is no such thing'),
  422: refused('The request can’t be used as it is'),
} as const

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

/** The API under `/api/v1`, for signed-in staff; its description is made from the schemas that check it. */
export function apiRoutes(gatehouse: Gatehouse): OpenAPIHono<RequestEnv> {
  const app = new OpenAPIHono<RequestEnv>({
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
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Gatehouse',
      version: '1',
      description:
        'What a school shares about its pupils, with whom, on what ground and why not. Errors are problem+json.',
    },
    servers: [{ url: '/api/v1' }],
  })
  return app
}
