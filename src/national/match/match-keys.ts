import { hkdfSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createOrLoadSecret, wrongSecret, type SecretFile } from '../../core/store/index.ts'

/** The matching’s own keys, all made from one secret. */
export interface MatchKeys {
  /** Encrypts identities at rest (AES-256-GCM). */
  readonly sealing: Buffer
  /** Names identities: a digest that can’t be made without it. */
  readonly naming: Buffer
  /** Digests of two identities that are never to be joined. */
  readonly severing: Buffer
}

const form = /^gatehouse-match-key\/v1\n([A-Za-z0-9_-]{43})\n$/

/**
 * The keys from the secret in `folder`, made there on first use (mode 0600). Without it no identity can be read again: back it up.
 * @throws GatehouseError `misconfigured` when the file is damaged or others may read it.
 */
export async function createOrLoadMatchKeys(folder: string): Promise<MatchKeys> {
  const of: SecretFile = {
    file: join(folder, 'match.key'),
    cannot: 'The matching’s key file can’t be used.',
    todo: 'Put the right file there, readable by its owner alone (chmod 600). Without it the matched identities can’t be read.',
  }
  const text = await createOrLoadSecret(
    of,
    () => `gatehouse-match-key/v1\n${randomBytes(32).toString('base64url')}\n`,
  )
  const [, secret = ''] = form.exec(text.toString('utf8')) ?? []
  if (secret === '') throw wrongSecret(of, 'It is not of the form that Gatehouse writes.')
  const derived = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64url'), '', `gatehouse match ${use}`, 32))
  return { sealing: derived('sealing'), naming: derived('naming'), severing: derived('severing') }
}
