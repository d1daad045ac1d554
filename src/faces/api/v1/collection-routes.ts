import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import { acceptNotes, decideNote } from '../../../national/collect/index.ts'
import { nationalSignedIn, type CollectorHouse, type RequestContext, type RequestEnv } from '../../index.ts'
import * as answer from './collection-answers.ts'
import * as schema from './collection-schemas.ts'
import { errors, json } from './described.ts'
import { nationalApiGuard } from './national-api-guard.ts'

const middleware = nationalApiGuard
const body = <T extends z.ZodType>(of: T) => ({
  body: { required: true, content: { 'application/json': { schema: of } } },
})

const rounds = createRoute({
  method: 'get',
  path: '/collections',
  summary: 'Every round of every collection that was opened, the newest first',
  middleware,
  responses: { 200: json(schema.rounds, 'The rounds'), 401: errors[401], 403: errors[403] },
})

const list = createRoute({
  method: 'get',
  path: '/collections/{collection}/{year}/{term}/returns',
  summary:
    'The sources of a round with the return that stands of each, as far as the session reaches; 100 a page',
  middleware,
  request: { params: schema.roundParams, query: schema.listQuery },
  responses: { 200: json(schema.returnsPage, 'A page of returns'), ...errors },
})

const one = createRoute({
  method: 'get',
  path: '/collections/returns/{id}',
  summary: 'One version of a return: its state, its history, and what this session may do with it now',
  middleware,
  request: { params: schema.returnParams },
  responses: { 200: json(schema.oneReturn, 'The return'), ...errors },
})

const findings = createRoute({
  method: 'get',
  path: '/collections/returns/{id}/findings',
  summary: 'What was found wrong with a return, in order: rule and place, never a value; 500 a page',
  middleware,
  request: { params: schema.returnParams, query: schema.pageQuery },
  responses: { 200: json(schema.findingsPage, 'A page of findings'), ...errors },
})

const notes = createRoute({
  method: 'get',
  path: '/collections/returns/{id}/notes',
  summary: 'Every note on a return, with what became of it',
  middleware,
  request: { params: schema.returnParams },
  responses: { 200: json(schema.notes, 'The notes'), ...errors },
})

const write = createRoute({
  method: 'post',
  path: '/collections/returns/{id}/notes',
  summary: 'Writes a note on a rule’s findings, all or some, or on the whole return',
  middleware,
  request: { params: schema.returnParams, ...body(schema.noteRequest) },
  responses: { 200: json(schema.noteWritten, 'The note’s id'), ...errors },
})

const decide = createRoute({
  method: 'post',
  path: '/collections/returns/{id}/notes/{note}/decision',
  summary: 'Accepts a note, or rejects it with a reason',
  middleware,
  request: { params: schema.noteParams, ...body(schema.decisionRequest) },
  responses: { 200: json(schema.noteWritten, 'The note’s id'), ...errors },
})

const acceptAll = createRoute({
  method: 'post',
  path: '/collections/returns/{id}/notes/acceptance',
  summary: 'Accepts every note that waits for a decision, of one rule or of all, with a reason',
  middleware,
  request: { params: schema.returnParams, ...body(schema.acceptRequest) },
  responses: { 200: json(schema.accepted, 'The ids of those that are accepted now'), ...errors },
})

const move = createRoute({
  method: 'post',
  path: '/collections/returns/{id}/moves',
  summary: 'Submits, approves, authorises, rejects or withdraws a return',
  middleware,
  request: { params: schema.returnParams, ...body(schema.moveRequest) },
  responses: { 200: json(schema.moved, 'Where it stands now'), ...errors },
})

/** The API of the collection, on the application whose description is made from the same schemas. */
export function defineCollectionRoutes(app: OpenAPIHono<RequestEnv>, house: CollectorHouse): void {
  const { collector, clock } = house
  const person = (c: RequestContext) => nationalSignedIn(c).person
  app.openapi(rounds, async (c) =>
    c.json(schema.rounds.parse(await answer.answerRounds(house, person(c))), 200),
  )
  app.openapi(list, async (c) => {
    const page = await answer.answerList(house, person(c), c.req.valid('param'), c.req.valid('query'))
    return c.json(schema.returnsPage.parse(page), 200)
  })
  app.openapi(one, async (c) =>
    c.json(schema.oneReturn.parse(await answer.answerReturn(house, person(c), c.req.valid('param').id)), 200),
  )
  app.openapi(findings, async (c) => {
    const { id } = c.req.valid('param')
    const page = await answer.answerFindings(house, person(c), id, c.req.valid('query').page)
    return c.json(schema.findingsPage.parse(page), 200)
  })
  app.openapi(notes, async (c) =>
    c.json(schema.notes.parse(await answer.answerNotes(house, person(c), c.req.valid('param').id)), 200),
  )
  app.openapi(write, async (c) => {
    const { id } = c.req.valid('param')
    const written = await answer.answerNote(house, person(c), id, c.req.valid('json'))
    return c.json(schema.noteWritten.parse(written), 200)
  })
  app.openapi(decide, async (c) => {
    const { id, note } = c.req.valid('param')
    const { outcome, reason } = c.req.valid('json')
    const decided = { accepted: outcome === 'accepted', reason }
    await decideNote(collector, person(c), id, note, decided, clock.now())
    return c.json({ note }, 200)
  })
  app.openapi(acceptAll, async (c) => {
    const { id } = c.req.valid('param')
    const accepted = await acceptNotes(collector, person(c), id, c.req.valid('json'), clock.now())
    return c.json(schema.accepted.parse({ accepted }), 200)
  })
  app.openapi(move, async (c) => {
    const { id } = c.req.valid('param')
    return c.json(schema.moved.parse(await answer.answerMove(house, person(c), id, c.req.valid('json'))), 200)
  })
}
