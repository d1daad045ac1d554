// The door as sources meet it: OpenSSH's own client where it is installed, the package's client for what that one won't do.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectTo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import ssh2, { type SFTPWrapper } from 'ssh2'
import { openTestStore } from '../../../test/support/store.ts'
import { receiptTokenType } from '../../core/collections/index.ts'
import { encryptTo } from '../../core/standards/age/index.ts'
import { readJws, verifyJws, jwsKey, newSeed } from '../../core/standards/jws/index.ts'
import { fixedClock } from '../../core/vocabulary/index.ts'
import { asCollector } from '../../national/collect/index.ts'
import { parseSshKey, sourceShown } from '../../national/collect/show/index.ts'
import { censusMessage } from '../../national/collect/testing/census-message.ts'
import {
  collectedFiles,
  testCollector,
  testSource,
  testTime,
} from '../../national/collect/testing/test-collector.ts'
import { createPublicKey } from 'node:crypto'
import { startSftp, usualBounds } from './index.ts'

const scratch = mkdtempSync(join(tmpdir(), 'gatehouse-sftp-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
const haveOpenSsh = spawnSync('sftp', ['-?']).error === undefined

/** A key pair as OpenSSH's own tool writes it, or the package's where that is not there. */
function makeKey(name: string): { readonly file: string; readonly private: string; readonly public: string } {
  const file = join(scratch, name)
  if (spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]).status !== 0) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    writeFileSync(file, pair.private, { mode: 0o600 })
    writeFileSync(`${file}.pub`, pair.public)
  }
  return { file, private: readFileSync(file, 'utf8'), public: readFileSync(`${file}.pub`, 'utf8').trim() }
}

const keys = { one: makeKey('one'), two: makeKey('two'), stranger: makeKey('stranger') }
const textOf = (key: { readonly public: string }): string => parseSshKey(key.public)?.text ?? ''

const store = await openTestStore()
const collector = await testCollector(store, [
  testSource('100001', { sftpKey: textOf(keys.one) }),
  testSource('100002', { sftpKey: textOf(keys.two) }),
  testSource('100003', { publicKey: jwsKey(newSeed()).publicText }),
])
const house = {
  settings: { publicUrl: collector.origin },
  clock: fixedClock(testTime.toISOString()),
  collector,
}
const server = await startSftp(house, 0, '127.0.0.1', { ...usualBounds, handles: 4, signIn: 1500 })
after(() => server.stop())
writeFileSync(join(scratch, 'known'), `[127.0.0.1]:${String(server.port)} ${server.hostKey}\n`)

const received = async (source: string) =>
  (await asCollector(collector).read((tx) => sourceShown(tx, '894', source))).received
const left = (): readonly string[] => collectedFiles(collector).filter((file) => file.includes('.incoming'))
const settled = async (): Promise<void> => {
  for (let i = 0; i < 250 && left().length > 0; i++) await pause(20)
  assert.deepEqual(left(), [], 'nothing of it stays')
}

interface Ran {
  readonly code: number | null
  readonly said: string
}

/** Runs OpenSSH's client with these lines as its batch. */
function openSsh(
  lines: readonly string[],
  { user = '100001', key = keys.one.file }: { readonly user?: string; readonly key?: string } = {},
): Promise<Ran> {
  const args = ['-b', '-', '-q', '-P', String(server.port), '-i', key, '-F', 'none']
  const options = [
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${join(scratch, 'known')}`,
  ].flatMap((option) => ['-o', option])
  return new Promise((resolve) => {
    const child = spawn('sftp', [...args, ...options, `${user}@127.0.0.1`], { cwd: scratch })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => (said += piece.toString()))
    child.once('close', (code) => resolve({ code, said }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(`${lines.join('\n')}\n`)
  })
}

interface Session {
  readonly sftp: SFTPWrapper
  readonly end: () => void
  readonly cut: () => void
}

const signIn = (username: string, privateKey: string, more: object = {}): Promise<Session> =>
  new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    const socket = connectTo(server.port, '127.0.0.1')
    client.once('error', reject)
    client.once('close', () => reject(new Error('closed')))
    client.once('ready', () => {
      client.sftp((error, sftp) =>
        error ? reject(error) : resolve({ sftp, end: () => client.end(), cut: () => socket.destroy() }),
      )
    })
    client.connect({ sock: socket, username, privateKey, ...more })
  })

const asked = <T>(call: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)))
  })

const message = (pupils: number, urn = '100001'): string => censusMessage({ urn, pupils })

describe('SFTP with OpenSSH', { skip: !haveOpenSsh }, () => {
  it('takes in a return, and has its receipt and findings ready', async () => {
    writeFileSync(join(scratch, 'plain.xml'), message(2))
    const put = await openSsh(['cd in', 'put plain.xml'])
    assert.equal(put.code, 0, put.said)
    const [stands] = await received('100001')
    assert.equal(stands?.receivedAs, 'source')
    assert.equal(stands.records['pupil'], 2)
    const listed = await openSsh(['ls -1 out', 'ls -1 in', 'ls -1 /'])
    assert.match(listed.said, /school-census-2026-AUT-1\.receipt\.jws/)
    assert.match(listed.said, /school-census-2026-AUT-1\.findings\.json/)
    assert.doesNotMatch(listed.said, /plain\.xml/)
    const taken = await openSsh(['get out/* .'])
    assert.equal(taken.code, 0, taken.said)
    const receipt = readJws(
      readFileSync(join(scratch, 'school-census-2026-AUT-1.receipt.jws'), 'utf8').trim(),
      receiptTokenType,
    )
    assert.ok(receipt.ok)
    const publicKey = createPublicKey({
      format: 'jwk',
      key: { kty: 'OKP', crv: 'Ed25519', x: collector.keys.signing.publicText },
    })
    assert.ok(verifyJws(receipt.value, publicKey).ok)
    const findings = JSON.parse(
      readFileSync(join(scratch, 'school-census-2026-AUT-1.findings.json'), 'utf8'),
    ) as { rule: string; severity: string; level: string; location: string; message: string }[]
    assert.equal(findings.length, stands.errors + stands.queries)
    await settled()
  })

  it('refuses a second one without a reason, says so, and takes it with one', async () => {
    writeFileSync(
      join(scratch, 'again.xml.age'),
      await encryptTo([collector.keys.recipient], Buffer.from(message(3))),
    )
    const without = await openSsh(['put again.xml.age in/'])
    assert.notEqual(without.code, 0)
    assert.equal((await received('100001')).length, 1)
    const listed = await openSsh(['ls -1 out'])
    const [refused = ''] = /refused-\S+\.json/.exec(listed.said) ?? []
    assert.equal((await openSsh([`get out/${refused} refused.json`])).code, 0)
    const told = JSON.parse(readFileSync(join(scratch, 'refused.json'), 'utf8')) as Record<string, unknown>
    assert.equal(told['problem'], 'return-stands')
    assert.equal(told['file'], 'again.xml.age')
    writeFileSync(join(scratch, 'again.xml.age.reason.txt'), 'One pupil was missing\n')
    const withOne = await openSsh(['put again.xml.age.reason.txt in/', 'put again.xml.age in/'])
    assert.equal(withOne.code, 0, withOne.said)
    const [newest] = await received('100001')
    assert.equal(newest?.version, 2)
    assert.equal(newest.replaceReason, 'One pupil was missing')
    await settled()
  })

  it('lets nobody in with another key, as another source, or with no key on record', async () => {
    for (const who of [
      { key: keys.stranger.file },
      { key: keys.two.file },
      { user: '100002', key: keys.one.file },
      { user: '100003', key: keys.one.file },
      { user: 'root', key: keys.one.file },
      { user: '../100001', key: keys.one.file },
    ]) {
      const { code, said } = await openSsh(['ls'], who)
      assert.notEqual(code, 0, said)
      assert.match(said, /Permission denied|closed|Invalid|reset/i)
    }
  })

  it('shows a source nothing of another, and takes no return of another from it', async () => {
    const two = { user: '100002', key: keys.two.file }
    assert.doesNotMatch((await openSsh(['ls -1 out', 'ls -1 in', 'ls -1 ../100001/out'], two)).said, /census/)
    assert.notEqual((await openSsh(['get out/school-census-2026-AUT-1.receipt.jws x'], two)).code, 0)
    writeFileSync(join(scratch, 'other.xml'), message(2, '100001'))
    assert.notEqual((await openSsh(['put other.xml in/'], two)).code, 0)
    assert.deepEqual(await received('100002'), [])
    assert.equal((await received('100001')).length, 2)
  })

  it('knows no other place, no links, no renaming and no removing', async () => {
    const before = collectedFiles(collector)
    mkdirSync(join(scratch, 'deep'), { recursive: true })
    for (const line of [
      'put plain.xml .',
      'put plain.xml out/x.xml',
      'put plain.xml /etc/x.xml',
      'put plain.xml in/../../x.xml',
      'put plain.xml in/deep/x.xml',
      'put plain.xml in/.hidden',
      'get in/plain.xml y',
      'get /etc/passwd y',
      'get ../../../../etc/passwd y',
      'rename out/school-census-2026-AUT-1.receipt.jws out/z',
      'rm out/school-census-2026-AUT-1.receipt.jws',
      'mkdir in/deep',
      'rmdir in',
      'symlink /etc/passwd in/link',
      'ln /etc/passwd in/link',
    ]) {
      const { code, said } = await openSsh([line])
      assert.notEqual(code, 0, `${line}: ${said}`)
    }
    assert.deepEqual(collectedFiles(collector), before)
  })
})

describe('SFTP from somebody who means no good', () => {
  it('drops what was half put when the connection ends', async () => {
    const before = (await received('100001')).length
    const { sftp, cut } = await signIn('100001', keys.one.private)
    const handle = await asked<Buffer>((done) => sftp.open('/in/half.xml', 'w', done))
    const whole = Buffer.from(message(4))
    await asked<unknown>((done) => sftp.write(handle, whole, 0, whole.length, 0, (e) => done(e, null)))
    assert.equal(left().length, 1)
    cut()
    await settled()
    assert.equal((await received('100001')).length, before)
  })

  it('takes in nothing that is cut short, and says why', async () => {
    const { sftp, end } = await signIn('100001', keys.one.private)
    const sealed = await encryptTo([collector.keys.recipient], Buffer.from(message(4)))
    for (const [name, bytes] of [
      ['short.xml', Buffer.from(message(4)).subarray(0, 900)],
      ['short.xml.age', Buffer.from(sealed).subarray(0, sealed.length - 40)],
      ['empty.xml', Buffer.alloc(0)],
    ] as const) {
      const handle = await asked<Buffer>((done) => sftp.open(`/in/${name}`, 'w', done))
      if (bytes.length > 0)
        await asked<unknown>((done) => sftp.write(handle, bytes, 0, bytes.length, 0, (e) => done(e, null)))
      await assert.rejects(asked<unknown>((done) => sftp.close(handle, (e) => done(e, null))))
    }
    end()
    await settled()
  })

  it('takes in no file that is larger than any return', async () => {
    const { sftp, end } = await signIn('100001', keys.one.private)
    const handle = await asked<Buffer>((done) => sftp.open('/in/large.xml', 'w', done))
    const piece = Buffer.from('x')
    for (const offset of [256 * 2 ** 20, 2 ** 40])
      await assert.rejects(
        asked<unknown>((done) => sftp.write(handle, piece, 0, 1, offset, (e) => done(e, null))),
      )
    await assert.rejects(
      asked<unknown>((done) => sftp.close(handle, (e) => done(e, null))),
      /larger than any return/,
    )
    end()
    await settled()
  })

  it('opens no more files than the bound, and none twice', async () => {
    const { sftp, end } = await signIn('100001', keys.one.private)
    const opened: Buffer[] = []
    for (let i = 0; i < 4; i++)
      opened.push(await asked<Buffer>((done) => sftp.open(`/in/${String(i)}.xml`, 'w', done)))
    await assert.rejects(
      asked<Buffer>((done) => sftp.open('/in/5.xml', 'w', done)),
      /Too many/,
    )
    await assert.rejects(
      asked<unknown>((done) => sftp.readdir('/out', done)),
      /Too many/,
    )
    await assert.rejects(asked<unknown>((done) => sftp.close(Buffer.from([9, 9]), (e) => done(e, null))))
    end()
    await settled()
  })

  it('reads nothing in `in`, appends to nothing, and gives no shell', async () => {
    const { sftp, end } = await signIn('100001', keys.one.private)
    for (const flags of ['r', 'r+', 'w+', 'a'] as const)
      await assert.rejects(
        asked<Buffer>((done) => sftp.open('/in/a.xml', flags, done)),
        flags,
      )
    await assert.rejects(asked<Buffer>((done) => sftp.open(`/in/${'a'.repeat(500)}`, 'w', done)))
    await assert.rejects(asked<Buffer>((done) => sftp.open('/in/a\0b', 'w', done)))
    end()
    const client = new ssh2.Client()
    await new Promise<void>((resolve, reject) => {
      client.once('error', reject)
      client.once('ready', resolve)
      client.connect({
        host: '127.0.0.1',
        port: server.port,
        username: '100001',
        privateKey: keys.one.private,
      })
    })
    await assert.rejects(asked<unknown>((done) => client.exec('id', done)))
    await assert.rejects(asked<unknown>((done) => client.shell(done)))
    await assert.rejects(
      asked<unknown>((done) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', server.port, done)),
    )
    client.end()
  })

  it('lets one source hold no more connections than the bound, also when all sign in at once', async () => {
    const asked = await Promise.allSettled(
      Array.from({ length: 8 }, () => signIn('100001', keys.one.private)),
    )
    const held = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    assert.equal(held.length, usualBounds.connectionsPerSource)
    const other = await signIn('100002', keys.two.private)
    for (const { end } of [...held, other]) end()
    for (let i = 0; i < 100; i++) {
      const again = await signIn('100001', keys.one.private).catch(() => null)
      if (again) {
        again.end()
        return
      }
      await pause(20)
    }
    assert.fail('what was held is not given back')
  })

  it('takes no password, and holds no connection that does not sign in', async () => {
    await assert.rejects(signIn('100001', '', { privateKey: undefined, password: 'x' }))
    const begun = performance.now()
    await new Promise<void>((resolve) => {
      const socket = connectTo(server.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.resume()
      socket.once('close', () => resolve())
    })
    assert.ok(performance.now() - begun < 20_000)
  })
})
