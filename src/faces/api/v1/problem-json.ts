import type { Problem, RequestContext } from '../../index.ts'

/** RFC 9457. The type is a name, not an address: nobody needs to fetch it. */
export function problemJson(c: RequestContext, problem: Problem): Response {
  const body = {
    type: `urn:gatehouse:problem:${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    ...(problem.why ? { why: problem.why } : {}),
    ...(problem.todo ? { todo: problem.todo } : {}),
    ...(problem.code === 'fault' ? { instance: `urn:uuid:${c.get('incident')}` } : {}),
  }
  return c.body(JSON.stringify(body), problem.status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  })
}
