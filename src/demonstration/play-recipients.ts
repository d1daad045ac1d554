import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decryptWith, looksEncrypted, makeIdentity, recipientOf } from '../core/standards/age/index.ts'
import { startHttpRecipient } from './http-recipient.ts'
import { makeSshKey, startSftpRecipient } from './sftp-recipient.ts'

/** The recipients of the demonstration, listening on loopback, each with its own age key. */
export interface PlayedRecipients {
  /** What the recipient gives the school: its public key and where to send. */
  standingOf(
    id: string,
    kind: 'sftp' | 'https' | 'download' | 'copy-sheet' | 'none',
  ): Promise<{
    readonly ageRecipient: string
    readonly endpoint: Readonly<Record<string, unknown>>
    readonly secretReference: string | null
  }>
  /** Hands a file to a recipient that fetches it itself: a download, a copy sheet. Returns where it lies, opened. */
  take(id: string, name: string, bytes: Uint8Array): Promise<string>
  /** Waits until everything that arrived is opened. */
  settled(): Promise<void>
  close(): Promise<void>
}

interface Keys {
  readonly host: { readonly private: string; readonly public: string }
  readonly identities: Record<string, string>
}

/** The secret's name in `home/keys` with which the school signs in at the played SFTP server. */
const clientKeyName = 'demonstration-sftp'

/**
 * Starts them. Their keys are kept in `home/recipients`, apart from the school's, so that a restart finds the same ones.
 * Files arrive in `outbox/<id>/`; beside an encrypted file lies the one that the recipient opened.
 */
export async function playRecipients(
  home: string,
  outbox: string,
  ids: readonly string[],
): Promise<PlayedRecipients> {
  const keyFile = join(home, 'recipients', 'keys.json')
  const keys: Keys = existsSync(keyFile)
    ? (JSON.parse(readFileSync(keyFile, 'utf8')) as Keys)
    : { host: makeSshKey(), identities: {} }
  for (const id of ids) keys.identities[id] ??= (await makeIdentity('x25519')).identity
  mkdirSync(join(home, 'recipients'), { recursive: true, mode: 0o700 })
  writeFileSync(keyFile, JSON.stringify(keys), { mode: 0o600 })

  const opening: Promise<unknown>[] = []
  const open = async (id: string, file: string): Promise<string> => {
    const bytes = await readFile(file)
    if (!looksEncrypted(bytes)) return file
    const plain = file.replace(/\.age$/, '')
    const opened = await decryptWith(keys.identities[id] ?? '', bytes)
    if (!opened.ok) return file
    await writeFile(plain, opened.value)
    return plain
  }
  const arrived = (id: string, file: string): void => {
    opening.push(open(id, file))
  }
  const sftp = await startSftpRecipient({
    folder: outbox,
    clientKey: schoolClientKey(home),
    hostKey: keys.host,
    users: ids,
    arrived,
  })
  const http = await startHttpRecipient({ folder: outbox, users: ids, arrived })

  return {
    async standingOf(id, kind) {
      const ageRecipient = await recipientOf(keys.identities[id] ?? '')
      if (kind === 'sftp') {
        const endpoint = { host: '127.0.0.1', port: sftp.port, user: id, folder: '.', hostKey: sftp.hostKey }
        return { ageRecipient, endpoint, secretReference: clientKeyName }
      }
      const endpoint = kind === 'https' ? { url: `http://127.0.0.1:${http.port}/${id}/`, method: 'PUT' } : {}
      return { ageRecipient, endpoint, secretReference: null }
    },
    async take(id, name, bytes) {
      mkdirSync(join(outbox, id), { recursive: true })
      const file = join(outbox, id, name)
      await writeFile(file, bytes)
      return open(id, file)
    },
    async settled() {
      await Promise.all(opening.splice(0))
    },
    async close() {
      await Promise.all([sftp.close(), http.close()])
    },
  }
}

/** Makes the school's SFTP key on first use and returns its public half, which the played server lets in. */
function schoolClientKey(home: string): string {
  const file = join(home, 'keys', clientKeyName)
  if (!existsSync(file)) {
    const pair = makeSshKey()
    mkdirSync(join(home, 'keys'), { recursive: true, mode: 0o700 })
    writeFileSync(file, pair.private, { mode: 0o600 })
    writeFileSync(`${file}.pub`, pair.public, { mode: 0o600 })
  }
  return readFileSync(`${file}.pub`, 'utf8')
}
