import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import ssh2, { type AuthContext, type Connection } from 'ssh2'
import { findSftpSource } from '../../national/collect/show/index.ts'
import type { Source } from '../../national/collect/index.ts'
import type { CollectorHouse } from '../index.ts'
import { createOrLoadHostKey } from './host-key.ts'
import { serveSession } from './session.ts'

const { Server, utils } = ssh2

/** What a source's connections may cost. Times in milliseconds. */
export interface Bounds {
  readonly connections: number
  readonly connectionsPerSource: number
  readonly handles: number
  readonly tries: number
  readonly signIn: number
  readonly idle: number
}

export const usualBounds: Bounds = {
  connections: 200,
  connectionsPerSource: 4,
  handles: 16,
  tries: 6,
  signIn: 20_000,
  idle: 300_000,
}

export interface RunningSftp {
  readonly port: number
  /** `ssh-ed25519 AAAA…`: what sources pin; and the same as `SHA256:…`. */
  readonly hostKey: string
  readonly fingerprint: string
  readonly stop: () => Promise<void>
}

/** Listens for sources; resolves once it does. @throws GatehouseError `misconfigured` for the host key */
export async function startSftp(
  house: CollectorHouse,
  port: number,
  hostname?: string,
  bounds: Bounds = usualBounds,
): Promise<RunningSftp> {
  const hostKey = await createOrLoadHostKey(join(house.collector.home, 'keys'))
  const sockets = new Map<string, Socket>()
  const perSource = new Map<string, number>()
  const ssh = new Server(
    { hostKeys: [hostKey.private], ident: 'gatehouse' },
    (client, { ip, port: from }) => {
      const socket = sockets.get(`${ip} ${String(from)}`)
      if (socket) welcome(house, client, socket, perSource, bounds)
      else client.end()
    },
  )
  // The package's own listener bounds neither idle connections nor those that say nothing.
  const server = createServer((socket) => {
    const key = `${socket.remoteAddress ?? ''} ${String(socket.remotePort)}`
    if (sockets.size >= bounds.connections) {
      socket.destroy()
      return
    }
    sockets.set(key, socket)
    socket.once('close', () => sockets.delete(key))
    socket.on('error', () => undefined)
    socket.setTimeout(bounds.signIn, () => socket.destroy())
    ssh.injectSocket(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(hostname ? { host: hostname } : {}) }, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: hostKey.public,
    fingerprint: hostKey.fingerprint,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets.values()) socket.destroy()
      }),
  }
}

function welcome(
  house: CollectorHouse,
  client: Connection,
  socket: Socket,
  perSource: Map<string, number>,
  bounds: Bounds,
): void {
  let source: Source | null = null
  let tries = 0
  // Who dawdles over signing in a byte at a time is cut off too.
  const late = setTimeout(() => socket.destroy(), bounds.signIn)
  // Counted when it signs in, not later: several that sign in at the same time would all find room.
  const take = (own: string): boolean => {
    const held = perSource.get(own) ?? 0
    if (held >= bounds.connectionsPerSource || socket.destroyed) return false
    perSource.set(own, held + 1)
    socket.once('close', () => {
      const left = (perSource.get(own) ?? 1) - 1
      if (left > 0) perSource.set(own, left)
      else perSource.delete(own)
    })
    return true
  }
  client.on('error', () => undefined)
  client.on('authentication', (context) => {
    void whoIs(house, context).then(
      (who) => {
        if (who === 'asked') context.accept()
        else if (who && !source && take(who.source)) {
          source = who
          context.accept()
        } else if (++tries >= bounds.tries) socket.destroy()
        else context.reject(['publickey'])
      },
      () => socket.destroy(),
    )
  })
  client.on('ready', () => {
    clearTimeout(late)
    if (!source) {
      socket.destroy()
      return
    }
    const own = source
    socket.setTimeout(bounds.idle)
    let begun = false
    client.on('session', (accept, reject) => {
      if (begun) {
        reject()
        return
      }
      begun = true
      accept().on('sftp', (acceptSftp) => {
        const end = serveSession(house, own, acceptSftp(), bounds.handles)
        socket.once('close', end)
      })
    })
  })
  socket.once('close', () => clearTimeout(late))
}

/** The source that holds this key; `asked` where the client only asks whether its key would do; null for anybody else. */
async function whoIs({ collector }: CollectorHouse, context: AuthContext): Promise<Source | 'asked' | null> {
  if (context.method !== 'publickey' || !/^[0-9A-Za-z]{3,12}$/.test(context.username)) return null
  const found = await findSftpSource(collector, context.username)
  if (!found?.key.blob.equals(context.key.data)) return null
  if (!context.signature || !context.blob) return 'asked'
  const key = utils.parseKey(found.key.text)
  if (key instanceof Error) return null
  // It returns what went wrong as an Error, which is no true: its types hide that.
  const verified: unknown = key.verify(context.blob, context.signature, context.hashAlgo)
  return verified === true ? found.source : null
}
