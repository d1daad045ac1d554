import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openStore, type Store } from '../../src/core/store/index.ts'
import { freePort, postgresBin } from '../../test/support/postgres.ts'

export type StoreKind = 'pglite' | 'postgres'

export interface Place {
  readonly store: Store
  /** The folder that the database lies in. */
  readonly data: string
  readonly close: () => Promise<void>
}

/** The store of a run in its folder: an embedded one, or a PostgreSQL server of its own whose commits wait for the disk. */
export async function openPlace(folder: string, kind: StoreKind): Promise<Place> {
  mkdirSync(folder, { recursive: true })
  if (kind === 'pglite') {
    const data = join(folder, 'store')
    const store = await openStore({ folder: data })
    return { store, data, close: () => store.close() }
  }
  const server = await openServer(join(folder, 'postgres'))
  const store = await openStore({ databaseUrl: server.url })
  return {
    store,
    data: server.data,
    close: async () => {
      await store.close()
      server.stop()
    },
  }
}

/** Starts the server in its folder, or finds it running: a run that was killed leaves it so. */
async function openServer(folder: string): Promise<{ url: string; data: string; stop: () => void }> {
  const bin = postgresBin()
  if (!bin) throw new Error('PostgreSQL is not installed: leave out --store postgres')
  const root = process.getuid?.() === 0
  const data = join(folder, 'data')
  const run = (command: string, args: readonly string[]): boolean => {
    const file = join(bin, command)
    const done = root
      ? spawnSync('runuser', ['-u', 'postgres', '--', file, ...args], { stdio: 'ignore', cwd: '/' })
      : spawnSync(file, args, { stdio: 'ignore' })
    return done.status === 0
  }
  const must = (command: string, args: readonly string[]): void => {
    if (!run(command, args)) throw new Error(`${command} failed: look at ${join(folder, 'log')}`)
  }
  mkdirSync(folder, { recursive: true })
  if (!existsSync(data)) {
    chmodSync(folder, 0o755)
    // A temporary folder is its maker's alone; the server's own user has to come through it.
    if (root) chmodSync(dirname(folder), 0o711)
    if (root) spawnSync('chown', ['postgres', folder])
    must('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'])
  }
  if (!run('pg_ctl', ['-D', data, 'status'])) {
    const options = `-p ${String(await freePort())} -h 127.0.0.1 -k ${folder}`
    must('pg_ctl', ['-D', data, '-l', join(folder, 'log'), '-o', options, '-w', 'start'])
  }
  const port = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[3] ?? ''
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    data,
    stop: () => must('pg_ctl', ['-D', data, '-m', 'fast', '-w', 'stop']),
  }
}
