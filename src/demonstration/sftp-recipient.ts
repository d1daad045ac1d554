import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import ssh2, { type ParsedKey, type SFTPWrapper } from 'ssh2'

const { Server, utils } = ssh2

/** A key pair for a played server or client. Now and then the package makes one that it can't read back: not such a one. */
export function makeSshKey(): { private: string; public: string } {
  for (;;) {
    const pair = utils.generateKeyPairSync('ed25519')
    if (!(utils.parseKey(pair.private) instanceof Error)) return pair
  }
}

const { STATUS_CODE, OPEN_MODE } = utils.sftp

/** A recipient's SFTP drop box on loopback, played by the demonstration. */
export interface SftpRecipient {
  readonly port: number
  /** The server's public host key, as OpenSSH writes it (`ssh-ed25519 AAAA…`): what the school pins. */
  readonly hostKey: string
  close(): Promise<void>
}

/** Called when a file lies whole in a user's folder. */
export type Arrived = (user: string, file: string) => void

/**
 * Starts an SFTP server on loopback into which the holder of `clientKey` (a public key in OpenSSH form) may put files.
 * User `<id>` sees only the flat folder `<folder>/<id>`; a path is reduced to its last part, so nothing lies elsewhere.
 */
export async function startSftpRecipient(options: {
  readonly folder: string
  readonly clientKey: string
  /** The server's own key pair, OpenSSH form; kept by the caller so that the pin stays right over a restart. */
  readonly hostKey: { readonly private: string; readonly public: string }
  readonly users: readonly string[]
  readonly arrived: Arrived
}): Promise<SftpRecipient> {
  const { folder, clientKey, hostKey, users, arrived } = options
  const allowed = utils.parseKey(clientKey)
  if (allowed instanceof Error) throw allowed
  const key: ParsedKey = allowed
  const server = new Server({ hostKeys: [hostKey.private] }, (client) => {
    let user = ''
    client.on('error', () => undefined)
    client.on('authentication', (context) => {
      const known = users.includes(context.username)
      if (!known || context.method !== 'publickey' || !context.key.data.equals(key.getPublicSSH())) {
        context.reject(['publickey'])
        return
      }
      // It returns what went wrong as an Error, which is no true: its types hide that.
      const verified: unknown =
        context.signature && context.blob
          ? key.verify(context.blob, context.signature, context.hashAlgo)
          : true // the client only asks whether its key would do
      if (verified !== true) {
        context.reject(['publickey'])
        return
      }
      user = context.username
      context.accept()
    })
    client.on('ready', () => {
      client.on('session', (accept) => {
        accept().on('sftp', (acceptSftp) => {
          serveFolder(acceptSftp(), join(folder, user), (file) => {
            arrived(user, file)
          })
        })
      })
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve()
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: hostKey.public.trim(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
      }),
  }
}

/** The operations that a client needs to put a file whole: open, write, close, stat, read back, rename, remove. */
function serveFolder(sftp: SFTPWrapper, folder: string, arrived: (file: string) => void): void {
  mkdirSync(folder, { recursive: true })
  const handles = new Map<number, number>()
  let next = 0
  const at = (path: string): string => join(folder, basename(path) || '.')
  const fileOf = (handle: Buffer): number | undefined => handles.get(handle.readUInt32BE(0))
  const attributes = (stats: { mode: number; size: number; mtimeMs: number }) => ({
    mode: stats.mode,
    uid: 0,
    gid: 0,
    size: stats.size,
    atime: Math.floor(stats.mtimeMs / 1000),
    mtime: Math.floor(stats.mtimeMs / 1000),
  })
  const attempt = (id: number, work: () => void): void => {
    try {
      work()
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
      sftp.status(id, missing ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE)
    }
  }
  sftp.on('OPEN', (id, path, flags) => {
    attempt(id, () => {
      const write = (flags & OPEN_MODE.WRITE) !== 0
      const handle = Buffer.alloc(4)
      handle.writeUInt32BE(next)
      handles.set(next++, openSync(at(path), write ? 'w' : 'r'))
      sftp.handle(id, handle)
    })
  })
  sftp.on('WRITE', (id, handle, offset, data) => {
    attempt(id, () => {
      const file = fileOf(handle)
      if (file !== undefined) writeSync(file, data, 0, data.length, offset)
      sftp.status(id, file === undefined ? STATUS_CODE.FAILURE : STATUS_CODE.OK)
    })
  })
  sftp.on('READ', (id, handle, offset, length) => {
    attempt(id, () => {
      const file = fileOf(handle)
      const data = Buffer.alloc(Math.min(length, 65_536))
      const read = file === undefined ? 0 : readSync(file, data, 0, data.length, offset)
      if (read === 0) sftp.status(id, STATUS_CODE.EOF)
      else sftp.data(id, data.subarray(0, read))
    })
  })
  sftp.on('CLOSE', (id, handle) => {
    attempt(id, () => {
      const file = fileOf(handle)
      if (file !== undefined) closeSync(file)
      handles.delete(handle.readUInt32BE(0))
      sftp.status(id, STATUS_CODE.OK)
    })
  })
  const stat = (id: number, path: string): void => {
    attempt(id, () => {
      sftp.attrs(id, attributes(statSync(at(path))))
    })
  }
  sftp.on('STAT', stat)
  sftp.on('LSTAT', stat)
  sftp.on('FSTAT', (id, handle) => {
    attempt(id, () => {
      const file = fileOf(handle)
      if (file === undefined) sftp.status(id, STATUS_CODE.FAILURE)
      else sftp.attrs(id, attributes(fstatSync(file)))
    })
  })
  sftp.on('FSETSTAT', (id) => {
    sftp.status(id, STATUS_CODE.OK)
  })
  sftp.on('SETSTAT', (id) => {
    sftp.status(id, STATUS_CODE.OK)
  })
  sftp.on('REALPATH', (id, path) => {
    const name = basename(path)
    sftp.name(id, [
      {
        filename: name === '' || name === '.' ? '/' : `/${name}`,
        longname: '',
        attrs: attributes({ mode: 0o40700, size: 0, mtimeMs: 0 }),
      },
    ])
  })
  sftp.on('RENAME', (id, from, to) => {
    attempt(id, () => {
      renameSync(at(from), at(to))
      arrived(at(to))
      sftp.status(id, STATUS_CODE.OK)
    })
  })
  sftp.on('REMOVE', (id, path) => {
    attempt(id, () => {
      const exists = existsSync(at(path))
      rmSync(at(path), { force: true })
      sftp.status(id, exists ? STATUS_CODE.OK : STATUS_CODE.NO_SUCH_FILE)
    })
  })
}
