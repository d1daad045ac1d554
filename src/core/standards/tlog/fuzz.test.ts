import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { GatehouseError } from '../../vocabulary/index.ts'
import {
  decodeBundle,
  decodeTile,
  ed25519Signer,
  encodeBundle,
  formatCheckpoint,
  formatProof,
  formatVkey,
  hashLeaf,
  parseCheckpoint,
  parseNote,
  parseProof,
  parseTilePath,
  parseVkey,
  signNote,
  tilePath,
} from './index.ts'

const signer = ed25519Signer('school.example/log', Buffer.alloc(32, 1))
const checkpoint = formatCheckpoint({ origin: 'school.example/log', size: 3, root: hashLeaf(Buffer.of(1)) })
const note = signNote(checkpoint, [signer])
const proof = formatProof({
  index: 1,
  hashes: [hashLeaf(Buffer.of(2))],
  checkpoint: note,
  extra: Buffer.from('{}'),
})

/** Good input with pieces cut out, doubled, swapped or replaced, and plain noise. */
const mutated = (good: Buffer): fc.Arbitrary<Buffer> => {
  const place = fc.nat({ max: good.length })
  const noise = fc.uint8Array({ maxLength: 40 })
  return fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    fc
      .array(fc.tuple(place, place, fc.oneof(noise, fc.constant('cut'), fc.constant('double'))), {
        minLength: 1,
        maxLength: 4,
      })
      .map((edits) =>
        edits.reduce((bytes, [a, b, edit]) => {
          const [from, to] = [Math.min(a, b), Math.max(a, b)]
          const [left, middle, right] = [
            bytes.subarray(0, from),
            bytes.subarray(from, to),
            bytes.subarray(to),
          ]
          if (edit === 'cut') return Buffer.concat([left, right])
          if (edit === 'double') return Buffer.concat([left, middle, middle, right])
          return Buffer.concat([left, edit, bytes.subarray(from + edit.length)])
        }, good),
      ),
  )
}

const parsers: Readonly<
  Record<string, { good: Buffer; parse: (bytes: Buffer) => unknown; again?: (value: never) => string }>
> = {
  'signed note': { good: Buffer.from(note), parse: parseNote },
  'signed note as text': { good: Buffer.from(note), parse: (bytes) => parseNote(bytes.toString('utf8')) },
  checkpoint: {
    good: Buffer.from(checkpoint),
    parse: (bytes) => parseCheckpoint(bytes.toString('utf8')),
  },
  'verifier key': {
    good: Buffer.from(formatVkey(signer.key)),
    parse: (bytes) => parseVkey(bytes.toString('utf8')),
    again: formatVkey,
  },
  receipt: {
    good: Buffer.from(proof),
    parse: (bytes) => parseProof(bytes.toString('utf8')),
    again: formatProof,
  },
  'tile path': {
    good: Buffer.from('tile/12/x123/x456/789.p/25'),
    parse: (bytes) => parseTilePath(bytes.toString('utf8')),
    again: tilePath,
  },
  'entry bundle': {
    good: Buffer.from(encodeBundle([Buffer.from('one'), Buffer.from('two')])),
    parse: (bytes) => decodeBundle(bytes, 2),
  },
  tile: { good: Buffer.alloc(64), parse: (bytes) => decodeTile(bytes, 2) },
}

describe('every parser', () => {
  for (const [name, { good, parse, again }] of Object.entries(parsers)) {
    it(`of a ${name} throws its own error or takes the input as it stands`, () => {
      assert.ok(parse(good))
      let [taken, refused] = [0, 0]
      fc.assert(
        fc.property(mutated(good), (bytes) => {
          let value: unknown
          try {
            value = parse(bytes)
          } catch (error) {
            assert.ok(error instanceof GatehouseError, String(error))
            assert.equal(error.code, 'bad-input')
            refused++
            return
          }
          taken++
          // What is taken has one spelling: writing it gives the input back.
          if (again) assert.equal(again(value as never), bytes.toString('utf8'))
        }),
        { numRuns: 3000 },
      )
      assert.ok(refused > 100, `${refused} refused, ${taken} taken`)
    })
  }
})
