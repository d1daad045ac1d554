import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  consistencyRanges,
  decodeBundle,
  decodeTile,
  encodeBundle,
  hashesAt,
  hashInTile,
  hashLeaf,
  inclusionRanges,
  layout,
  packHashes,
  parseTilePath,
  rangeHash,
  rootOf,
  tileOf,
  tilePath,
  tileRoot,
  tileWidth,
  verifyConsistency,
  verifyInclusion,
  type Hash,
  type Tile,
} from './index.ts'

const refused = { name: 'GatehouseError', code: 'bad-input' }
const full = (level: Tile['level'], index: number): string => tilePath({ level, index, width: tileWidth })

describe('tile paths', () => {
  it('are those of the specification', () => {
    assert.equal(full(0, 0), 'tile/0/000')
    assert.equal(full(0, 999), 'tile/0/999')
    assert.equal(full(1, 1000), 'tile/1/x001/000')
    assert.equal(full('entries', 1234067), 'tile/entries/x001/x234/067')
    assert.equal(tilePath({ level: 63, index: 5, width: 1 }), 'tile/63/005.p/1')
    assert.equal(tilePath({ level: 2, index: 1234067, width: 255 }), 'tile/2/x001/x234/067.p/255')
  })

  it('are read back, and no other spelling is', () => {
    const level = fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 }))
    fc.assert(
      fc.property(level, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (l, index, width) => {
        assert.deepEqual(parseTilePath(tilePath({ level: l, index, width })), { level: l, index, width })
      }),
    )
    for (const bad of [
      'tile/01/000',
      'tile/0/1000',
      'tile/0/x1/000',
      'tile/64/000',
      'tile/-1/000',
      'tile/0/00',
      'tile/0/x000/001',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/01',
      'tile/0/000.p/',
      'tile/0/000/',
      '/tile/0/000',
      'tile/data/000',
      'tile/0/../000',
      'tile/0/x999/x999/x999/x999/x999/x999/999',
      'checkpoint',
      '',
    ]) {
      assert.throws(() => parseTilePath(bad), refused, bad)
    }
    for (const tile of [
      { level: 64, index: 0, width: 1 },
      { level: 0, index: -1, width: 1 },
      { level: 0, index: 0, width: 0 },
      { level: 0, index: 0, width: 257 },
      { level: 0.5, index: 0, width: 1 },
    ]) {
      assert.throws(() => tilePath(tile), refused)
    }
  })
})

describe('layout', () => {
  it('has the tiles that the specification counts out', () => {
    const of = (size: number): string[] =>
      [...layout(size)].filter(({ level }) => level !== 'entries').map(tilePath)
    assert.deepEqual(of(0), [])
    assert.deepEqual(of(1), ['tile/0/000.p/1'])
    assert.deepEqual(of(256), ['tile/0/000', 'tile/1/000.p/1'])
    assert.deepEqual(of(257), ['tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1'])
    const big = [...layout(70_000)]
    const at = (level: Tile['level']) => big.filter((tile) => tile.level === level).map(({ width }) => width)
    assert.deepEqual(at(0), [...Array.from({ length: 273 }, () => 256), 112])
    assert.deepEqual(at('entries'), at(0))
    assert.deepEqual(at(1), [256, 17])
    assert.deepEqual(at(2), [1])
    assert.deepEqual(at(3), [])
    assert.equal(hashesAt(2, 2 ** 40), 2 ** 24)
  })
})

/** All tiles of a log over these leaves, as the specification builds them. */
function tilesOver(leaves: readonly Hash[]): Map<string, readonly Hash[]> {
  const tiles = new Map<string, readonly Hash[]>()
  let row = leaves
  for (let level = 0; row.length > 0; level++) {
    const up: Hash[] = []
    for (let index = 0; index * tileWidth < row.length; index++) {
      const hashes = row.slice(index * tileWidth, (index + 1) * tileWidth)
      tiles.set(tilePath({ level, index, width: hashes.length }), hashes)
      if (hashes.length === tileWidth) up.push(tileRoot(hashes))
    }
    row = up
  }
  return tiles
}

describe('reading hashes from tiles', () => {
  it('gives every proof that verifies, at sizes around each border', () => {
    const leaves = Array.from({ length: 66_000 }, (_, i) => hashLeaf(Buffer.from(String(i))))
    for (const size of [1, 2, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 66_000]) {
      const tiles = tilesOver(leaves.slice(0, size))
      const read = (subtree: { height: number; index: number }): Hash => {
        const { tile, from, count } = tileOf(subtree, size)
        const hashes = tiles.get(tilePath(tile))
        assert.ok(hashes, `size ${size} needs ${tilePath(tile)}`)
        return hashInTile(hashes, from, count)
      }
      const root = rangeHash({ start: 0, end: size }, read)
      assert.deepEqual(root, rootOf(leaves.slice(0, size)))
      for (const index of new Set([0, 1, 254, 255, 256, 257, 511, 512, size >> 1, size - 2, size - 1])) {
        if (index < 0 || index >= size) continue
        const proof = inclusionRanges(index, size).map((range) => rangeHash(range, read))
        assert.ok(verifyInclusion(index, size, leaves[index]!, proof, root), `${index} of ${size}`)
        const first = index + 1
        const old = rootOf(leaves.slice(0, first))
        const path = consistencyRanges(first, size).map((range) => rangeHash(range, read))
        assert.ok(verifyConsistency(first, size, old, root, path), `${first} to ${size}`)
      }
    }
  })

  it('refuses subtrees that the size does not have whole, and tiles of another length', () => {
    assert.throws(() => tileOf({ height: 0, index: 5 }, 5), refused)
    assert.throws(() => tileOf({ height: 1, index: 2 }, 5), refused)
    assert.throws(() => tileOf({ height: 8, index: 0 }, 255), refused)
    assert.equal(tilePath(tileOf({ height: 8, index: 0 }, 256).tile), 'tile/1/000.p/1')
    for (const bytes of [8191, 8193, 0, 32])
      assert.throws(() => decodeTile(Buffer.alloc(bytes), 256), refused)
    assert.throws(() => tileRoot(decodeTile(Buffer.alloc(255 * 32), 255)), refused)
    assert.throws(() => hashInTile(decodeTile(Buffer.alloc(64), 2), 1, 2), refused)
    const hashes = [hashLeaf(Buffer.of(1)), hashLeaf(Buffer.of(2))]
    assert.deepEqual(decodeTile(packHashes(hashes), 2), hashes)
  })
})

describe('entry bundle', () => {
  it('reads what it writes', () => {
    const entry = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new Uint8Array(65_535)))
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 8 }), (entries) => {
        const read = decodeBundle(encodeBundle(entries), entries.length)
        assert.deepEqual(
          read.map((bytes) => Buffer.from(bytes)),
          entries.map((bytes) => Buffer.from(bytes)),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('refuses what ends early, goes on after its last entry, or holds another number', () => {
    const bundle = Buffer.from(encodeBundle([Buffer.from('one'), Buffer.from(''), Buffer.from('three')]))
    assert.equal(decodeBundle(bundle, 3).length, 3)
    for (let end = 0; end < bundle.length; end++) {
      assert.throws(() => decodeBundle(bundle.subarray(0, end), 3), {
        ...refused,
        where: /entry \d of the bundle/,
      })
    }
    assert.throws(() => decodeBundle(Buffer.concat([bundle, Buffer.of(0)]), 3), {
      ...refused,
      message: /after its last/,
    })
    assert.throws(() => decodeBundle(bundle, 2), refused)
    assert.throws(() => decodeBundle(bundle, 4), refused)
    assert.throws(() => encodeBundle([new Uint8Array(65_536)]), refused)
  })
})
