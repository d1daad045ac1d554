import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import { asCollector, requireDuty } from '../../../national/collect/index.ts'
import {
  changesOf,
  currentReference,
  decidePair,
  decisionsAbout,
  matchReport,
  openMatching,
  showPair,
  undoDecision,
  waitingPairs,
  type Matching,
  type MatchRun,
  type PairDecision,
} from '../../../national/match/index.ts'
import { nationalSignedIn, type CollectorHouse, type RequestContext, type RequestEnv } from '../../index.ts'
import { errors, json } from './described.ts'
import * as schema from './match-schemas.ts'
import { nationalApiGuard } from './national-api-guard.ts'

const middleware = nationalApiGuard
const pageSize = 100
const body = <T extends z.ZodType>(of: T) => ({
  body: { required: true, content: { 'application/json': { schema: of } } },
})

const report = createRoute({
  method: 'get',
  path: '/match/report',
  summary: 'How well pupils are matched: estimates, by subgroup, and what people found',
  middleware,
  responses: { 200: json(schema.report, 'The report'), ...errors },
})
const queue = createRoute({
  method: 'get',
  path: '/match/pairs',
  summary: 'Pairs that wait for a person, without what they are; 100 a page',
  middleware,
  request: { query: schema.queueQuery },
  responses: { 200: json(schema.queue, 'A page of pairs'), ...errors },
})
const pair = createRoute({
  method: 'get',
  path: '/match/pairs/{id}',
  summary: 'Two identities with the weight of each comparison, and what was said of them',
  middleware,
  request: { params: schema.pairParams },
  responses: { 200: json(schema.pair, 'The pair'), ...errors },
})
const decide = createRoute({
  method: 'post',
  path: '/match/pairs/{id}/decisions',
  summary: 'Says whether a pair is one child; what overrides two valid numbers waits for a second opinion',
  middleware,
  request: { params: schema.pairParams, ...body(schema.decisionRequest) },
  responses: { 200: json(schema.applied, 'What came of it'), ...errors },
})
const undo = createRoute({
  method: 'post',
  path: '/match/decisions/{id}/undoing',
  summary: 'Takes a decision back, with a reason',
  middleware,
  request: { params: schema.decisionParams, ...body(schema.undoRequest) },
  responses: { 200: json(schema.applied, 'What came of it'), ...errors },
})
const history = createRoute({
  method: 'get',
  path: '/match/references/{reference}',
  summary: 'Merges, splits and decisions of a reference, and the one that it leads to now',
  middleware,
  request: { params: schema.referenceParams },
  responses: { 200: json(schema.history, 'The history'), ...errors },
})

const decisionJson = ({ at, undone, ...rest }: PairDecision) => ({
  ...rest,
  at: at.toISOString(),
  undone: undone && { ...undone, at: undone.at.toISOString() },
})
const appliedJson = (waits: boolean, run: MatchRun | null) => ({
  waits,
  run: run?.run ?? null,
  merges: run?.counts.merges ?? 0,
  splits: run?.counts.splits ?? 0,
})

/** The API of the matching, for people of the department with the duty match-review. */
export function defineMatchRoutes(app: OpenAPIHono<RequestEnv>, house: CollectorHouse): void {
  const { collector, clock } = house
  let opened: Promise<Matching> | undefined
  const matching = (): Promise<Matching> => (opened ??= openMatching(collector))
  const reviewer = (c: RequestContext) => {
    const { person } = nationalSignedIn(c)
    requireDuty(person, 'match-review')
    return person
  }
  app.openapi(report, async (c) => {
    reviewer(c)
    const told = await matchReport({ collector })
    const runs = told.runs.map((run) => ({ ...run, at: run.at.toISOString() }))
    return c.json(schema.report.parse({ ...told, runs }), 200)
  })
  app.openapi(queue, async (c) => {
    reviewer(c)
    const { page = 1 } = c.req.valid('query')
    const waiting = await asCollector(collector).read((tx) =>
      waitingPairs(tx, { from: (page - 1) * pageSize, most: pageSize }),
    )
    return c.json(schema.queue.parse(waiting), 200)
  })
  app.openapi(pair, async (c) => {
    const told = await showPair(await matching(), reviewer(c), c.req.valid('param').id)
    const { id, why, state, weight, pmrA, pmrB, run } = told.pair
    const { needsSecond, sides } = told
    return c.json(
      schema.pair.parse({
        ...{ id, why, state, weight, pmrA, pmrB, run, needsSecond, sides },
        decisions: told.decisions.map(decisionJson),
      }),
      200,
    )
  })
  app.openapi(decide, async (c) => {
    const { id } = c.req.valid('param')
    const { waits, run } = await decidePair(
      await matching(),
      reviewer(c),
      id,
      c.req.valid('json'),
      clock.now(),
    )
    return c.json(schema.applied.parse(appliedJson(waits, run)), 200)
  })
  app.openapi(undo, async (c) => {
    const { id } = c.req.valid('param')
    const run = await undoDecision(await matching(), reviewer(c), id, c.req.valid('json').reason, clock.now())
    return c.json(schema.applied.parse(appliedJson(false, run)), 200)
  })
  app.openapi(history, async (c) => {
    reviewer(c)
    const { reference } = c.req.valid('param')
    const told = await asCollector(collector).read(async (tx) => ({
      current: await currentReference(tx, reference),
      changes: await changesOf(tx, reference),
      decisions: await decisionsAbout(tx, reference),
    }))
    return c.json(
      schema.history.parse({
        reference,
        current: told.current,
        changes: told.changes.map((each) => ({ ...each, at: each.at.toISOString() })),
        decisions: told.decisions.map(decisionJson),
      }),
      200,
    )
  })
}
