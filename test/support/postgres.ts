import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The newest installed PostgreSQL server's bin folder, or undefined. */
export function postgresBin(): string | undefined {
  const base = '/usr/lib/postgresql'
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(base, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

/**
 * Starts a throw-away PostgreSQL cluster on loopback; as root it runs as the user `postgres`, which the server demands.
 * `durable`: a commit waits for the disk, as on a server that is meant to last.
 */
export async function startPostgres(
  bin: string,
  { durable = false } = {},
): Promise<{ url: string; stop: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-postgres-'))
  const root = process.getuid?.() === 0
  const run = (command: string, args: string[]): void => {
    const done = root
      ? spawnSync('runuser', ['-u', 'postgres', '--', join(bin, command), ...args], {
          encoding: 'utf8',
          cwd: '/',
        })
      : spawnSync(join(bin, command), args, { encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`${command} failed: ${done.stderr}`)
  }
  chmodSync(folder, 0o755)
  if (root) spawnSync('chown', ['postgres', folder])
  const data = join(folder, 'data')
  run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'])
  const port = await freePort()
  // Durability is not what the tests are about, and the cluster is thrown away.
  const haste = durable ? '' : '-c fsync=off -c full_page_writes=off'
  const options = `-p ${port} -h 127.0.0.1 -k ${folder} ${haste} -c max_connections=200`
  run('pg_ctl', ['-D', data, '-l', join(folder, 'log'), '-o', options, '-w', 'start'])
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: () => {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
