import { Encrypter } from 'age-encryption'
import { fail, ok, type Result } from '../../vocabulary/index.ts'

/** Native age key kinds: `x25519` (`age1…`), `hybrid` (`age1pq1…`: ML-KEM-768 with X25519, safe against a quantum computer). */
export type AgeRecipientKind = 'x25519' | 'hybrid'

/** A public key that was read and found whole; only `parseAgeRecipient` makes one. */
export interface AgeRecipient {
  readonly kind: AgeRecipientKind
  readonly text: string
  readonly [parsed]: true
}
declare const parsed: unique symbol

export type AgeRecipientFault = 'not-age' | 'kind-not-supported' | 'secret-key' | 'damaged'

/**
 * Reads a public key as a recipient hands it over. A secret key pasted by mistake is told apart, so that the person can be
 * warned that it is burnt; its text is never repeated. Tag, plugin and SSH keys are refused: no pupil file goes to them.
 */
export function parseAgeRecipient(text: string): Result<AgeRecipient, AgeRecipientFault> {
  const key = text.trim()
  if (/^age-(secret-key|plugin)-/i.test(key)) return fail('secret-key')
  if (!/^age1[0-9a-z]+$/.test(key)) return fail('not-age')
  const kind: AgeRecipientKind | undefined = key.startsWith('age1pq1')
    ? 'hybrid'
    : /^age1[02-9ac-hj-np-z]{58}$/.test(key)
      ? 'x25519'
      : undefined
  if (!kind) return fail(/^age1[a-z]+1/.test(key) ? 'kind-not-supported' : 'damaged')
  try {
    new Encrypter().addRecipient(key) // checks the bech32 sum and the key's length
  } catch {
    return fail('damaged')
  }
  return ok({ kind, text: key } as AgeRecipient)
}
