import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { GatehouseError } from '../core/vocabulary/index.ts'

const derive = promisify(argon2)

// Argon2id (RFC 9106), above the least that OWASP's Password Storage Cheat Sheet asks for: 19 MiB, two passes.
const current = { memory: 32_768, passes: 3, parallelism: 1 }
const tagLength = 32

/** Shorter ones are refused. Length is the only rule: three unrelated words pass, as the NCSC advises. */
export const shortestPassword = 12

const encode = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

/**
 * The string to store: algorithm, parameters, nonce and tag in the usual `$argon2id$…` form, so that parameters can be
 * raised without invalidating what is stored.
 * @throws GatehouseError `bad-input` when the password is too short.
 */
export async function hashPassword(password: string): Promise<string> {
  if (password.normalize('NFC').length < shortestPassword) {
    throw new GatehouseError('bad-input', `A password has at least ${shortestPassword} characters.`, {
      todo: 'Take three words that don’t belong together.',
    })
  }
  const nonce = randomBytes(16)
  const tag = await derive('argon2id', { ...current, message: password.normalize('NFC'), nonce, tagLength })
  return `$argon2id$v=19$m=${current.memory},t=${current.passes},p=${current.parallelism}$${encode(nonce)}$${encode(tag)}`
}

const form =
  /^\$argon2id\$v=19\$m=(\d{4,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,86})$/

/** True when the password is the one that was hashed. A stored string that can't be read is never a match. */
export async function checkPassword(password: string, stored: string): Promise<boolean> {
  const match = form.exec(stored)
  if (!match) return false
  const [, memory, passes, parallelism, nonce, tag] = match
  const expected = Buffer.from(tag ?? '', 'base64')
  const actual = await derive('argon2id', {
    message: password.normalize('NFC'),
    nonce: Buffer.from(nonce ?? '', 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length,
  })
  return timingSafeEqual(actual, expected)
}

/** Costs what a real check costs: for an e-mail address nobody has, so that the time doesn't tell. */
export async function pretendToCheck(password: string): Promise<void> {
  await derive('argon2id', {
    ...current,
    message: password.normalize('NFC'),
    nonce: Buffer.alloc(16),
    tagLength,
  })
}
