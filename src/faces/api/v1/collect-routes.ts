import { Hono } from 'hono'
import {
  replaceReasonHeader,
  returnMediaType,
  submissionAnswerShape,
  submissionProblems,
} from '../../../core/collections/index.ts'
import type { Clock } from '../../../core/vocabulary/index.ts'
import { receiveSubmission, type Collector, type Refusal } from '../../../national/collect/index.ts'
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
        token: /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '',
        body: c.req.raw.body ?? new ReadableStream({ start: (empty) => empty.close() }),
        replaceReason: reason,
      },
      clock.now(),
    )
    if (!answer.ok) return refused(answer.error)
    return c.json(submissionAnswerShape.parse(answer.value), 201, { 'cache-control': 'no-store' })
  })
  return app
}

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

const titles: Readonly<Record<number, string>> = {
  401: 'The return is not signed',
  403: 'This source is not known',
  409: 'The return can’t be taken now',
  413: 'That is too much at once',
  422: 'The return can’t be taken as it is',
}

function refused({ problem, detail, todo, line }: Refusal): Response {
  const status = submissionProblems[problem]
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
