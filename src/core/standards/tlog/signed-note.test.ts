import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GatehouseError } from '../../vocabulary/index.ts'
import {
  ed25519Signer,
  ed25519Verifier,
  formatVkey,
  parseNote,
  parseVkey,
  signNote,
  verifiersOf,
} from './index.ts'

// The vector of the signed-note specification.
const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const line =
  '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM='
const text = 'This is an example message.\n'
const verifier = ed25519Verifier(parseVkey(vkey))

const check = (note: string | Uint8Array): string[] =>
  verifiersOf(parseNote(note), [verifier]).map(({ name }) => name)
const refused = { name: 'GatehouseError', code: 'bad-input' }

describe('signed note', () => {
  it('verifies the specification’s example', () => {
    assert.deepEqual(check(`${text}\n${line}\n`), ['example.com/foo'])
    assert.deepEqual(check(Buffer.from(`${text}\n${line}\n`)), ['example.com/foo'])
    assert.equal(formatVkey(parseVkey(vkey)), vkey)
  })

  it('verifies what it signs, texts with blank lines too', () => {
    const a = ed25519Signer('a.example', Buffer.alloc(32, 1))
    const b = ed25519Signer('b.example', Buffer.alloc(32, 2))
    for (const body of ['x\n', 'one\n\ntwo\n', '\n', 'Zoë — 中\n', 'two blank lines\n\n']) {
      const note = parseNote(signNote(body, [a, b]))
      assert.equal(note.text, body)
      assert.equal(verifiersOf(note, [a.verifier, b.verifier]).length, 2)
      assert.equal(verifiersOf(note, [b.verifier]).length, 1)
    }
    for (const body of ['', 'no newline', 'a\rb\n', 'tab\there\n', '\ud800\n'])
      assert.throws(() => signNote(body, [a]), refused)
  })

  const malformed: Readonly<Record<string, string | Uint8Array>> = {
    'CRLF line ends': `${text}\n${line}\n`.replaceAll('\n', '\r\n'),
    'no newline at the end': `${text}\n${line}`,
    'no blank line': `${text}${line}\n`,
    'no signatures': `${text}\n`,
    'nothing at all': '',
    'two blank lines after the signatures': `${text}\n${line}\n\n`,
    'a blank line between signatures': `${text}\n${line}\n\n${line}x\n`,
    'a hyphen for the dash': `${text}\n${line.replace('—', '-')}\n`,
    'an en dash for the dash': `${text}\n${line.replace('—', '–')}\n`,
    'two spaces': `${text}\n${line.replace('— ', '—  ')}\n`,
    'a space at the end': `${text}\n${line} \n`,
    'a control character in the text': `This\u0007 is\n\n${line}\n`,
    'a control character in the name': `${text}\n${line.replace('foo', 'f\to')}\n`,
    'a plus sign in the name': `${text}\n${line.replace('foo', 'f+o')}\n`,
    'a no-break space in the name': `${text}\n${line.replace('foo', 'f\u00a0o')}\n`,
    'a next-line character in the name': `${text}\n${line.replace('foo', 'f\u0085o')}\n`,
    'base64 without padding': `${text}\n${line.slice(0, -1)}\n`,
    'base64 with bits set after its end': `${text}\n${line.slice(0, -2)}N=\n`,
    'base64 of the address alphabet': `${text}\n${line.replace('Okn8', 'O-n8')}\n`,
    'base64 too short for a key id': `${text}\n— example.com/foo Uw2Q\n`,
    'bytes that are not UTF-8': Buffer.concat([Buffer.from('a\xff\n', 'latin1'), Buffer.from(`\n${line}\n`)]),
    'a byte sequence too long for its character': Buffer.concat([
      Buffer.of(0xc0, 0x8a),
      Buffer.from(`\n\n${line}\n`),
    ]),
    'more signatures than can be meant': `${text}\n${`${line}\n`.repeat(65)}`,
    'more bytes than can be meant': `${'x'.repeat(1_000_001)}\n\n${line}\n`,
  }
  for (const [name, note] of Object.entries(malformed)) {
    it(`refuses ${name}`, () => assert.throws(() => check(note), refused))
  }

  it('accepts sixteen signatures and more', () => {
    const unknown = line.replace('foo', 'bar')
    assert.deepEqual(check(`${text}\n${`${unknown}\n`.repeat(16)}${line}\n`), ['example.com/foo'])
  })

  it('knows a key by name and id together, and ignores what it does not know', () => {
    const otherName = line.replace('example.com/foo', 'example.com/bar')
    const otherId = line.replace('Uw2QOk', 'Uw2QPk')
    for (const stranger of [otherName, otherId]) {
      assert.throws(() => check(`${text}\n${stranger}\n`), { ...refused, message: /No key that is known/ })
      assert.deepEqual(check(`${text}\n${stranger}\n${line}\n`), ['example.com/foo'])
    }
  })

  it('condemns a note over one failing line of a known key, whatever else is under it', () => {
    const failing = line.replace('mFXm', 'mFXn')
    assert.notEqual(failing, line)
    for (const note of [
      `${text}\n${failing}\n`,
      `${text}\n${line}\n${failing}\n`,
      `${text}\n${failing}\n${line}\n`,
    ]) {
      assert.throws(() => check(note), { ...refused, message: /does not verify/ })
    }
    assert.throws(() => check(`This is another message.\n\n${line}\n`), {
      ...refused,
      message: /does not verify/,
    })
    assert.throws(() => check(`${text}\n${line.slice(0, -8)}\n`), refused) // a shorter signature
  })
})

describe('verifier key', () => {
  it('refuses other forms, types, lengths and ids', () => {
    const base64 = vkey.split('+').slice(2).join('+')
    const key = Buffer.from(base64, 'base64')
    const withType = (type: number): string =>
      `a+00000000+${Buffer.concat([Buffer.of(type), key.subarray(1)]).toString('base64')}`
    for (const bad of [
      '',
      'a',
      'a+530d903a',
      `+530d903a+${base64}`,
      `example.com/foo+530D903A+${base64}`,
      `example.com/foo+530d903b+${base64}`,
      `example.com/fop+530d903a+${base64}`,
      `example.com/foo+530d903a+${base64.slice(0, -4)}`,
      `example com/foo+530d903a+${base64}`,
      ...[0x00, 0x02, 0x03, 0x05, 0x06, 0xfa, 0xff].map(withType),
    ]) {
      assert.throws(() => parseVkey(bad), refused, bad)
    }
  })

  it('says nothing of the note in its errors', () => {
    try {
      check(`secret words\n\n${line}\n`)
      assert.fail()
    } catch (error) {
      assert.ok(error instanceof GatehouseError)
      assert.doesNotMatch(error.explain(), /secret/)
    }
  })
})
