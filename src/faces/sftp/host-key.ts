import { createHash } from 'node:crypto'
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { GatehouseError } from '../../core/vocabulary/index.ts'

const { utils } = ssh2
const fileName = 'collector-sftp'

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
  const file = join(folder, fileName)
  const text = (await readKey(file)) ?? (await createKey(folder, file))
  const parsed = utils.parseKey(text)
  if (parsed instanceof Error || !parsed.isPrivateKey())
    throw wrongKey(file, 'It is no private key as OpenSSH writes it.')
  const blob = parsed.getPublicSSH()
  return {
    private: text,
    public: `${parsed.type} ${blob.toString('base64')}`,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
  }
}

async function readKey(file: string): Promise<string | undefined> {
  try {
    if (((await stat(file)).mode & 0o077) !== 0)
      throw wrongKey(file, 'Other users of this machine may read it.')
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** About one in some hundreds that the package makes can't be read back: such a one is thrown away. */
function makeKey(): string {
  for (;;) {
    const { private: made } = utils.generateKeyPairSync('ed25519', { comment: 'gatehouse collector' })
    if (!(utils.parseKey(made) instanceof Error)) return made
  }
}

async function createKey(folder: string, file: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const text = makeKey()
  const temporary = `${file}.${String(process.pid)}`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(temporary, file) // fails when another process was first: then its key is the server's
    return text
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return (await readKey(file)) ?? text
    throw error
  } finally {
    await unlink(temporary)
  }
}

const wrongKey = (file: string, why: string): GatehouseError =>
  new GatehouseError('misconfigured', 'The SFTP server’s key file can’t be used.', {
    where: file,
    why,
    todo: 'Put the right file there, readable by its owner alone (chmod 600). Sources know the server by it.',
  })
