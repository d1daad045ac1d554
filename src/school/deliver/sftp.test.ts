import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import ssh2 from 'ssh2'
import { haveSshd, startSshd, type Sshd } from '../../../test/support/sshd.ts'
import { noFault, type FaultPoint, type ReleasedPayload } from '../release/index.ts'
import { sftpTransport } from './sftp.ts'
import { keptProgress, payloadOf } from './testing/payload.ts'
import type { Progress, Sending } from './transport.ts'

describe('sftp', { skip: haveSshd ? false : 'OpenSSH’s sshd is not installed' }, () => {
  let sshd: Sshd
  before(async () => {
    sshd = await startSshd()
  })
  after(() => sshd.stop())
  beforeEach(() => {
    for (const name of readdirSync(sshd.folder)) rmSync(join(sshd.folder, name), { recursive: true })
  })

  const body = Buffer.from('the bytes that were released')
  const send = (
    over: Record<string, unknown> = {},
    more: {
      payload?: ReleasedPayload
      progress?: Progress
      fault?: FaultPoint
      key?: string
      limit?: number
    } = {},
  ): Promise<Sending> =>
    sftpTransport({
      readKey: () => Promise.resolve(more.key ?? sshd.clientKey),
      limit: more.limit ?? 10_000,
      fault: more.fault ?? noFault,
    }).send(
      more.payload ?? payloadOf(body),
      {
        settings: { host: sshd.host, port: sshd.port, user: sshd.user, hostKey: sshd.hostKey, ...over },
        secretReference: 'school',
      },
      more.progress ?? keptProgress(),
    )
  const lying = (): string[] => readdirSync(sshd.folder).sort()
  const faultOf = (sending: Sending): unknown =>
    sending.kind === 'failed' ? { fault: sending.fault, again: sending.again } : sending

  it('puts the file whole and leaves nothing temporary', async () => {
    const large = Buffer.alloc(3_000_000, 'pupil ')
    const sending = await send({}, { payload: payloadOf(large) })
    assert.equal(sending.kind, 'acknowledged')
    assert.deepEqual(lying(), ['mavis-2026-11-24-0a1b2c3d.csv.age'])
    assert.ok(readFileSync(join(sshd.folder, lying()[0]!)).equals(large))
  })

  it('accepts the server by its fingerprint as well as by its key', async () => {
    const sending = await send({ hostKey: undefined, fingerprint: sshd.fingerprint })
    assert.equal(sending.kind, 'acknowledged')
  })

  it('sends nothing to a server with another key, and does not try again', async () => {
    const other = ssh2.utils.generateKeyPairSync('ed25519').public.trim()
    for (const pin of [{ hostKey: other }, { hostKey: undefined, fingerprint: `SHA256:${'A'.repeat(43)}` }]) {
      assert.deepEqual(faultOf(await send(pin)), { fault: 'host-key', again: false })
    }
    assert.deepEqual(lying(), [])
  })

  it('refuses settings without a pinned key, with a way up, or with a field it does not know', async () => {
    for (const over of [{ hostKey: undefined }, { folder: '../other' }, { password: 'x' }, { port: 0 }]) {
      assert.deepEqual(faultOf(await send(over)), { fault: 'misconfigured', again: false })
    }
  })

  it('says so when the server is away, does not let us in, or hangs', async () => {
    assert.deepEqual(faultOf(await send({ port: 1 })), { fault: 'unreachable', again: true })
    const stranger = ssh2.utils.generateKeyPairSync('ed25519').private
    assert.deepEqual(faultOf(await send({}, { key: stranger })), { fault: 'sign-in', again: true })
    assert.deepEqual(faultOf(await send({}, { key: 'no key' })), { fault: 'misconfigured', again: false })
    const held: Socket[] = []
    const mute = createServer((socket) => held.push(socket))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as AddressInfo
    assert.deepEqual(faultOf(await send({ port }, { limit: 300 })), { fault: 'too-slow', again: true })
    held.forEach((socket) => socket.destroy())
    mute.close()
  })

  it('knows its own file when it lies there already, and never writes over another', async () => {
    assert.equal((await send()).kind, 'acknowledged')
    const again = await send()
    assert.deepEqual(again.kind === 'acknowledged' && again.receipt['how'], 'already-there')
    writeFileSync(join(sshd.folder, 'mavis-2026-11-24-0a1b2c3d.csv.age'), 'x'.repeat(body.length))
    assert.deepEqual(faultOf(await send()), { fault: 'other-file', again: false })
    assert.equal(lying().length, 1)
  })

  it('reports a folder that is missing or may not be written, to be tried again', async () => {
    assert.deepEqual(faultOf(await send({ folder: 'nowhere' })), { fault: 'refused', again: true })
    assert.deepEqual(faultOf(await send({ folder: '/sys' })), { fault: 'refused', again: true })
  })

  it('reports a full disk, to be tried again', async () => {
    symlinkSync('/dev/full', join(sshd.folder, '.mavis-2026-11-24-0a1b2c3d.csv.age.part'))
    assert.deepEqual(faultOf(await send()), { fault: 'refused', again: true })
    assert.ok(!lying().includes('mavis-2026-11-24-0a1b2c3d.csv.age'))
  })

  describe('when it breaks off', () => {
    const stopAt =
      (point: string): FaultPoint =>
      (name) => {
        if (name === point) throw new Error('killed')
      }

    it('starts the upload anew when the copy was not finished', async () => {
      const progress = keptProgress()
      writeFileSync(
        join(sshd.folder, '.mavis-2026-11-24-0a1b2c3d.csv.age.part'),
        'half of a much longer file that',
      )
      await assert.rejects(send({}, { progress, fault: stopAt('deliver:written') }))
      assert.equal(progress.reached, null)
      assert.equal((await send({}, { progress })).kind, 'acknowledged')
      assert.deepEqual(lying(), ['mavis-2026-11-24-0a1b2c3d.csv.age'])
      assert.ok(readFileSync(join(sshd.folder, lying()[0]!)).equals(body))
    })

    it('only renames when the copy was finished', async () => {
      const progress = keptProgress()
      await assert.rejects(send({}, { progress, fault: stopAt('deliver:uploaded') }))
      assert.equal((await send({}, { progress })).kind, 'acknowledged')
      assert.deepEqual(lying(), ['mavis-2026-11-24-0a1b2c3d.csv.age'])
    })

    it('sends nothing more when the file was renamed', async () => {
      const progress = keptProgress()
      await assert.rejects(send({}, { progress, fault: stopAt('deliver:renamed') }))
      const again = await send({}, { progress })
      assert.deepEqual(again.kind === 'acknowledged' && again.receipt['how'], 'already-there')
    })

    it('asks a person when the recipient may have collected it', async () => {
      const progress = keptProgress()
      await assert.rejects(send({}, { progress, fault: stopAt('deliver:renamed') }))
      rmSync(join(sshd.folder, 'mavis-2026-11-24-0a1b2c3d.csv.age'))
      assert.deepEqual(faultOf(await send({}, { progress })), { fault: 'unclear', again: false })
      assert.deepEqual(lying(), [])
    })

    it('recovers from a line that is cut in the middle of the upload', async () => {
      const large = payloadOf(Buffer.alloc(2_000_000, 'pupil '))
      const relay = await cutAfter(sshd.port, 400_000)
      const progress = keptProgress()
      const { port } = relay.address() as AddressInfo
      assert.deepEqual(faultOf(await send({ port }, { payload: large, progress })), {
        fault: 'interrupted',
        again: true,
      })
      relay.close()
      assert.ok(lying().every((name) => name.endsWith('.part')))
      assert.equal((await send({}, { payload: large, progress })).kind, 'acknowledged')
      assert.ok(readFileSync(join(sshd.folder, lying()[0]!)).equals(Buffer.from(large.body)))
      assert.equal(lying().length, 1)
    })
  })
})

/** A relay on loopback that cuts the line once that many bytes went up it. */
const cutAfter = (port: number, bytes: number): Promise<Server> =>
  new Promise((resolve) => {
    const relay = createServer((near) => {
      const far = connect(port, '127.0.0.1')
      let up = 0
      near.on('data', (part) => {
        up += part.length
        if (up > bytes) {
          near.destroy()
          far.destroy()
        }
      })
      near.pipe(far).pipe(near)
      near.on('error', () => undefined)
      far.on('error', () => undefined)
    })
    relay.listen(0, '127.0.0.1', () => {
      resolve(relay)
    })
  })
