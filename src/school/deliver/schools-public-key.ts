import { readSecret } from './read-secret.ts'
import { publicHalf } from './ssh-key.ts'

/** The public half of the key with which the school signs in somewhere; null where that is no key, or there is none. */
export async function schoolsPublicKey(home: string, reference: string): Promise<string | null> {
  const secret = await readSecret(home)(reference)
  return secret === null ? null : publicHalf(secret)
}
