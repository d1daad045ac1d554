import {
  receiptClaimsShape,
  receiptTokenType,
  replaceReasonHeader,
  returnMediaType,
  returnTokenType,
  sourceIssuer,
  submissionAnswerShape,
  submissionPath,
  submissionProblems,
  type ReturnClaims,
  type SubmissionAnswer,
  type SubmissionProblem,
} from '../../core/collections/index.ts'
import { readJws, signJws, verifyJws } from '../../core/standards/jws/index.ts'
import type { SchoolStore } from '../../core/store/index.ts'
import type { Clock } from '../../core/vocabulary/index.ts'
import type { ReleasedPayload } from '../release/index.ts'
import { mayPass, push } from './http-push.ts'
import { collectorReceiptKey, returnSigningKey } from './return-keys.ts'
import { sendNotes } from './collector-notes.ts'
import { keepReceipt, returnToSubmit } from './submission.store.ts'
import { failed, type DeliveryFault, type Sending, type Transport } from './transport.ts'

export interface CollectorOptions {
  readonly school: SchoolStore
  readonly home: string
  readonly clock: Clock
  /** Milliseconds for one try. */
  readonly limit: number
}

/**
 * Submits a released return to its collector, encrypted to the collector's key and signed with the school's. The token is
 * named after the release: asked again, the collector answers as before, so a try that broke off leaves no second return.
 * The notes on what was found follow it, once the return stands there. The receipt is kept; where the school has the collector's receipt key, one that it did not sign is no receipt.
 */
export function collectorTransport({ school, home, clock, limit }: CollectorOptions): Transport {
  return {
    async send(payload) {
      const submission = await returnToSubmit(school, payload.releaseId)
      if (!submission || payload.encryption !== 'age')
        return failed('misconfigured', 'This release is no return that was encrypted to a collector.', false)
      const { collection, year, term, collector, replaces } = submission
      const claims: ReturnClaims = {
        iss: sourceIssuer(payload.urn),
        aud: collector,
        sha256: payload.sha256,
        collection,
        year,
        term,
        iat: Math.floor(clock.now().getTime() / 1000),
        jti: payload.releaseId,
      }
      const token = signJws(returnTokenType, claims, (await returnSigningKey(home)).privateKey)
      const answer = await push({
        url: new URL(submissionPath(collection, year, term), collector),
        method: 'POST',
        headers: {
          'content-type': returnMediaType,
          authorization: `Bearer ${token}`,
          ...(replaces === null ? {} : { [replaceReasonHeader]: encodeURIComponent(replaces) }),
        },
        body: payload.body,
        limit,
      })
      if ('fault' in answer)
        return failed(answer.fault, faultWords[answer.fault] ?? '', answer.fault !== 'certificate')
      if (answer.status !== 201) return refusedBy(answer.status, answer.body)
      const read = submissionAnswerShape.safeParse(parsed(answer.body))
      if (!read.success || read.data.sha256 !== payload.sha256)
        return failed('wrong-receipt', faultWords['wrong-receipt'] ?? '', false)
      const signed = await isSigned(read.data, payload, claims, home)
      if (signed === false) return failed('wrong-receipt', faultWords['wrong-receipt'] ?? '', false)
      const { return: returnId, state, receipt, receivedAt } = read.data
      await keepReceipt(school, payload.releaseId, { returnId, state, receipt })
      const notes = await sendNotes(
        { school, home, clock, limit },
        { releaseId: payload.releaseId, returnId, source: claims.iss, collector },
      )
      if (notes.kind === 'failed') return notes
      return {
        kind: 'acknowledged',
        receipt: {
          return: returnId,
          state,
          receivedAt,
          sha256: payload.sha256,
          signed: signed === true,
          ...(notes.kind === 'taken' ? { notes: notes.taken, notesRefused: notes.refused } : {}),
        },
      }
    },
  }
}

const faultWords: Readonly<Partial<Record<DeliveryFault, string>>> = {
  unreachable: 'The collector does not answer.',
  certificate: 'The collector’s certificate is not valid. Nothing was sent.',
  interrupted: 'The connection broke off.',
  'too-slow': 'The collector took too long.',
  'wrong-receipt': 'The collector’s receipt does not match what was sent.',
}

const problemWords: Readonly<Record<SubmissionProblem, string>> = {
  'not-signed': 'The collector does not accept the school’s signature.',
  'unknown-source':
    'The collector has no key of this school on file. Give it the one of `gatehouse census key`.',
  'token-used': 'The collector has another return under this release.',
  'return-stands': 'A return stands at the collector already. Submit again and say why this one replaces it.',
  'return-authorised': 'The return that stands was authorised. The collector has to reject it first.',
  'not-open': 'The collector does not take returns of this term now.',
  'too-large': 'The collector takes no return as large as this.',
  'number-in-reason':
    'The reason for replacing the return holds a pupil’s number. Submit again with another.',
  'other-bytes': 'The collector received other bytes than were signed.',
  'not-encrypted': 'The collector could not open the return. Its key on record may be an old one.',
  unreadable: 'The collector can’t read the return.',
  'wrong-collection': 'The collector takes the return for one of another collection.',
  'wrong-year': 'The collector takes the return for one of another year.',
  'wrong-term': 'The collector takes the return for one of another term.',
  'wrong-source': 'The collector takes the return for one of another school.',
}

/** What the collector would not have: its problem type is one of a closed set, and nothing else of its answer is kept. */
function refusedBy(status: number, body: string): Sending {
  const type = (parsed(body) as { type?: unknown } | null)?.type
  const name = typeof type === 'string' ? type.replace('urn:gatehouse:problem:', '') : ''
  const problem = (Object.keys(submissionProblems) as SubmissionProblem[]).find((each) => each === name)
  const text = problem ? problemWords[problem] : `The collector refused the return (status ${status}).`
  return failed(status === 401 || status === 403 ? 'sign-in' : 'refused', text, mayPass(status))
}

/** Null: the school has no key to tell by. */
async function isSigned(
  answer: SubmissionAnswer,
  payload: ReleasedPayload,
  claims: ReturnClaims,
  home: string,
): Promise<boolean | null> {
  const key = await collectorReceiptKey(home)
  if (!key) return null
  const read = readJws(answer.receipt, receiptTokenType)
  const verified = read.ok ? verifyJws(read.value, key) : read
  const receipt = verified.ok ? receiptClaimsShape.safeParse(verified.value) : null
  return (
    receipt?.success === true &&
    receipt.data.sub === claims.iss &&
    receipt.data.iss === claims.aud &&
    receipt.data.sha256 === payload.sha256 &&
    receipt.data.return === answer.return
  )
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
