import {
  createPublicKey,
  hkdfSync,
  randomBytes,
  createPrivateKey,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { join } from 'node:path'
import { createOrLoadSecret, wrongSecret, type SecretFile } from '../../../core/store/index.ts'

/** Which files a key opens: names and numbers of people; attributes of sensitivity B. Other attributes have none. */
export type KeyGroup = 'identities' | 'sensitive'

export interface HoldingsKeys {
  /** Wraps the keys of partitions; null: this reader has not got it. */
  readonly identities: Buffer | null
  readonly sensitive: Buffer | null
  readonly signing: { sign(bytes: Uint8Array): string; verify(bytes: Uint8Array, signature: string): boolean }
}

const form = /^gatehouse-holdings-key\/v1\n([A-Za-z0-9_-]{43})\n$/

/**
 * The keys in `folder`, a file each, made there on first use (mode 0600). A process that is to answer without identities is
 * given a folder without that file and `only`.
 * @throws GatehouseError `misconfigured` where a file is damaged or others may read it.
 */
export async function createOrLoadHoldingsKeys(
  folder: string,
  only: readonly KeyGroup[] = ['identities', 'sensitive'],
): Promise<HoldingsKeys> {
  const secretOf = async (name: string, what: string): Promise<Buffer> => {
    const of: SecretFile = {
      file: join(folder, `holdings-${name}.key`),
      cannot: `The holdings’ key of ${what} can’t be used.`,
      todo: 'Put the right file there, readable by its owner alone (chmod 600). Without it what it sealed is lost.',
    }
    const text = await createOrLoadSecret(
      of,
      () => `gatehouse-holdings-key/v1\n${randomBytes(32).toString('base64url')}\n`,
    )
    const [, secret = ''] = form.exec(text.toString('utf8')) ?? []
    if (secret === '') throw wrongSecret(of, 'It is not of the form that Gatehouse writes.')
    return Buffer.from(
      hkdfSync('sha256', Buffer.from(secret, 'base64url'), '', `gatehouse holdings ${name}`, 32),
    )
  }
  return {
    identities: only.includes('identities') ? await secretOf('identities', 'identities') : null,
    sensitive: only.includes('sensitive') ? await secretOf('sensitive', 'sensitive attributes') : null,
    signing: signingOf(await secretOf('signing', 'manifests')),
  }
}

/** The 16 bytes that make an Ed25519 seed a PKCS #8 key (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

function signingOf(seed: Buffer): HoldingsKeys['signing'] {
  const secret: KeyObject = createPrivateKey({
    key: Buffer.concat([pkcs8, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const open = createPublicKey(secret)
  return {
    sign: (bytes) => sign(null, bytes, secret).toString('base64url'),
    verify: (bytes, signature) => verify(null, bytes, open, Buffer.from(signature, 'base64url')),
  }
}
