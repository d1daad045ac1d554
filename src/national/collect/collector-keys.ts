import { join } from 'node:path'
import {
  makeIdentity,
  parseAgeRecipient,
  recipientOf,
  type AgeRecipient,
} from '../../core/standards/age/index.ts'
import { jwsKey, newSeed, type JwsKey } from '../../core/standards/jws/index.ts'
import { createOrLoadSecret, wrongSecret, type SecretFile } from '../../core/store/index.ts'

/** The collector's own keys: one opens what is sent to it and what it keeps, one signs its receipts. */
export interface CollectorKeys {
  /** Handed to sources: what they encrypt to. */
  readonly recipient: AgeRecipient
  readonly identity: string
  readonly signing: JwsKey
}

const form = /^gatehouse-collector-key\/v1\nage (AGE-SECRET-KEY-\S+)\ned25519 ([A-Za-z0-9_-]{43})\n$/

/**
 * The keys in `folder`, made there on first use (mode 0600). What was received can't be opened without them: back them up.
 * @throws GatehouseError `misconfigured` when the file is damaged or others may read it.
 */
export async function createOrLoadCollectorKeys(folder: string): Promise<CollectorKeys> {
  const of: SecretFile = {
    file: join(folder, 'collector.key'),
    cannot: 'The collector’s key file can’t be used.',
    todo: 'Put the right file there, readable by its owner alone (chmod 600). Without it nothing that was received can be opened.',
  }
  const text = (await createOrLoadSecret(of, makeKeys)).toString('utf8')
  const [, identity = '', seed = ''] = form.exec(text) ?? []
  if (identity === '') throw wrongSecret(of, 'It is not of the form that Gatehouse writes.')
  const recipient = parseAgeRecipient(await recipientOf(identity))
  if (!recipient.ok) throw wrongSecret(of, 'Its key is not one that Gatehouse makes.')
  return { recipient: recipient.value, identity, signing: jwsKey(Buffer.from(seed, 'base64url')) }
}

async function makeKeys(): Promise<string> {
  const { identity } = await makeIdentity('hybrid')
  return `gatehouse-collector-key/v1\nage ${identity}\ned25519 ${Buffer.from(newSeed()).toString('base64url')}\n`
}
