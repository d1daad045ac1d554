import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import { fileSecrets } from './file-secrets.ts'
import { fileNameOf } from './file-name.ts'
import { pseudonymsUnder } from './pseudonym.ts'

const pseudonymOf = (key: Uint8Array, id: string): string => pseudonymsUnder(key)(id)

describe('pseudonyms', () => {
  it('are the first 80 bits of the HMAC, in base 32', () => {
    // Computed apart: printf 'gatehouse/pseudonym/v1\0pupil' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…00
    assert.equal(pseudonymOf(new Uint8Array(32), 'pupil'), 'REHHJNQ4CEBD8WC9')
  })

  it('differ by pupil and by key, and hold sixteen characters without I, L, O and U', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uuid(), fc.uuid(), (key, a, b) => {
        const code = pseudonymOf(key, a)
        assert.match(code, /^[0-9A-HJKMNP-TV-Z]{16}$/)
        assert.equal(pseudonymOf(key, b) === code, a === b)
        const other = Uint8Array.from(key, (byte) => byte ^ 1)
        assert.notEqual(pseudonymOf(other, a), code)
      }),
    )
  })
})

describe('secrets in files', () => {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-secrets-'))
  after(() => rmSync(home, { recursive: true, force: true }))
  const secrets = fileSecrets(home)

  it('are made once, for their owner alone, however many ask at once', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => secrets.pseudonymKey('otrack')))
    assert.equal(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size, 1)
    assert.equal(keys[0]?.length, 32)
    assert.notDeepEqual(await secrets.pseudonymKey('cpoms'), keys[0])
    assert.deepEqual(readdirSync(join(home, 'keys', 'pseudonyms')).sort(), ['cpoms', 'otrack'])
    assert.equal(statSync(join(home, 'keys', 'pseudonyms', 'otrack')).mode & 0o777, 0o600)
    assert.deepEqual(await fileSecrets(home).pseudonymKey('otrack'), keys[0])
  })

  it('are refused when others may read them, when they are damaged, and under a name that is a path', async () => {
    const file = join(home, 'keys', 'pseudonyms', 'cpoms')
    chmodSync(file, 0o644)
    await assert.rejects(secrets.pseudonymKey('cpoms'), { code: 'misconfigured' })
    writeFileSync(file, 'short')
    chmodSync(file, 0o600)
    await assert.rejects(secrets.pseudonymKey('cpoms'), { code: 'misconfigured' })
    for (const id of ['../x', '', 'a/b', '.hidden', 'A']) {
      await assert.rejects(secrets.pseudonymKey(id), { code: 'bad-input' })
    }
  })
})

describe('file names', () => {
  it('hold safe characters only, whatever the agreement is called', () => {
    fc.assert(
      fc.property(fc.string(), fc.uuid(), (id, releaseId) => {
        const name = fileNameOf(id, new Date('2026-11-24T07:30:00Z'), releaseId, 'csv')
        assert.match(name, /^[a-z0-9-]*-2026-11-24-[0-9a-f]{8}\.csv$/)
      }),
    )
  })
})
