import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  decryptWith,
  encryptTo,
  looksEncrypted,
  makeIdentity,
  parseAgeRecipient,
  recipientOf,
  type AgeRecipient,
  type AgeRecipientKind,
} from './index.ts'

const read = (text: string): AgeRecipient => {
  const result = parseAgeRecipient(text)
  assert.ok(result.ok)
  return result.value
}

const kinds: readonly AgeRecipientKind[] = ['x25519', 'hybrid']

describe('age', () => {
  for (const kind of kinds) {
    it(`opens what it encrypted, whatever the bytes (${kind})`, async () => {
      const { identity, recipient } = await makeIdentity(kind)
      assert.equal(await recipientOf(identity), recipient)
      assert.equal(read(recipient).kind, kind)
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
          const file = await encryptTo([read(recipient)], bytes)
          assert.ok(looksEncrypted(file))
          const opened = await decryptWith(identity, file)
          assert.ok(opened.ok)
          assert.deepEqual(Buffer.from(opened.value), Buffer.from(bytes))
        }),
        { numRuns: 20 },
      )
    })

    it(`refuses a wrong key, a flipped byte and a file cut short, without repeating the key (${kind})`, async () => {
      const mine = await makeIdentity(kind)
      const other = await makeIdentity(kind)
      const file = await encryptTo([read(mine.recipient)], Buffer.alloc(70_000, 'x'))
      assert.deepEqual(await decryptWith(other.identity, file), { ok: false, error: 'cannot-open' })
      assert.deepEqual(await decryptWith('AGE-SECRET-KEY-1NOT', file), { ok: false, error: 'cannot-open' })
      const flipped = Uint8Array.from(file)
      flipped[file.length - 5] = (flipped[file.length - 5] ?? 0) ^ 1
      assert.equal((await decryptWith(mine.identity, flipped)).ok, false)
      assert.equal((await decryptWith(mine.identity, file.subarray(0, 66_000))).ok, false)
    })
  }

  it('crosses a chunk border (64 KiB) without loss', async () => {
    const { identity, recipient } = await makeIdentity('x25519')
    for (const size of [65_535, 65_536, 65_537, 131_072]) {
      const opened = await decryptWith(identity, await encryptTo([read(recipient)], Buffer.alloc(size, 7)))
      assert.ok(opened.ok)
      assert.equal(opened.value.length, size)
    }
  })

  it('tells apart what is no public key', async () => {
    const { identity, recipient } = await makeIdentity('x25519')
    const hybrid = await makeIdentity('hybrid')
    const wrong = recipient.slice(0, -1) + (recipient.endsWith('q') ? 'p' : 'q')
    assert.deepEqual(parseAgeRecipient(identity), { ok: false, error: 'secret-key' })
    assert.deepEqual(parseAgeRecipient(hybrid.identity), { ok: false, error: 'secret-key' })
    assert.deepEqual(parseAgeRecipient(wrong), { ok: false, error: 'damaged' })
    assert.deepEqual(parseAgeRecipient(recipient.slice(0, 20)), { ok: false, error: 'damaged' })
    assert.deepEqual(parseAgeRecipient(hybrid.recipient.slice(0, -3)), { ok: false, error: 'damaged' })
    assert.deepEqual(
      parseAgeRecipient('age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t'),
      {
        ok: false,
        error: 'kind-not-supported',
      },
    )
    for (const text of [
      '',
      'ssh-ed25519 AAAA',
      'age1',
      `${recipient}\n${recipient}`,
      recipient.toUpperCase(),
    ]) {
      assert.equal(parseAgeRecipient(text).ok, false)
    }
    assert.equal(read(`  ${recipient}\n`).text, recipient)
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((tail) => `age1${tail}`),
        ),
        (text) => {
          parseAgeRecipient(text)
        },
      ),
    )
  })

  it('is understood by the age command, both ways', { skip: !existsSync('/usr/bin/age') }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-age-'))
    try {
      const { identity, recipient } = await makeIdentity('x25519')
      const plain = Buffer.from('UPN,Forename\nH801200001001,Zoë\n')
      writeFileSync(join(folder, 'key'), identity, { mode: 0o600 })
      const opened = spawnSync('age', ['-d', '-i', join(folder, 'key')], {
        input: await encryptTo([read(recipient)], plain),
      })
      assert.equal(opened.status, 0, opened.stderr.toString())
      assert.deepEqual(opened.stdout, plain)
      const sealed = spawnSync('age', ['-r', recipient], { input: plain })
      assert.equal(sealed.status, 0)
      const back = await decryptWith(identity, sealed.stdout)
      assert.ok(back.ok)
      assert.deepEqual(Buffer.from(back.value), plain)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
