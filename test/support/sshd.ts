import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from './postgres.ts'

const binary = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path))

/** Whether a real OpenSSH server can be started here. */
export const haveSshd = binary !== undefined

export interface Sshd {
  readonly host: string
  readonly port: number
  readonly user: string
  /** Where a client's session starts, and what it can write to. */
  readonly folder: string
  /** `ssh-ed25519 AAAA…`, and the same as `SHA256:…`. */
  readonly hostKey: string
  readonly fingerprint: string
  /** The private key that the server lets in, OpenSSH form. */
  readonly clientKey: string
  stop(): void
}

const keygen = (file: string): void => {
  const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file])
  if (made.status !== 0) throw new Error(`ssh-keygen failed: ${made.stderr.toString()}`)
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })

/** Starts OpenSSH on a free loopback port with keys and configuration of its own, serving SFTP only. Stop it after use. */
export async function startSshd(): Promise<Sshd> {
  if (!binary) throw new Error('OpenSSH’s sshd is not installed')
  const base = mkdtempSync(join(tmpdir(), 'gatehouse-sshd-'))
  const folder = join(base, 'incoming')
  mkdirSync(folder)
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  keygen(join(base, 'host'))
  keygen(join(base, 'client'))
  writeFileSync(join(base, 'authorized'), readFileSync(join(base, 'client.pub')))
  chmodSync(join(base, 'authorized'), 0o600)
  const port = await freePort()
  writeFileSync(
    join(base, 'config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(base, 'host')}`,
      `AuthorizedKeysFile ${join(base, 'authorized')}`,
      `PidFile ${join(base, 'pid')}`,
      'StrictModes no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      `Subsystem sftp internal-sftp -d ${folder}`,
      'ForceCommand internal-sftp -d ' + folder,
      '',
    ].join('\n'),
  )
  const child: ChildProcess = spawn(binary, ['-D', '-e', '-f', join(base, 'config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr?.on('data', (part: Buffer) => (log += part.toString()))
  for (let i = 0; !(await answers(port)); i++) {
    if (i === 100 || child.exitCode !== null) throw new Error(`sshd did not start: ${log}`)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  const hostKey = readFileSync(join(base, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
  const blob = Buffer.from(hostKey.split(' ')[1] ?? '', 'base64')
  return {
    host: '127.0.0.1',
    port,
    user: userInfo().username,
    folder,
    hostKey,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    clientKey: readFileSync(join(base, 'client'), 'utf8'),
    stop: () => {
      child.kill('SIGKILL')
      rmSync(base, { recursive: true, force: true })
    },
  }
}
