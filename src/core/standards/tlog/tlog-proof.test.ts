import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GatehouseError } from '../../vocabulary/index.ts'
import {
  ed25519Signer,
  formatCheckpoint,
  formatProof,
  hashLeaf,
  inclusionRanges,
  mlDsa44Signer,
  parseProof,
  rangeHash,
  rootOf,
  signNote,
  verifyProof,
} from './index.ts'

const refused = { name: 'GatehouseError', code: 'bad-input' }
const origin = 'school.example/gatehouse/disclosures'
const signer = ed25519Signer(origin, Buffer.alloc(32, 1))
const cosigner = mlDsa44Signer(origin, Buffer.alloc(32, 2)).at(new Date('2026-11-24T07:30:00Z'))
const log = { origin, verifiers: [signer.verifier, cosigner.verifier] }
const leaves = Array.from({ length: 13 }, (_, i) => hashLeaf(Buffer.of(i)))
const checkpoint = signNote(formatCheckpoint({ origin, size: 13, root: rootOf(leaves) }), [signer, cosigner])
const hashes = inclusionRanges(6, 13).map((range) =>
  rangeHash(range, ({ height, index }) =>
    rootOf(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)),
  ),
)
const proof = { index: 6, hashes, checkpoint }
const text = formatProof(proof)

describe('tlog-proof', () => {
  it('reads what it writes, with an extra line and without', () => {
    assert.deepEqual(parseProof(text), { ...proof, hashes: hashes.map((hash) => Buffer.from(hash)) })
    const extra = Buffer.from('{"entry":{}}')
    assert.deepEqual(parseProof(formatProof({ ...proof, extra })).extra, extra)
    assert.match(text, /^c2sp\.org\/tlog-proof@v1\nindex 6\n/)
    const single = formatProof({ index: 0, hashes: [], checkpoint })
    assert.match(single, /^c2sp\.org\/tlog-proof@v1\nindex 0\n\nschool/)
    assert.deepEqual(parseProof(single).hashes, [])
  })

  it('verifies offline with the log’s keys alone', () => {
    const { checkpoint: opened, signedBy } = verifyProof(parseProof(text), leaves[6]!, log)
    assert.equal(opened.size, 13)
    assert.equal(signedBy.length, 2)
  })

  it('fails for another entry, index, log, key or proof', () => {
    const parsed = parseProof(text)
    assert.throws(() => verifyProof(parsed, leaves[5]!, log), refused)
    assert.throws(() => verifyProof({ ...parsed, index: 5 }, leaves[6]!, log), refused)
    assert.throws(() => verifyProof({ ...parsed, index: 13 }, leaves[6]!, log), refused)
    assert.throws(() => verifyProof({ ...parsed, hashes: hashes.slice(1) }, leaves[6]!, log), refused)
    assert.throws(() => verifyProof(parsed, leaves[6]!, { ...log, origin: 'other.example' }), refused)
    const stranger = ed25519Signer(origin, Buffer.alloc(32, 9))
    assert.throws(() => verifyProof(parsed, leaves[6]!, { origin, verifiers: [stranger.verifier] }), refused)
    // A witness alone is not the log.
    const witness = ed25519Signer('witness.example', Buffer.alloc(32, 4))
    const witnessed = signNote(formatCheckpoint({ origin, size: 13, root: rootOf(leaves) }), [witness])
    assert.throws(
      () =>
        verifyProof({ ...parsed, checkpoint: witnessed }, leaves[6]!, {
          origin,
          verifiers: [witness.verifier],
        }),
      refused,
    )
  })

  it('refuses every other form', () => {
    const lines = text.split('\n')
    for (const bad of [
      '',
      text.replace('@v1', '@v2'),
      text.replace('index 6', 'index 06'),
      text.replace('index 6', 'index +6'),
      text.replace('index 6', 'index'),
      text.replace('index 6\n', ''),
      text.replace('index 6', 'extra\nindex 6'),
      text.replace('index 6', 'extra \nindex 6'),
      text.replace('index 6', 'extra !!\nindex 6'),
      text.replace('index 6', 'index 6\nextra AAAA'),
      text.replace('index 6', 'extra AAAA\nextra AAAA\nindex 6'),
      text.replaceAll('\n', '\r\n'),
      lines.with(2, 'AAAA').join('\n'),
      lines.toSpliced(2, 0, ...Array.from({ length: 64 }, () => lines[2]!)).join('\n'),
      text.slice(0, text.indexOf('\n\n')),
    ]) {
      assert.throws(() => parseProof(bad), refused, JSON.stringify(bad.slice(0, 60)))
    }
  })

  it('fails for any one changed character, or counts one signature less', () => {
    for (let at = 0; at < text.length; at += at < 700 ? 1 : 29) {
      const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1)
      try {
        // A changed name or key id makes a signature a stranger's, which is ignored.
        assert.equal(verifyProof(parseProof(changed), leaves[6]!, log).signedBy.length, 1, `character ${at}`)
      } catch (error) {
        assert.ok(error instanceof GatehouseError, `character ${at}: ${String(error)}`)
      }
    }
  })
})
