import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { makeIdentity, recipientOf } from '../../../core/standards/age/index.ts'
import { runGatehouse, type Ran } from '../testing/run-gatehouse.ts'

// A school of its own, not the demonstration's: founded from a file, its recipients' records made by the command alone.

const home = mkdtempSync(join(tmpdir(), 'gatehouse-recipient-'))
const school = join(home, 'school.yaml')
const run = (...args: string[]): Promise<Ran> => runGatehouse(home, args)
const asDpo = ['--as', 'dpo@school.example']
const json = async (...args: string[]): Promise<Record<string, unknown>> => {
  const ran = await run(...args, '--json')
  return JSON.parse(ran.out) as Record<string, unknown>
}

describe('gatehouse recipient', () => {
  before(async () => {
    writeFileSync(
      school,
      `school: { urn: '100001', name: A School, laNumber: '894', establishmentNumber: '2999', phase: PS,
  governance: maintained, domain: school.example, controller: The governors, dpoContact: dpo@school.example }
staff:
  - { email: dpo@school.example, name: Dev Patel, role: dpo }
  - { email: office@school.example, name: Olive Office, role: office }
`,
    )
    assert.equal((await run('found', school)).code, 0)
    assert.equal((await run('policy', 'load')).code, 0)
  })
  after(() => rmSync(home, { recursive: true, force: true }))

  it('brings a recipient into good standing, part by part', async () => {
    const at = await json('recipient', 'show', 'cpoms')
    assert.equal((at['missing'] as string[]).length, 3)
    const { identity } = await makeIdentity('x25519')
    const key = await recipientOf(identity)
    const contract = ['--reference', 'Contract 12', '--on', '2026-09-01']
    assert.equal((await run('recipient', 'verify', 'cpoms', '--on', '2026-09-01', ...asDpo)).code, 0)
    assert.equal((await run('recipient', 'contract', 'cpoms', ...contract, ...asDpo)).code, 0)
    const last = await run('recipient', 'key', 'cpoms', key, '--expires', '2099-01-01', ...asDpo)
    assert.deepEqual([last.code, last.err], [0, ''])
    assert.match(last.out, /Nothing is missing now/)
    const shown = await run('recipient', 'show', 'cpoms')
    assert.match(shown.out, /verified on 2026-09-01 by Dev Patel/)

    const changed = await run('recipient', 'changed', 'cpoms', '--control', ...asDpo)
    assert.match(changed.out, /identity has not been verified/)
  })

  it('says which option is wrong, records nothing, and never repeats a secret', async () => {
    const wrong = await run('recipient', 'verify', 'cpoms', '--on', '2098-01-01', ...asDpo)
    assert.equal(wrong.code, 4)
    assert.match(wrong.out + wrong.err, /--on: .*today or in the past/)
    const { identity } = await makeIdentity('x25519')
    const burnt = await run('recipient', 'key', 'cpoms', identity, ...asDpo)
    assert.equal(burnt.code, 4)
    assert.match(burnt.out + burnt.err, /secret key/)
    assert.ok(!(burnt.out + burnt.err).includes(identity))
    const unpinned = await run(
      'recipient',
      'endpoint',
      'cpoms',
      '--host',
      'sftp.supplier.example',
      '--user',
      'us',
      '--new-key',
      ...asDpo,
    )
    assert.equal(unpinned.code, 4)
    assert.match(unpinned.out + unpinned.err, /--host-key: .*fingerprint/)
  })

  it('is for the head and the data protection officer, by name', async () => {
    assert.equal((await run('recipient', 'verify', 'cpoms', '--as', 'office@school.example')).code, 3)
    assert.equal((await run('recipient', 'verify', 'cpoms')).code, 2)
    assert.equal((await run('recipient', 'verify', 'nobody', ...asDpo)).code, 5)
  })

  it('keeps a password from a file where only its owner reads it', async () => {
    const file = join(home, 'password.txt')
    writeFileSync(file, 'correct horse battery\n')
    const pin = 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU'
    const address = ['--host', 'sftp.supplier.example', '--user', 'us', '--host-key', pin]
    const set = await run('recipient', 'endpoint', 'cpoms', ...address, '--password', file, ...asDpo)
    assert.deepEqual([set.code, set.err], [0, ''])
    const shown = await run('recipient', 'show', 'cpoms')
    assert.ok(!shown.out.includes('correct horse'))
    const [secret = ''] = readdirSync(join(home, 'keys')).filter((name) => name.startsWith('transport-cpoms'))
    assert.equal(statSync(join(home, 'keys', secret)).mode & 0o777, 0o600)
    assert.equal(readFileSync(join(home, 'keys', secret), 'utf8'), 'password:correct horse battery')

    const own = await run('recipient', 'endpoint', 'cpoms', ...address, '--new-key', ...asDpo)
    assert.match(own.out, /^ssh-ed25519 AAAA/m)
    assert.equal(
      readdirSync(join(home, 'keys')).filter((name) => name.startsWith('transport-cpoms')).length,
      1,
    )
  })

  it('checks a template, by the office', async () => {
    const file = join(home, 'template.csv')
    writeFileSync(file, 'Surname,Nothing of ours\r\n')
    const refused = await run('recipient', 'template', 'otrack', file, '--as', 'office@school.example')
    assert.equal(refused.code, 4)
    assert.match(refused.out, /The template has no column/)
    const { columns } = { columns: (await json('recipient', 'show', 'otrack'))['template'] }
    assert.equal(columns, null)
  })

  it('approves with the notice, so that the release after is no drift', async () => {
    const approved = await run('policy', 'approve', 'cpoms', '1', '--publish', ...asDpo)
    assert.deepEqual([approved.code, approved.err], [0, ''])
    assert.match(approved.out, /Notice version 1 names it/)
    const without = await run('policy', 'approve', 'otrack', '1', ...asDpo)
    assert.match(without.out, /before the notice is published/)
    assert.equal((await run('notice', 'check')).code, 3)
  })
})
