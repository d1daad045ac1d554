import { createHash } from 'node:crypto'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { createOrLoadSecret, wrongSecret, type SecretFile } from '../../core/store/index.ts'

const { utils } = ssh2

/** The server's own key: by it a source knows that it speaks with this collector. */
export interface HostKey {
  readonly private: string
  /** `ssh-ed25519 AAAA…`, and the same as `SHA256:…`. */
  readonly public: string
  readonly fingerprint: string
}

/**
 * The host key in `folder`, made there on first use (mode 0600).
 * @throws GatehouseError `misconfigured` when it is no such key or others may read it.
 */
export async function createOrLoadHostKey(folder: string): Promise<HostKey> {
  const of: SecretFile = {
    file: join(folder, 'collector-sftp'),
    cannot: 'The SFTP server’s key file can’t be used.',
    todo: 'Put the right file there, readable by its owner alone (chmod 600). Sources know the server by it.',
  }
  const text = (await createOrLoadSecret(of, makeKey)).toString('utf8')
  const parsed = utils.parseKey(text)
  if (parsed instanceof Error || !parsed.isPrivateKey())
    throw wrongSecret(of, 'It is no private key as OpenSSH writes it.')
  const blob = parsed.getPublicSSH()
  return {
    private: text,
    public: `${parsed.type} ${blob.toString('base64')}`,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
  }
}

/** About one in some hundreds that the package makes can't be read back: such a one is thrown away. */
function makeKey(): string {
  for (;;) {
    const { private: made } = utils.generateKeyPairSync('ed25519', { comment: 'gatehouse collector' })
    if (!(utils.parseKey(made) instanceof Error)) return made
  }
}
