import ssh2, { type ServerHostKeyAlgorithm, type SFTPWrapper } from 'ssh2'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import type { SftpEndpoint } from './endpoint.ts'
import { isPinned, pinnedType } from './host-key.ts'
import type { DeliveryFault } from './transport.ts'

/** What happened to one request, as far as the school needs to tell cases apart. */
export type SftpFault = 'missing' | 'denied' | 'refused' | 'interrupted'

/** An open session. No method throws. */
export interface SftpSession {
  size(path: string): Promise<Result<number, SftpFault>>
  read(path: string): Promise<Result<Uint8Array, SftpFault>>
  write(path: string, body: Uint8Array): Promise<Result<undefined, SftpFault>>
  /** Fails on most servers when `to` exists, as version 3 of the protocol wants it. */
  rename(from: string, to: string): Promise<Result<undefined, SftpFault>>
  close(): void
}

// SSH File Transfer Protocol, draft 02, section 7: status codes.
const faults: Readonly<Record<number, SftpFault>> = { 2: 'missing', 3: 'denied' }

const faultOf = (error: unknown): SftpFault => {
  const code = (error as { code?: unknown }).code
  return typeof code === 'number' ? (faults[code] ?? 'refused') : 'interrupted'
}

const passwordMark = 'password:'

/** A password as the secret of an SFTP endpoint: told apart from a private key by how it begins. */
export const passwordSecret = (password: string): string => `${passwordMark}${password}`

const algorithmsFor = (type: string | undefined): ServerHostKeyAlgorithm[] | undefined => {
  if (type === undefined) return undefined
  return type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type as ServerHostKeyAlgorithm]
}

/**
 * Connects, checks the pinned host key before anything secret is said, signs in with the school's private key or password. All of it,
 * and everything done in the session, must end within `limit` milliseconds: then the connection is cut.
 */
export function openSftp(
  endpoint: SftpEndpoint,
  secret: string,
  limit: number,
): Promise<Result<SftpSession, DeliveryFault>> {
  return new Promise((resolve) => {
    const client = new ssh2.Client()
    let otherKey = false
    let late = false
    const timer = setTimeout(() => {
      late = true
      client.destroy()
      resolve(fail('too-slow'))
    }, limit)
    timer.unref()
    const end = (fault: DeliveryFault): void => {
      clearTimeout(timer)
      client.destroy()
      resolve(fail(fault))
    }
    client.on('error', (error: Error & { level?: string }) => {
      if (otherKey) end('host-key')
      else if (late || error.level === 'client-timeout') end('too-slow')
      else if (error.level === 'client-authentication') end('sign-in')
      else end(error.level === 'client-socket' ? 'unreachable' : 'interrupted')
    })
    client.on('close', () => {
      end('interrupted')
    })
    client.on('ready', () => {
      client.sftp((error, wrapper) => {
        if (error) end('refused')
        else resolve(ok(sessionOver(client, wrapper, timer)))
      })
    })
    const algorithms = algorithmsFor(pinnedType(endpoint.pin))
    try {
      client.connect({
        host: endpoint.host,
        port: endpoint.port,
        username: endpoint.user,
        ...(secret.startsWith(passwordMark)
          ? { password: secret.slice(passwordMark.length) }
          : { privateKey: secret }),
        readyTimeout: Math.min(limit, 20_000),
        hostVerifier: (wire: Buffer) => {
          otherKey = !isPinned(endpoint.pin, wire)
          return !otherKey
        },
        ...(algorithms ? { algorithms: { serverHostKey: algorithms } } : {}),
      })
    } catch {
      end('misconfigured') // a private key that can't be read
    }
  })
}

function sessionOver(client: ssh2.Client, sftp: SFTPWrapper, timer: NodeJS.Timeout): SftpSession {
  // A request that is under way when the connection breaks is answered by ssh2 with an error; one made later, by this.
  let open = true
  const gone: Promise<void> = new Promise((resolve) => {
    client.once('close', () => {
      open = false
      resolve()
    })
  })
  const ask = <T>(
    request: (answer: (error: unknown, value: T) => void) => void,
  ): Promise<Result<T, SftpFault>> =>
    new Promise((resolve) => {
      const lost = (): void => resolve(fail('interrupted'))
      if (!open) {
        lost()
        return
      }
      void gone.then(lost)
      try {
        request((error, value) => resolve(error ? fail(faultOf(error)) : ok(value)))
      } catch {
        lost()
      }
    })
  return {
    size: async (path) => {
      const stats = await ask<{ size: number }>((answer) => sftp.stat(path, answer))
      return stats.ok ? ok(stats.value.size) : stats
    },
    read: (path) => ask<Uint8Array>((answer) => sftp.readFile(path, answer)),
    write: (path, body) =>
      ask<undefined>((answer) =>
        sftp.writeFile(path, Buffer.from(body), (error) => answer(error, undefined)),
      ),
    rename: (from, to) =>
      ask<undefined>((answer) => sftp.rename(from, to, (error) => answer(error, undefined))),
    close: () => {
      clearTimeout(timer)
      client.end()
    },
  }
}
