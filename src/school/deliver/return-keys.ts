import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jwsKey, newSeed, parsePublicKey, type JwsKey } from '../../core/standards/jws/index.ts'
import { createOrLoadSecret, wrongSecret, type SecretFile } from '../../core/store/index.ts'

/**
 * The key with which this school signs the returns that it submits: `home/keys/return-signing.key`, made on first use,
 * readable by its owner alone. The collector has its public half on file.
 * @throws GatehouseError `misconfigured` when the file is damaged or others may read it.
 */
export async function returnSigningKey(home: string): Promise<JwsKey> {
  const of = keyFile(home, 'return-signing.key')
  const text = await createOrLoadSecret(of, () => `${Buffer.from(newSeed()).toString('base64url')}\n`)
  const seed = Buffer.from(text.toString('utf8').trim(), 'base64url')
  if (seed.length !== 32) throw wrongSecret(of, 'It is not of the form that Gatehouse writes.')
  return jwsKey(seed)
}

/** The public key with which the collector signs its receipts, if the school has it: `home/keys/collector-receipt.pub`. */
export async function collectorReceiptKey(home: string): Promise<KeyObject | null> {
  const of = keyFile(home, 'collector-receipt.pub')
  const text = await readFile(of.file, 'utf8').catch(() => null)
  if (text === null) return null
  const key = parsePublicKey(text.trim())
  if (!key) throw wrongSecret(of, 'It is not a public key as collectors hand it out.')
  return key
}

const keyFile = (home: string, name: string): SecretFile => ({
  file: join(home, 'keys', name),
  cannot: 'A key of the school’s returns can’t be used.',
  todo: 'Put the right file there, readable by its owner alone (chmod 600).',
})
