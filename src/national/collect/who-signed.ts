import type { z } from 'zod'
import { clockAllowance, issuerPattern, tokenLifetime } from '../../core/collections/index.ts'
import { parsePublicKey, readJws, verifyJws } from '../../core/standards/jws/index.ts'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import { asCollector, type Collector } from './collector.ts'
import { findSource, type Source } from './sources.store.ts'

/** Why a token is not taken for a source's word. */
export interface NotSigned {
  readonly problem: 'not-signed' | 'unknown-source'
  readonly detail: string
  readonly todo: string
}

/** What every token says of who signed it, for whom and when. */
interface SignedClaims {
  readonly iss: string
  readonly aud: string
  readonly iat: number
}

/** A kind of token, and what it signs, for messages: “this return”. */
export interface TokenKind<T extends SignedClaims> {
  readonly type: string
  readonly shape: z.ZodType<T>
  readonly signs: string
}

export const notSigned = (signs: string, detail: string): Result<never, NotSigned> =>
  fail({
    problem: 'not-signed',
    detail,
    todo: `Sign a token for ${signs} with the key that the collector has on file.`,
  })

/** The source whose key on file signed the token, now and for this collector. What the token is about, the caller compares. */
export async function whoSigned<T extends SignedClaims>(
  collector: Collector,
  token: string,
  { type, shape, signs }: TokenKind<T>,
  at: Date,
): Promise<Result<{ readonly claims: T; readonly source: Source }, NotSigned>> {
  const wrong = (detail: string): Result<never, NotSigned> => notSigned(signs, detail)
  const read = readJws(token, type)
  if (!read.ok) return wrong('There is no token that can be read.')
  const shaped = shape.safeParse(read.value.claims)
  if (!shaped.success) return wrong('The token does not say what it should.')
  const claims = shaped.data
  const number = issuerPattern.exec(claims.iss)?.[1] ?? ''
  const source = await asCollector(collector).read((tx) => findSource(tx, number))
  const key = source?.publicKey ? parsePublicKey(source.publicKey) : null
  if (!source || !key)
    return fail({
      problem: 'unknown-source',
      detail: 'No source of this number has a key on file here.',
      todo: 'Give the collector your public key.',
    })
  if (!verifyJws(read.value, key).ok) return wrong('The token’s signature is not of the key on file.')
  const now = at.getTime() / 1000
  if (claims.iat > now + clockAllowance || claims.iat < now - tokenLifetime)
    return wrong('The token is too old, or of a clock that is ahead.')
  if (claims.aud !== collector.origin) return wrong('The token is for another collector.')
  return ok({ claims, source })
}
