// Merkle trees as RFC 6962 has them. Numbers, never bit operators: those cut to 32 bits.
import { createHash } from 'node:crypto'

const sha256 = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const zero = Buffer.of(0)
const one = Buffer.of(1)

export const hashLeaf = (entry) => sha256(zero, entry)
export const hashNode = (left, right) => sha256(one, left, right)
export const emptyRoot = sha256()

/** The tree over hashes of leaves, or of equal perfect subtrees. */
export function rootOf(hashes) {
  if (hashes.length === 0) return emptyRoot
  let row = hashes
  while (row.length > 1) {
    const next = []
    for (let i = 0; i < row.length; i += 2)
      next.push(i + 1 < row.length ? hashNode(row[i], row[i + 1]) : row[i])
    row = next
  }
  return row[0]
}

/** A tree that grows by one leaf at a time and can tell its root at every size. */
export class GrowingTree {
  size = 0
  #peaks = [] // roots of the perfect subtrees, largest first

  add(leaf) {
    let hash = leaf
    for (let n = this.size; n % 2 === 1; n = (n - 1) / 2) hash = hashNode(this.#peaks.pop(), hash)
    this.#peaks.push(hash)
    this.size++
  }

  root() {
    if (this.#peaks.length === 0) return emptyRoot
    return this.#peaks.slice(0, -1).reduceRight((right, left) => hashNode(left, right), this.#peaks.at(-1))
  }
}

/** RFC 9162 §2.1.3.2. */
export function isIncluded(index, size, leaf, proof, root) {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let [fn, sn, hash] = [index, size - 1, leaf]
  const up = () => {
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  for (const sibling of proof) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      hash = hashNode(sibling, hash)
      while (fn % 2 === 0 && fn !== 0) up()
    } else {
      hash = hashNode(hash, sibling)
    }
    up()
  }
  return sn === 0 && hash.equals(root)
}
