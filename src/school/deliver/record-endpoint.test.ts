import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, describe, it } from 'node:test'
import ssh2 from 'ssh2'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { readPolicyFolder } from '../../core/policy/index.ts'
import { loadPolicy, recipientRecord, standingChanges } from '../agreements/index.ts'
import { recordEndpoint, type ProposedEndpoint } from './index.ts'
import { readSecret } from './read-secret.ts'
import { openSftp, passwordSecret } from './sftp-session.ts'
import { makeSshKey } from './ssh-key.ts'

const at = new Date('2026-11-24T07:30:00Z')
const home = mkdtempSync(join(tmpdir(), 'gatehouse-endpoint-'))
after(() => rmSync(home, { recursive: true, force: true }))
const read = await readPolicyFolder(fileURLToPath(new URL('../../../policy/', import.meta.url)))
assert.ok(read.ok)
const school = await addSchool(await openTestStore(), '100001')
await loadPolicy(school, read.value, at)

const host = makeSshKey()
const sftp = {
  kind: 'sftp',
  host: 'sftp.supplier.example',
  port: '2222',
  user: 'wrekin',
  folder: '',
  hostKey: 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
  signIn: { by: 'new-key' },
} as const satisfies ProposedEndpoint
const https = {
  kind: 'https',
  url: 'https://in.supplier.example/files/',
  method: 'PUT',
  signIn: { by: 'nothing' },
} as const satisfies ProposedEndpoint

const record = (proposal: ProposedEndpoint, id = 'cpoms') =>
  recordEndpoint({ school, home }, id, proposal, at)
const kept = (id = 'cpoms') => school.read((tx) => recipientRecord(tx, id))
const faults = async (proposal: ProposedEndpoint, id?: string): Promise<readonly string[]> => {
  const recorded = await record(proposal, id)
  return recorded.ok ? [] : recorded.error.map(({ field }) => field)
}
const secrets = (): readonly string[] => readdirSync(join(home, 'keys'))

describe('where files go', () => {
  it('makes a key of the school’s own, keeps it to its owner, and shows the public half only', async () => {
    const recorded = await record(sftp)
    assert.ok(recorded.ok)
    assert.match(recorded.value.publicKey ?? '', /^ssh-ed25519 AAAA/)
    const { endpoint, secretReference } = await kept()
    const { host: name, port, user, folder, fingerprint } = { ...endpoint }
    assert.deepEqual([name, port, user, folder, fingerprint], [sftp.host, 2222, 'wrekin', '.', sftp.hostKey])
    assert.deepEqual(secrets(), [secretReference])
    assert.equal(statSync(join(home, 'keys', secretReference ?? '')).mode & 0o777, 0o600)
    assert.match((await readSecret(home)(secretReference ?? '')) ?? '', /PRIVATE KEY/)
  })

  it('keeps the key when only the address changes, and removes one that nothing uses', async () => {
    const before = (await kept()).secretReference
    assert.ok((await record({ ...sftp, host: 'new.supplier.example', signIn: { by: 'as-before' } })).ok)
    assert.equal((await kept()).secretReference, before)
    const own = makeSshKey()
    const given = await record({
      ...sftp,
      hostKey: host.public,
      signIn: { by: 'private-key', secret: own.private },
    })
    assert.ok(given.ok && own.public.startsWith(given.value.publicKey ?? 'nothing'))
    const { secretReference, endpoint } = await kept()
    assert.notEqual(secretReference, before)
    assert.deepEqual(secrets(), [secretReference])
    assert.equal(endpoint['hostKey'], host.public.trim())
  })

  it('never puts a secret into the store', async () => {
    const password = 'correct horse battery'
    assert.ok((await record({ ...sftp, signIn: { by: 'password', secret: password } })).ok)
    assert.ok(
      (await record({ ...https, signIn: { by: 'token', secret: 'token-0123456789' } }, 'nationwide')).ok,
    )
    const stored = await school.read(async (tx) =>
      JSON.stringify([
        await tx.selectFrom('recipient_standing').selectAll().execute(),
        await tx.selectFrom('standing_change').selectAll().execute(),
      ]),
    )
    for (const secret of [password, 'token-0123456789', 'PRIVATE KEY']) assert.ok(!stored.includes(secret))
    const { secretReference } = await kept('nationwide')
    assert.equal(readFileSync(join(home, 'keys', secretReference ?? ''), 'utf8'), 'token-0123456789')
    const changes = await school.read((tx) => standingChanges(tx, 'nationwide'))
    assert.equal(changes[0]?.kind, 'endpoint')
  })

  it('names the field of every fault and records nothing', async () => {
    const before = [await kept(), secrets()]
    assert.deepEqual(await faults({ ...sftp, host: 'sftp://x/', port: '0', user: '', hostKey: '' }), [
      'host',
      'port',
      'user',
      'hostKey',
    ])
    assert.deepEqual(await faults({ ...sftp, hostKey: 'SHA256:short' }), ['hostKey'])
    assert.deepEqual(await faults({ ...sftp, hostKey: host.private }), ['hostKey'])
    assert.deepEqual(await faults({ ...sftp, folder: '../other' }), ['folder'])
    assert.deepEqual(await faults({ ...sftp, signIn: { by: 'private-key', secret: host.public } }), [
      'privateKey',
    ])
    assert.deepEqual(await faults({ ...sftp, signIn: { by: 'as-before' } }, 'otrack'), ['signIn'])
    for (const url of [
      'http://in.supplier.example/',
      'https://127.0.0.1/',
      'https://[::1]/',
      'https://localhost/',
      'https://user:word@in.supplier.example/',
      'in.supplier.example',
    ]) {
      assert.deepEqual(await faults({ ...https, url }), ['url'], url)
    }
    assert.deepEqual(await faults({ ...https, signIn: { by: 'token', secret: 'two words' } }), ['token'])
    assert.deepEqual([await kept(), secrets()], before)
    await assert.rejects(record(https, 'nobody'), { code: 'not-found' })
  })
})

it('signs in at an SFTP server by password, once the server is the one that was pinned', async () => {
  const tried: string[] = []
  const server = new ssh2.Server({ hostKeys: [host.private] }, (client) => {
    client.on('error', () => undefined)
    client.on('authentication', (context) => {
      if (context.method !== 'password') {
        context.reject(['password'])
        return
      }
      tried.push(context.password)
      if (context.password === 'correct horse') context.accept()
      else context.reject()
    })
    client.on('session', (accept) => accept().on('sftp', (acceptSftp) => void acceptSftp()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const open = (pin: string, password: string) =>
    openSftp(
      { host: '127.0.0.1', port, user: 'wrekin', folder: '.', pin: { hostKey: pin } },
      passwordSecret(password),
      5_000,
    )
  try {
    const session = await open(host.public, 'correct horse')
    assert.ok(session.ok)
    session.value.close()
    assert.deepEqual(await open(host.public, 'wrong'), { ok: false, error: 'sign-in' })
    assert.deepEqual(await open(makeSshKey().public, 'correct horse'), { ok: false, error: 'host-key' })
    assert.deepEqual(tried, ['correct horse', 'wrong'], 'nothing was said to the other server')
  } finally {
    server.close()
  }
})
