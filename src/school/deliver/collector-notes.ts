import { randomUUID } from 'node:crypto'
import {
  notesAnswerShape,
  notesPath,
  notesTokenType,
  returnMediaType,
  type NotesClaims,
} from '../../core/collections/index.ts'
import { signJws } from '../../core/standards/jws/index.ts'
import type { CollectorOptions } from './collector.ts'
import { mayPass, push } from './http-push.ts'
import { returnSigningKey } from './return-keys.ts'
import { keepNotesTaken, notesToSubmit } from './submission.store.ts'
import { failed, type Sending } from './transport.ts'

interface OfReturn {
  readonly releaseId: string
  /** What the collector calls the return. */
  readonly returnId: string
  /** The issuer of the school’s tokens. */
  readonly source: string
  /** The collector’s origin. */
  readonly collector: string
}

export type NotesSending =
  | { readonly kind: 'none' }
  | { readonly kind: 'taken'; readonly taken: number; readonly refused: number }
  | Extract<Sending, { kind: 'failed' }>

const faultWords =
  'The return is at the collector; its notes are not there yet. The collector does not answer.'

/**
 * Sends the notes that go with a return, once it stands at the collector. Sent again after a try that broke off, those which
 * stand there count as taken. A collector without a place for notes has the return all the same: a person writes them there.
 */
export async function sendNotes(
  { school, home, clock, limit }: CollectorOptions,
  { releaseId, returnId, source, collector }: OfReturn,
): Promise<NotesSending> {
  const notes = await notesToSubmit(school, releaseId)
  if (!notes) return { kind: 'none' }
  const claims: NotesClaims = {
    iss: source,
    aud: collector,
    sha256: notes.sha256,
    return: returnId,
    iat: Math.floor(clock.now().getTime() / 1000),
    jti: randomUUID(),
  }
  const token = signJws(notesTokenType, claims, (await returnSigningKey(home)).privateKey)
  const answer = await push({
    url: new URL(notesPath(returnId), collector),
    method: 'POST',
    headers: { 'content-type': returnMediaType, authorization: `Bearer ${token}` },
    body: notes.body,
    limit,
  })
  if ('fault' in answer) return asFailed(answer.fault, faultWords)
  // 409: the return still waits for its check there.
  if (mayPass(answer.status) || answer.status === 409)
    return asFailed('refused', 'The return is at the collector; it takes its notes later.')
  const read = answer.status === 200 ? notesAnswerShape.safeParse(parsed(answer.body)) : null
  if (!read?.success || read.data.sha256 !== notes.sha256) {
    await keepNotesTaken(school, releaseId, { taken: 0, refused: [], byHand: true })
    return { kind: 'taken', taken: 0, refused: 0 }
  }
  const { taken, refused } = read.data
  await keepNotesTaken(school, releaseId, { taken, refused, byHand: false })
  return { kind: 'taken', taken, refused: refused.length }
}

const asFailed = (
  fault: Extract<Sending, { kind: 'failed' }>['fault'],
  text: string,
): Extract<Sending, { kind: 'failed' }> => failed(fault, text, true) as Extract<Sending, { kind: 'failed' }>

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
