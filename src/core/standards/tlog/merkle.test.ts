import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  consistencyRanges,
  emptyRoot,
  extendFrontier,
  frontierLength,
  hashLeaf,
  hashNode,
  inclusionRanges,
  packHashes,
  rangeHash,
  rootOf,
  rootOfFrontier,
  sameHash,
  unpackHashes,
  verifyConsistency,
  verifyInclusion,
  type Frontier,
  type Hash,
  type Range,
  type Subtree,
} from './index.ts'

const hex = (hash: Hash): string => Buffer.from(hash).toString('hex')

// The leaves that Certificate Transparency's implementations have long been tested with, and their roots.
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((text) => hashLeaf(Buffer.from(text, 'hex')))
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

/** Hashes of ranges over leaves in memory. */
const reader =
  (all: readonly Hash[]) =>
  ({ height, index }: Subtree): Hash =>
    rootOf(all.slice(index * 2 ** height, (index + 1) * 2 ** height))

const prove = (ranges: readonly Range[], all: readonly Hash[]): Hash[] =>
  ranges.map((range) => rangeHash(range, reader(all)))

const heads = (proof: readonly Hash[]): string => proof.map((hash) => hex(hash).slice(0, 8)).join(' ')

/** RFC 6962 §2.1 word for word: the tests' own oracle. */
function mth(d: readonly Hash[]): Hash {
  if (d.length === 0) return emptyRoot
  if (d.length === 1) return d[0]!
  let k = 1
  while (k * 2 < d.length) k *= 2
  return hashNode(mth(d.slice(0, k)), mth(d.slice(k)))
}

describe('the tree of RFC 6962', () => {
  it('has the known roots', () => {
    roots.forEach((root, n) => {
      assert.equal(hex(rootOf(leaves.slice(0, n))), root)
      assert.equal(hex(rangeHash({ start: 0, end: n }, reader(leaves))), root)
    })
  })

  it('has the known proofs', () => {
    const inclusion: [number, number, string][] = [
      [0, 8, '96a296d2 5f083f0a 6b47aaf2'],
      [5, 8, 'bc1a0643 ca854ea1 d37ee418'],
      [2, 3, 'fac54203'],
      [1, 5, '6e340b9c 5f083f0a bc1a0643'],
    ]
    for (const [index, size, expected] of inclusion) {
      assert.equal(heads(prove(inclusionRanges(index, size), leaves)), expected)
    }
    const consistency: [number, number, string][] = [
      [1, 8, '96a296d2 5f083f0a 6b47aaf2'],
      [6, 8, '0ebc5d34 ca854ea1 d37ee418'],
      [2, 5, '5f083f0a bc1a0643'],
      [4, 8, '6b47aaf2'],
    ]
    for (const [first, second, expected] of consistency) {
      assert.equal(heads(prove(consistencyRanges(first, second), leaves)), expected)
    }
  })

  it('grows by its frontier to the same roots', () => {
    let frontier: Frontier = []
    const all = Array.from({ length: 300 }, (_, i) => hashLeaf(Buffer.of(i >> 8, i & 255)))
    for (let n = 0; n < all.length; n++) {
      assert.equal(frontier.length, frontierLength(n))
      assert.equal(hex(rootOfFrontier(frontier)), hex(mth(all.slice(0, n))))
      assert.deepEqual(unpackHashes(packHashes(frontier))?.map(hex), frontier.map(hex))
      frontier = extendFrontier(n, frontier, all[n]!)
    }
    assert.equal(unpackHashes(Buffer.alloc(33)), undefined)
  })
})

const many = Array.from({ length: 70 }, (_, i) => hashLeaf(Buffer.of(i)))
const rootAt = Array.from({ length: 71 }, (_, n) => mth(many.slice(0, n)))

/** Everything a liar might do to a proof: one change each. */
function* forgeries(proof: readonly Hash[]): Generator<readonly Hash[]> {
  for (let i = 0; i < proof.length; i++) {
    const changed = Buffer.from(proof[i]!)
    changed[(i * 7) % 32]! ^= 1 << (i % 8)
    yield proof.with(i, changed)
    yield proof.toSpliced(i, 1)
    yield proof.toSpliced(i, 0, proof[i]!)
    if (i > 0 && !sameHash(proof[i]!, proof[i - 1]!))
      yield proof.with(i, proof[i - 1]!).with(i - 1, proof[i]!)
  }
  yield [...proof, emptyRoot]
  yield [emptyRoot, ...proof]
  if (proof.length > 0) yield []
  yield Array.from({ length: 64 }, (_, i) => proof[i] ?? emptyRoot)
}

describe('inclusion', () => {
  it('accepts every honest proof, and no altered one, for all sizes to 70', () => {
    for (let size = 1; size <= 70; size++) {
      for (let index = 0; index < size; index++) {
        const proof = prove(inclusionRanges(index, size), many)
        const [leaf, root] = [many[index]!, rootAt[size]!]
        assert.ok(verifyInclusion(index, size, leaf, proof, root), `${index} of ${size}`)
        for (const forged of forgeries(proof)) {
          assert.ok(!verifyInclusion(index, size, leaf, forged, root), `${index} of ${size}, forged`)
        }
        for (let other = 0; other <= size; other++) {
          if (other !== index)
            assert.ok(!verifyInclusion(other, size, leaf, proof, root), `${index} as ${other}`)
        }
        // A size of the same shape above may accept the same hashes; the root of that size never does.
        if (size < 70) assert.ok(!verifyInclusion(index, size + 1, leaf, proof, rootAt[size + 1]!))
        assert.ok(!verifyInclusion(index, size, many[(index + 1) % 70]!, proof, root))
        assert.ok(!verifyInclusion(index, size, leaf, proof, rootAt[size - 1]!))
      }
      assert.ok(!verifyInclusion(size, size, many[0]!, [], rootAt[size]!))
    }
    for (const index of [-1, 0.5, NaN, Infinity]) {
      assert.ok(!verifyInclusion(index, 1, many[0]!, [], many[0]!))
      assert.ok(!verifyInclusion(0, index, many[0]!, [], many[0]!))
    }
    assert.ok(!verifyInclusion(0, 0, emptyRoot, [], emptyRoot))
  })

  it('takes no node for a leaf and no leaf for a node', () => {
    const [a, b] = [many[0]!, many[1]!]
    const root = hashNode(a, b)
    // An entry that spells out a node, and the 64 bytes of its children: neither hashes to the node.
    for (const entry of [Buffer.concat([Buffer.of(1), a, b]), Buffer.concat([a, b])]) {
      assert.ok(!sameHash(hashLeaf(entry), root))
    }
    const whole = mth(many.slice(0, 4))
    const right = hashNode(many[2]!, many[3]!)
    // The left node offered as the entry at 0 of a tree of two: right only for a tree that has it as a leaf.
    assert.ok(!verifyInclusion(0, 4, root, [right], whole))
    assert.ok(!verifyInclusion(0, 3, root, [right], whole))
  })
})

describe('consistency', () => {
  it('accepts every honest proof, and no altered one, for all sizes to 70', () => {
    for (let second = 0; second <= 70; second++) {
      for (let first = 0; first <= second; first++) {
        const proof = prove(consistencyRanges(first, second), many)
        const [old, now] = [rootAt[first]!, rootAt[second]!]
        assert.ok(verifyConsistency(first, second, old, now, proof), `${first} to ${second}`)
        if (first === 0) {
          assert.ok(!verifyConsistency(first, second, old, now, [emptyRoot]))
          continue
        }
        for (const forged of forgeries(proof)) {
          assert.ok(!verifyConsistency(first, second, old, now, forged), `${first} to ${second}, forged`)
        }
        assert.ok(!verifyConsistency(first, second, rootAt[first - 1]!, now, proof))
        assert.ok(!verifyConsistency(first, second, old, rootAt[second - 1]!, proof))
        assert.ok(first === second || !verifyConsistency(second, first, now, old, proof))
        // Two trees of one size with different roots: a split view.
        assert.ok(
          !verifyConsistency(second, second, old === now ? emptyRoot : old, now, []) || first === second,
        )
      }
    }
    for (const bad of [-1, 0.5, NaN]) assert.ok(!verifyConsistency(bad, 5, emptyRoot, rootAt[5]!, []))
  })
})

describe('large trees', () => {
  // A tree whose leaves are all alike has one hash a height, so that trees beyond any memory can be proved.
  const leaf = hashLeaf(Buffer.from('x'))
  const heights = [leaf]
  for (let h = 1; h < 54; h++) heights.push(hashNode(heights[h - 1]!, heights[h - 1]!))
  const read = ({ height }: Subtree): Hash => heights[height]!
  const rootOfSize = (size: number): Hash => rangeHash({ start: 0, end: size }, read)
  const size = fc.oneof(
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    fc.constantFrom(
      2 ** 31 - 1,
      2 ** 31,
      2 ** 31 + 1,
      2 ** 32,
      2 ** 32 + 5,
      2 ** 40 + 17,
      Number.MAX_SAFE_INTEGER,
    ),
  )

  it('prove and verify inclusion past 2^31', () => {
    fc.assert(
      fc.property(size, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (n, part) => {
        const index = Math.floor(part * n)
        const proof = inclusionRanges(index, n).map((range) => rangeHash(range, read))
        assert.ok(verifyInclusion(index, n, leaf, proof, rootOfSize(n)))
        assert.ok(!verifyInclusion(index, n, hashLeaf(Buffer.from('y')), proof, rootOfSize(n)))
        if (proof.length > 0) assert.ok(!verifyInclusion(index, n, leaf, proof.slice(1), rootOfSize(n)))
      }),
    )
  })

  it('prove and verify consistency past 2^31', () => {
    fc.assert(
      fc.property(size, size, (a, b) => {
        const [first, second] = a < b ? [a, b] : [b, a]
        const proof = consistencyRanges(first, second).map((range) => rangeHash(range, read))
        assert.ok(verifyConsistency(first, second, rootOfSize(first), rootOfSize(second), proof))
        if (first < second) {
          assert.ok(!verifyConsistency(first, second, rootOfSize(second), rootOfSize(second), proof))
        }
      }),
    )
  })
})
