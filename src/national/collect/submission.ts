import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  returnClaimsShape,
  returnTokenType,
  type ReturnClaims,
  type SubmissionAnswer,
} from '../../core/collections/index.ts'
import { decryptStream, looksEncrypted } from '../../core/standards/age/index.ts'
import { fail, GatehouseError, ok, type Result } from '../../core/vocabulary/index.ts'
import { asCollector, type Collector } from './collector.ts'
import type { Round } from './definitions.ts'
import { spoolName } from './incoming-owner.ts'
import { personOf } from './person-of-source.ts'
import { receiveReturn } from './receive.ts'
import { refusal, type Refusal } from './refusal.ts'
import { incomingFolder, makeFolder } from './return-files.ts'
import { returnByToken } from './returns.store.ts'
import type { Source } from './sources.store.ts'
import { notSigned, whoSigned } from './who-signed.ts'

/** The largest body that is taken over HTTP: several times the largest school’s return. */
export const largestBody = 256 * 2 ** 20

/** A return as it is posted. */
export interface Submission {
  /** What the address names. */
  readonly round: Round
  /** The compact token. */
  readonly token: string
  readonly body: AsyncIterable<Uint8Array>
  readonly replaceReason: string | null
}

/**
 * Takes in a return that its source signed and encrypted to this collector. The same request again gets the same answer: a
 * sender that saw none may ask again with the same token.
 */
export async function receiveSubmission(
  collector: Collector,
  { round, token, body, replaceReason }: Submission,
  at: Date,
): Promise<Result<SubmissionAnswer, Refusal>> {
  const signed = await signedFor(collector, token, round, at)
  if (!signed.ok) return signed
  const { claims, source } = signed.value
  const name = spoolName(collector.owner)
  const file = incomingFolder(collector.home, name)
  collector.staging.add(name)
  try {
    await makeFolder(dirname(file))
    const spooled = await spool(file, body)
    if (!spooled.ok) return spooled
    if (spooled.value.sha256 !== claims.sha256)
      return fail(
        refusal('other-bytes', 'These are not the bytes that were signed.', 'Send the return again.'),
      )
    const before = await repeated(collector, source, claims)
    if (before) return before
    if (!spooled.value.encrypted)
      return fail(
        refusal('not-encrypted', 'The body is not encrypted with age.', 'Encrypt it to the collector’s key.'),
      )
    const received = await receiveReturn(
      collector,
      personOf(source),
      {
        name: source.source,
        open: () =>
          decryptStream(collector.keys.identity, createReadStream(file) as AsyncIterable<Uint8Array>),
        sealed: { file, sha256: spooled.value.sha256 },
        expected: round,
        tokenId: claims.jti,
        ...(replaceReason === null ? {} : { replaceReason }),
      },
      at,
    )
    // Refused because the same request came first, at the same time: then its answer is this one’s too.
    if (!received.ok) return (await repeated(collector, source, claims)) ?? received
    const { return: id, receivedAt, sha256, state, receipt } = received.value
    return ok({ return: id, receivedAt, sha256, state, receipt })
  } catch (error) {
    if (error instanceof GatehouseError && error.code === 'bad-input')
      return fail(refusal('not-encrypted', error.message, error.todo ?? 'Encrypt it to the collector’s key.'))
    throw error
  } finally {
    await rm(file, { force: true })
    collector.staging.delete(name)
  }
}

async function signedFor(
  collector: Collector,
  token: string,
  round: Round,
  at: Date,
): Promise<Result<{ readonly claims: ReturnClaims; readonly source: Source }, Refusal>> {
  const kind = { type: returnTokenType, shape: returnClaimsShape, signs: 'this return' }
  const signed = await whoSigned(collector, token, kind, at)
  if (!signed.ok) return signed
  const { collection, year, term } = signed.value.claims
  if (collection !== round.collection || year !== round.year || term !== round.term)
    return notSigned(kind.signs, 'The token is for another round than the address.')
  return signed
}

async function spool(
  file: string,
  body: AsyncIterable<Uint8Array>,
): Promise<Result<{ readonly sha256: string; readonly encrypted: boolean }, Refusal>> {
  const hash = createHash('sha256')
  const handle = await open(file, 'wx', 0o600)
  let size = 0
  let begin = Buffer.alloc(0)
  try {
    for await (const chunk of body) {
      size += chunk.length
      if (size > largestBody)
        return fail(
          refusal('too-large', 'The body is larger than any return.', 'Send the return of one source.'),
        )
      if (begin.length < 32) begin = Buffer.concat([begin, chunk.subarray(0, 32)])
      hash.update(chunk)
      await handle.write(chunk)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return ok({ sha256: hash.digest('hex'), encrypted: looksEncrypted(begin) })
}

/** The answer that this token had before; a refusal where it came with other bytes. */
async function repeated(
  collector: Collector,
  { laNumber, source }: Source,
  claims: ReturnClaims,
): Promise<Result<SubmissionAnswer, Refusal> | null> {
  const before = await asCollector(collector).read((tx) => returnByToken(tx, laNumber, source, claims.jti))
  if (!before) return null
  if (before.bodySha256 !== claims.sha256)
    return fail(refusal('token-used', 'This token was used before.', 'Sign a new one for each return.'))
  const { id, receivedAt, bodySha256, state, receipt } = before
  return ok({
    return: id,
    receivedAt: receivedAt.toISOString(),
    sha256: bodySha256,
    state,
    receipt: receipt ?? '',
  })
}
