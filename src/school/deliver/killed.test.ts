import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { haveSshd, startSshd, type Sshd } from '../../../test/support/sshd.ts'
import { testEngine } from '../../../test/support/store.ts'
import type { MortalTask, Standing } from './testing/mortal-process.ts'

const script = new URL('./testing/mortal-process.ts', import.meta.url).pathname
const pupils = 3

const releaseSteps = [
  'release:policy-read',
  'release:decided',
  'release:encoded',
  'release:checked',
  'release:gate-closed',
  'release:logged',
  'release:openings-stored',
  'release:recorded',
  'release:payload-stored',
  'release:delivery-stored',
  'release:queued',
  'release:committed',
]
const deliverySteps = [
  'deliver:claimed',
  'deliver:written',
  'deliver:uploaded',
  'deliver:renamed',
  'deliver:handed-over',
  'settle:logged',
  'settle:recorded',
  'settle:shredded',
  'deliver:settled',
]

// The embedded store alone lies in a folder that dies with its process; a server's transactions outlive their client.
const skip =
  testEngine === 'postgres' ? 'of the embedded store' : haveSshd ? false : 'OpenSSH’s sshd is not installed'

describe('a process killed between any two steps', { skip }, () => {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-killed-'))
  let sshd: Sshd
  before(async () => {
    sshd = await startSshd()
    mkdirSync(join(home, 'keys'), { recursive: true })
    writeFileSync(join(home, 'keys', 'test-sftp'), sshd.clientKey, { mode: 0o600 })
  })
  after(() => {
    sshd.stop()
    rmSync(home, { recursive: true, force: true })
  })

  const run = (task: Pick<MortalTask, 'before' | 'key' | 'diesAt'>): Promise<Standing> =>
    new Promise((resolve, reject) => {
      const endpoint = { host: sshd.host, port: sshd.port, user: sshd.user, hostKey: sshd.hostKey }
      const child = spawn(process.execPath, [
        script,
        JSON.stringify({ home, endpoint, folder: sshd.folder, ...task }),
      ])
      let out = ''
      let complaint = ''
      child.stdout.on('data', (part: Buffer) => (out += part.toString()))
      child.stderr.on('data', (part: Buffer) => (complaint += part.toString()))
      child.on('close', (code, signal) => {
        const asPlanned = task.diesAt === null ? code === 0 : signal === 'SIGKILL'
        if (asPlanned) resolve(JSON.parse(out) as Standing)
        else
          reject(new Error(`ended with ${code ?? signal ?? ''} at ${task.diesAt ?? 'the end'}: ${complaint}`))
      })
    })

  /** What must hold of the store and of the recipient's folder once everything was seen through. */
  const judge = (stands: Standing, keys: readonly string[], step: string): void => {
    assert.deepEqual(stands.releases.map(({ key }) => key).sort(), [...keys].sort(), step)
    // No entry without a release, no release without its entry, none twice, no gap.
    assert.deepEqual(
      stands.releaseEntries,
      stands.releases.map(({ id, ledgerIndex }) => ({ index: ledgerIndex, release: id })),
      step,
    )
    assert.equal(stands.entries, stands.ledgerSize, step)
    assert.equal(stands.openings, stands.releases.length * pupils, step)
    // Every one delivered and logged so once; no payload left behind.
    assert.ok(
      stands.releases.every(({ state }) => state === 'acknowledged'),
      step,
    )
    assert.deepEqual(
      stands.deliveryEntries,
      stands.releases.map(({ ledgerIndex }) => ({ release: ledgerIndex, outcome: 'acknowledged' })),
      step,
    )
    assert.deepEqual([stands.payloads, stands.tasks], [[], []], step)
    // At the recipient: each file once, nothing half.
    assert.deepEqual(stands.files, stands.releases.map(({ fileName }) => fileName).sort(), step)
  }

  it('recovers: nothing lost, nothing left twice, ledger and releases agree', async () => {
    const done: string[] = []
    let last: string[] = []
    let step = 'the beginning'
    for (const diesAt of [...releaseSteps, ...deliverySteps]) {
      const stands = await run({ before: last, key: diesAt, diesAt })
      done.push(...last)
      judge(stands, done, step)
      last = [diesAt]
      step = diesAt
    }
    const stands = await run({ before: last, key: null, diesAt: null })
    done.push(...last)
    judge(stands, done, step)
  })

  it('asks a person, rather than send again, when the recipient took the file before the death was noticed', async () => {
    const stands = await run({ before: [], key: 'collected', diesAt: 'deliver:renamed' })
    const before = new Set(stands.releases.map(({ fileName }) => fileName))
    const [arrived = ''] = readdirSync(sshd.folder).filter((name) => !before.has(name))
    assert.match(arrived, /^class-list-/)
    renameSync(join(sshd.folder, arrived), join(home, arrived))
    const later = await run({ before: ['collected'], key: null, diesAt: null })
    const collected = later.releases.find(({ key }) => key === 'collected')
    assert.equal(collected?.state, 'dead')
    assert.deepEqual([later.tasks, later.payloads], [['delivery-dead'], [collected.id]])
    assert.deepEqual(readdirSync(sshd.folder).sort(), [...before].sort())
  })
})
