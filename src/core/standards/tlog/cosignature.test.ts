import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, verify } from 'node:crypto'
import { describe, it } from 'node:test'
import {
  cosignatureTime,
  cosignatureVerifier,
  cosignedMessage,
  ed25519Signer,
  formatCheckpoint,
  hashLeaf,
  mlDsa44Signer,
  parseCheckpoint,
  parseNote,
  parseVkey,
  formatVkey,
  signNote,
  verifiersOf,
} from './index.ts'
import { keyIdOf } from './vkey.ts'

const refused = { name: 'GatehouseError', code: 'bad-input' }
const origin = 'school.example/gatehouse/disclosures'
const root = hashLeaf(Buffer.from('x'))
const text = formatCheckpoint({ origin, size: 5, root })
const instant = new Date('2026-11-24T07:30:00Z')
const seconds = BigInt(instant.getTime() / 1000)
const log = mlDsa44Signer(origin, Buffer.alloc(32, 7))
const signature = log.at(instant).sign(text)
const good = cosignatureVerifier(log.key)

const withTime = (time: bigint): Buffer => {
  const changed = Buffer.from(signature)
  changed.writeBigUInt64BE(time)
  return changed
}

describe('checkpoint', () => {
  it('reads what it writes', () => {
    assert.deepEqual(parseCheckpoint(text), { origin, size: 5, root: Buffer.from(root), extensions: [] })
    assert.deepEqual(parseCheckpoint(`${text}one\ntwo\n`).extensions, ['one', 'two'])
    assert.equal(parseCheckpoint(text.replace('\n5\n', '\n9007199254740991\n')).size, 2 ** 53 - 1)
  })

  it('refuses every other form of size, root and lines', () => {
    const base64 = Buffer.from(root).toString('base64')
    const sized = (size: string): string => `${origin}\n${size}\n${base64}\n`
    const rooted = (bytes: number): string => `${origin}\n5\n${Buffer.alloc(bytes).toString('base64')}\n`
    for (const bad of [
      ...[
        '05',
        '+5',
        '-1',
        '',
        ' 5',
        '5 ',
        '5.0',
        '0x5',
        '1e3',
        '18446744073709551616',
        '9007199254740992',
        '٥',
      ].map(sized),
      ...[0, 31, 33].map(rooted),
      `${origin}\n5\n${base64.replace('=', '')}\n`,
      `\n5\n${base64}\n`,
      `${origin}\n5\n`,
      `${origin}\n5\n${base64}`,
      `${text}\n`,
      `${text}one\n\ntwo\n`,
      `${origin}\n0\n${base64}\n`, // an empty tree has the empty root and no other
      '',
    ]) {
      assert.throws(() => parseCheckpoint(bad), refused, JSON.stringify(bad))
    }
  })
})

describe('ML-DSA-44 cosignature', () => {
  it('is over the bytes of the specification, and another implementation agrees', () => {
    const message = cosignedMessage({
      cosigner: origin,
      timestamp: seconds,
      origin,
      start: 0,
      end: 5,
      hash: root,
    })
    assert.equal(message.length, 70 + 2 * origin.length)
    assert.equal(
      Buffer.from(message).toString('hex'),
      [
        Buffer.from('subtree/v1\n\0').toString('hex'),
        origin.length.toString(16).padStart(2, '0') + Buffer.from(origin).toString('hex'),
        seconds.toString(16).padStart(16, '0'),
        origin.length.toString(16).padStart(2, '0') + Buffer.from(origin).toString('hex'),
        '0'.repeat(16),
        '0'.repeat(15) + '5',
        Buffer.from(root).toString('hex'),
      ].join(''),
    )
    const frame = Buffer.from('30820532300b06096086480165030403110382052100', 'hex')
    const key = createPublicKey({
      key: Buffer.concat([frame, log.key.publicKey]),
      format: 'der',
      type: 'spki',
    })
    assert.ok(verify(null, message, key, signature.subarray(8)))
    // The same seed makes the same key there.
    const seed = Buffer.concat([
      Buffer.from('3034020100300b060960864801650304031104228020', 'hex'),
      Buffer.alloc(32, 7),
    ])
    const theirs = createPublicKey(createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' }))
    assert.ok(theirs.equals(key))
  })

  it('verifies under its note, beside the log’s own signature', () => {
    const own = ed25519Signer(origin, Buffer.alloc(32, 3))
    const note = parseNote(signNote(text, [own, log.at(instant)]))
    assert.equal(note.signatures[1]?.signature.length, 8 + 2420)
    assert.equal(cosignatureTime(note.signatures[1].signature), seconds)
    assert.equal(
      verifiersOf(note, [own.verifier, cosignatureVerifier(parseVkey(formatVkey(log.key)))]).length,
      2,
    )
  })

  it('fails for another time, size, root, origin, name or bit', () => {
    assert.ok(good.verify(text, signature))
    for (const time of [0n, seconds + 1n, 2n ** 63n, 2n ** 64n - 1n])
      assert.ok(!good.verify(text, withTime(time)))
    assert.ok(!good.verify(formatCheckpoint({ origin, size: 6, root }), signature))
    assert.ok(
      !good.verify(formatCheckpoint({ origin, size: 5, root: hashLeaf(Buffer.from('y')) }), signature),
    )
    assert.ok(!good.verify(formatCheckpoint({ origin: 'other.example', size: 5, root }), signature))
    assert.ok(!good.verify('not a checkpoint\n', signature))
    const renamed = { ...log.key, name: 'other.example' }
    assert.ok(!cosignatureVerifier(renamed).verify(text, signature))
    for (const length of [0, 7, 8, 64, 2427, 2429]) assert.ok(!good.verify(text, Buffer.alloc(length)))
    for (let at = 0; at < signature.length; at += 97) {
      const changed = Buffer.from(signature)
      changed[at]! ^= 0x20
      assert.ok(!good.verify(text, changed), `byte ${at}`)
    }
  })

  it('does not cover extension lines, which is why none are written', () => {
    assert.ok(good.verify(`${text}anything\n`, signature))
  })

  it('refuses a time in the future when told the present', () => {
    assert.ok(cosignatureVerifier(log.key, instant).verify(text, signature))
    assert.ok(!cosignatureVerifier(log.key, new Date(instant.getTime() - 1000)).verify(text, signature))
  })

  it('is never made over a subtree with a time, nor over names that do not fit', () => {
    const message = { cosigner: origin, timestamp: 0n, origin, start: 256, end: 512, hash: root }
    assert.ok(cosignedMessage(message).length > 0)
    assert.throws(() => cosignedMessage({ ...message, timestamp: 1n }), refused)
    assert.throws(() => cosignedMessage({ ...message, timestamp: -1n }), refused)
    assert.throws(() => cosignedMessage({ ...message, start: 0, timestamp: 2n ** 63n }), refused)
    for (const name of ['', 'x'.repeat(256), 'a\nb']) {
      assert.throws(() => cosignedMessage({ ...message, cosigner: name }), refused)
      assert.throws(() => cosignedMessage({ ...message, origin: name }), refused)
    }
  })

  it('takes no Ed25519 key under its type, and no key under Ed25519’s', () => {
    const { key } = ed25519Signer(origin, Buffer.alloc(32, 3))
    const id = keyIdOf(origin, 'ml-dsa-44', key.publicKey)
    const posing = `${origin}+${id}+${Buffer.concat([Buffer.of(0x06), key.publicKey]).toString('base64')}`
    assert.throws(() => parseVkey(posing), refused)
    assert.throws(() => cosignatureVerifier(key), refused)
  })
})

describe('Ed25519 cosignature', () => {
  it('verifies by name and key, covers extension lines, and needs its configured name', () => {
    const { key } = ed25519Signer('witness.example', Buffer.alloc(32, 9))
    const raw = ed25519Signer('x', Buffer.alloc(32, 9))
    const cosigner = {
      ...key,
      type: 'ed25519-cosignature' as const,
      keyId: keyIdOf(key.name, 'ed25519-cosignature', key.publicKey),
    }
    const time = Buffer.alloc(8)
    time.writeBigUInt64BE(seconds)
    const cosignature = Buffer.concat([time, raw.sign(`cosignature/v1\ntime ${seconds}\n${text}`)])
    const verifier = cosignatureVerifier(parseVkey(formatVkey(cosigner)))
    assert.ok(verifier.verify(text, cosignature))
    assert.ok(!verifier.verify(`${text}more\n`, cosignature))
    const changed = Buffer.from(cosignature)
    changed[7]! ^= 1
    assert.ok(!verifier.verify(text, changed))
    // It does not commit to the cosigner's name: only the configured pair of name and key id keeps another's out.
    const note = `${text}\n— other.example ${Buffer.concat([Buffer.from(cosigner.keyId, 'hex'), cosignature]).toString('base64')}\n`
    assert.throws(() => verifiersOf(parseNote(note), [verifier]), refused)
  })
})
