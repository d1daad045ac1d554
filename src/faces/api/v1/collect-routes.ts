import { Hono } from 'hono'
import {
  notesAnswerShape,
  notesProblems,
  replaceReasonHeader,
  returnMediaType,
  submissionAnswerShape,
  submissionProblems,
} from '../../../core/collections/index.ts'
import type { Clock } from '../../../core/vocabulary/index.ts'
import {
  receiveNotes,
  receiveSubmission,
  type Collector,
  type NotesRefusal,
  type Refusal,
} from '../../../national/collect/index.ts'
import type { RequestEnv } from '../../index.ts'

/**
 * Where sources post their returns. No session and no form token: the return’s own token says who sends it, and its
 * signature covers the bytes. The body is spooled as it comes, so these routes stand before the limit on other bodies.
 */
export function returnRoutes(collector: Collector, clock: Clock): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>()
  // `submissionPath` of core/collections, with the round as parameters.
  app.post('/api/v1/collections/:collection/:year{2[0-9]{3}}/:term/returns', async (c) => {
    const { collection, year, term } = c.req.param()
    const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
    if (type !== returnMediaType)
      return refused({
        problem: 'not-encrypted',
        detail: `A return is sent as ${returnMediaType}.`,
        todo: 'Encrypt it to the collector’s key.',
      })
    const reason = readReason(c.req.header(replaceReasonHeader))
    const answer = await receiveSubmission(
      collector,
      {
        round: { collection, year: Number(year), term },
        token: tokenOf(c.req.header('authorization')),
        body: c.req.raw.body ?? new ReadableStream({ start: (empty) => empty.close() }),
        replaceReason: reason,
      },
      clock.now(),
    )
    if (!answer.ok) return refused(answer.error)
    return c.json(submissionAnswerShape.parse(answer.value), 201, { 'cache-control': 'no-store' })
  })
  // `notesPath` of core/collections. Small: bound like any other body.
  app.post('/api/v1/returns/:id/notes', async (c) => {
    const answer = await receiveNotes(
      collector,
      {
        returnId: c.req.param('id'),
        token: tokenOf(c.req.header('authorization')),
        body: new Uint8Array(await c.req.arrayBuffer()),
      },
      clock.now(),
    )
    if (!answer.ok) return refused(answer.error)
    return c.json(notesAnswerShape.parse(answer.value), 200, { 'cache-control': 'no-store' })
  })
  return app
}

const tokenOf = (header: string | undefined): string => /^Bearer (\S+)$/i.exec(header ?? '')?.[1] ?? ''

const longestReason = 500

/** The reason as it was before it was percent-encoded; null where none is given or it can’t be read. */
function readReason(header: string | undefined): string | null {
  if (header === undefined) return null
  try {
    const text = decodeURIComponent(header).trim().slice(0, longestReason)
    return text === '' ? null : text
  } catch {
    return null
  }
}

const statuses: Readonly<Record<Refusal['problem'] | NotesRefusal['problem'], number>> = {
  ...submissionProblems,
  ...notesProblems,
}

const titles: Readonly<Record<number, string>> = {
  401: 'The return is not signed',
  403: 'This source is not known',
  404: 'There is no such return',
  409: 'The return can’t be taken now',
  413: 'That is too much at once',
  422: 'The return can’t be taken as it is',
}

function refused({ problem, detail, todo, ...more }: Refusal | NotesRefusal): Response {
  const status = statuses[problem]
  const line = 'line' in more ? more.line : undefined
  const body = {
    type: `urn:gatehouse:problem:${problem}`,
    title: titles[status],
    status,
    detail,
    todo,
    ...(line === undefined ? {} : { line }),
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  })
}
