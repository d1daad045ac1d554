import { createHmac } from 'node:crypto'

// Crockford's alphabet: no letter that is taken for a digit, and no vowel but A and E to make words with.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const characters = 16

/**
 * What a recipient gets in place of an id: the first 80 bits of HMAC-SHA-256 under that recipient's key, in base 32. The
 * same pupil keeps it at that recipient; two recipients' codes can't be joined without the key.
 */
export function pseudonymOf(key: Uint8Array, id: string): string {
  const mac = createHmac('sha256', key).update(`gatehouse/pseudonym/v1\0${id}`).digest()
  let bits = 0n
  for (const byte of mac.subarray(0, (characters * 5) / 8)) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let i = characters - 1; i >= 0; i--) text += alphabet.charAt(Number((bits >> BigInt(i * 5)) & 31n))
  return text
}
