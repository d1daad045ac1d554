import { HTTPException } from 'hono/http-exception'
import { GatehouseError, type ErrorCode } from '../core/vocabulary/index.ts'

export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 500 | 503

/** What went wrong, in words that may be shown: an expected failure's own, or a fault's, which say nothing about it. */
export interface Problem {
  readonly status: ProblemStatus
  readonly code: ErrorCode | 'fault' | 'request'
  readonly title: string
  readonly detail: string
  readonly why: string | undefined
  readonly todo: string | undefined
}

function statusOf(code: ErrorCode): ProblemStatus {
  switch (code) {
    case 'bad-input':
      return 422
    case 'not-found':
      return 404
    case 'conflict':
      return 409
    case 'not-allowed':
      return 403
    case 'locked':
    case 'delivery-failed':
      return 503
    case 'bad-policy':
    case 'store-failed':
    case 'ledger-broken':
    case 'misconfigured':
      return 500
  }
}

const titles: Readonly<Record<ProblemStatus, string>> = {
  400: 'This request can’t be read',
  401: 'Sign in first',
  403: 'You can’t do this',
  404: 'There is nothing here',
  405: 'This can’t be done here',
  409: 'Somebody changed this first',
  413: 'That is too much at once',
  422: 'Something needs to be put right',
  429: 'Too often in too short a time',
  500: 'Something went wrong',
  503: 'Not at the moment',
}

/** What the server itself refuses, before any route has seen it. */
const httpDetails: Readonly<Partial<Record<ProblemStatus, string>>> = {
  400: 'What was sent can’t be read.',
  401: 'This needs a signed-in member of staff.',
  403: 'The form was sent from another site, so it was not accepted. Go back, load the page again and send it once more.',
  404: 'Nothing has this address.',
  405: 'This address can’t be used in this way.',
  413: 'What was sent is larger than this server takes.',
}

const httpStatus = (status: number): ProblemStatus =>
  status in httpDetails ? (status as ProblemStatus) : 400

/** The one mapping from errors to HTTP for pages and API. */
export function problemOf(error: unknown): Problem {
  if (error instanceof GatehouseError) {
    const status = statusOf(error.code)
    return {
      status,
      code: error.code,
      title: titles[status],
      detail: error.message,
      why: error.why,
      todo: error.todo,
    }
  }
  if (error instanceof HTTPException) {
    const status = httpStatus(error.status)
    return {
      status,
      code: 'request',
      title: titles[status],
      detail: httpDetails[status] ?? 'The server did not accept the request.',
      why: undefined,
      todo: undefined,
    }
  }
  return {
    status: 500,
    code: 'fault',
    title: titles[500],
    detail: 'This is a fault of the software, not of yours. Nothing was sent and nothing was half-done.',
    why: undefined,
    todo: 'Try once more. If it happens again, give the incident number below to whoever looks after Gatehouse.',
  }
}
