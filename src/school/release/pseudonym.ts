import { createHmac, createSecretKey } from 'node:crypto'

// Crockford's alphabet: no letter that is taken for a digit, and no vowel but A and E to make words with.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const characters = 16

/**
 * What a recipient gets in place of an id: the first 80 bits of HMAC-SHA-256 under that recipient's key, in base 32. The
 * same pupil keeps it at that recipient; two recipients' codes can't be joined without the key.
 */
export function pseudonymsUnder(key: Uint8Array): (id: string) => string {
  const secret = createSecretKey(key) // read once: with the bytes each HMAC costs six times as much
  return (id) => inBase32(createHmac('sha256', secret).update(`gatehouse/pseudonym/v1\0${id}`).digest())
}

function inBase32(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (let i = 0; text.length < characters; i++) {
    held = ((held << 8) | (bytes[i] ?? 0)) & 0xfff
    for (bits += 8; bits >= 5 && text.length < characters; bits -= 5) {
      text += alphabet.charAt((held >> (bits - 5)) & 31)
    }
  }
  return text
}
