import { sign, verify, type KeyObject } from 'node:crypto'
import { fail, ok, type Result } from '../../vocabulary/index.ts'

/** Why a token is not taken. Nothing of it is repeated. */
export type JwsFault = 'malformed' | 'wrong-algorithm' | 'wrong-type' | 'bad-signature'

/** A token whose form was read and whose signature was not looked at yet. Its claims say who wants to be believed. */
export interface UnverifiedJws {
  readonly claims: unknown
  readonly signed: Uint8Array
  readonly signature: Uint8Array
}

/** Tokens are some hundred bytes; a longer one is not looked at. */
const longest = 8192

/** A compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037) and the type in its header (RFC 8725 §3.11). */
export function signJws(type: string, claims: object, key: KeyObject): string {
  const signed = [{ alg: 'EdDSA', typ: type }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

/**
 * Reads a token's form: three parts in strict base64url, the algorithm and type that are asked for, no critical extension.
 * The algorithm is never the token's choice.
 */
export function readJws(text: string, type: string): Result<UnverifiedJws, JwsFault> {
  if (text.length > longest || !/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(text))
    return fail('malformed')
  const [head = '', body = '', tail = ''] = text.split('.')
  const parts = [head, body, tail].map((part) => Buffer.from(part, 'base64url'))
  const [headBytes, bodyBytes, signature] = parts
  if (!headBytes || !bodyBytes || !signature) return fail('malformed')
  if ([head, body, tail].some((part, i) => parts[i]?.toString('base64url') !== part)) return fail('malformed')
  const header = object(headBytes)
  const claims = object(bodyBytes)
  if (!header || !claims || 'crit' in header) return fail('malformed')
  if (header['alg'] !== 'EdDSA') return fail('wrong-algorithm')
  if (header['typ'] !== type) return fail('wrong-type')
  return ok({ claims, signed: Buffer.from(`${head}.${body}`), signature })
}

/** The claims, if the key signed them. */
export const verifyJws = (
  { claims, signed, signature }: UnverifiedJws,
  key: KeyObject,
): Result<unknown, JwsFault> =>
  signature.length === 64 && verify(null, signed, key, signature) ? ok(claims) : fail('bad-signature')

function object(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
