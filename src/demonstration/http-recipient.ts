import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import type { Arrived } from './sftp-recipient.ts'

/** A recipient's web service on loopback that takes pushed files, played by the demonstration. */
export interface HttpRecipient {
  readonly port: number
  close(): Promise<void>
}

/**
 * Takes `PUT` or `POST` to `/<user>/<file name>`, keeps the body in `<folder>/<user>` and answers 201 with the SHA-256 of
 * what arrived. The same file sent again is answered alike and kept once. Bodies over 64 MiB are refused.
 */
export async function startHttpRecipient(options: {
  readonly folder: string
  readonly users: readonly string[]
  readonly arrived: Arrived
}): Promise<HttpRecipient> {
  const { folder, users, arrived } = options
  const limit = 64 * 1024 * 1024
  const server = createServer((request, response) => {
    const [user = '', ...rest] = (request.url ?? '').split('?')[0]?.split('/').filter(Boolean) ?? []
    const name = basename(decodeURIComponent(rest.at(-1) ?? ''))
    if (
      !users.includes(user) ||
      name === '' ||
      name.startsWith('.') ||
      !['PUT', 'POST'].includes(request.method ?? '')
    ) {
      response.writeHead(404).end()
      return
    }
    const parts: Buffer[] = []
    let size = 0
    request.on('data', (part: Buffer) => {
      size += part.length
      if (size > limit) request.destroy()
      else parts.push(part)
    })
    request.on('end', () => {
      const body = Buffer.concat(parts)
      mkdirSync(join(folder, user), { recursive: true })
      const target = join(folder, user, name)
      writeFileSync(`${target}.part`, body)
      renameSync(`${target}.part`, target)
      arrived(user, target)
      response.writeHead(201, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ sha256: createHash('sha256').update(body).digest('hex') }))
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
