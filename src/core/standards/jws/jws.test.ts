import assert from 'node:assert/strict'
import { createPublicKey, sign } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { jwsKey, newSeed, parsePublicKey, readJws, signJws, verifyJws } from './index.ts'

const key = jwsKey(newSeed())
const other = jwsKey(newSeed())
const publicKey = createPublicKey(key.privateKey)
const type = 'gatehouse-return+jwt'

const faultOf = (text: string, by = publicKey): string => {
  const read = readJws(text, type)
  if (!read.ok) return read.error
  const verified = verifyJws(read.value, by)
  return verified.ok ? 'none' : verified.error
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const signed = (header: unknown, claims: unknown): string => {
  const text = `${encode(header)}.${encode(claims)}`
  return `${text}.${sign(null, Buffer.from(text), key.privateKey).toString('base64url')}`
}

describe('jws', () => {
  it('reads what it signed, whatever the claims', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }), { maxKeys: 8 }), (claims) => {
        const read = readJws(signJws(type, claims, key.privateKey), type)
        assert.ok(read.ok)
        const verified = verifyJws(read.value, publicKey)
        assert.ok(verified.ok)
        assert.deepEqual(verified.value, JSON.parse(JSON.stringify(claims)))
      }),
    )
  })

  it('verifies the example of RFC 8037, appendix A.4', () => {
    const text =
      'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg'
    const [head, body, tail = ''] = text.split('.')
    const published = parsePublicKey('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo')
    assert.ok(published)
    const token = {
      claims: {},
      signed: Buffer.from(`${head}.${body}`),
      signature: Buffer.from(tail, 'base64url'),
    }
    assert.ok(verifyJws(token, published).ok)
  })

  it('refuses another key, algorithm, type, extension and form', () => {
    const text = signJws(type, { a: 1 }, key.privateKey)
    assert.equal(faultOf(text), 'none')
    assert.equal(faultOf(text, createPublicKey(other.privateKey)), 'bad-signature')
    assert.equal(faultOf(signJws('other+jwt', { a: 1 }, key.privateKey)), 'wrong-type')
    assert.equal(faultOf(signed({ alg: 'none', typ: type }, {})), 'wrong-algorithm')
    assert.equal(faultOf(signed({ alg: 'HS256', typ: type }, {})), 'wrong-algorithm')
    assert.equal(faultOf(signed({ alg: 'EdDSA', typ: type, crit: ['b64'] }, {})), 'malformed')
    assert.equal(faultOf(signed({ alg: 'EdDSA', typ: type }, [])), 'malformed')
    for (const wrong of [
      '',
      '..',
      'a.b',
      `${text}.x`,
      `${text}=`,
      ` ${text}`,
      text.slice(0, -20),
      'x'.repeat(9000),
    ])
      assert.notEqual(faultOf(wrong), 'none', wrong.slice(0, 20))
  })

  it('refuses every token with one character changed', () => {
    const text = signJws(type, { a: 1 }, key.privateKey)
    for (let at = 0; at < text.length; at++) {
      for (const by of ['A', 'B', '.']) {
        if (text[at] === by) continue
        assert.notEqual(faultOf(text.slice(0, at) + by + text.slice(at + 1)), 'none', String(at))
      }
    }
  })

  it('takes a public key in one spelling only', () => {
    assert.ok(parsePublicKey(key.publicText))
    for (const wrong of [
      '',
      `${key.publicText}=`,
      key.publicText.slice(1),
      `${key.publicText}A`,
      'x'.repeat(43),
    ])
      assert.equal(parsePublicKey(wrong), null)
  })
})
