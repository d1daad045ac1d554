import { emptyRoot, hashNode, type Hash } from './hash.ts'

// Sizes are numbers, safe to 2^53 − 1: never `>>` or `&`, which cut to 32 bits.

/** The perfect subtree over the entries [index·2^height, (index+1)·2^height). */
export interface Subtree {
  readonly height: number
  readonly index: number
}

/** Entries from `start` up to, not including, `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** The largest power of two strictly less than n, for n > 1: where RFC 6962 splits a tree. */
export function splitPoint(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/**
 * The perfect subtrees that make up a range, from the left. The range must be one that a tree's own recursion makes: its
 * start a multiple of the power of two that covers its length. Folded from the right they give the range's tree hash.
 */
export function subtreesOf({ start, end }: Range): readonly Subtree[] {
  const subtrees: Subtree[] = []
  let from = start
  while (from < end) {
    let size = 1
    let height = 0
    while (size * 2 <= end - from) {
      size *= 2
      height++
    }
    subtrees.push({ height, index: from / size })
    from += size
  }
  return subtrees
}

/** MTH(D[start:end]) from the hashes of its perfect subtrees. */
export function rangeHash(range: Range, read: (subtree: Subtree) => Hash): Hash {
  return foldRight(subtreesOf(range).map(read))
}

/** Folds hashes of perfect subtrees, largest first, to one root; none gives the empty tree's. */
export function foldRight(hashes: readonly Hash[]): Hash {
  const last = hashes.at(-1)
  if (!last) return emptyRoot
  return hashes.slice(0, -1).reduceRight((root, hash) => hashNode(hash, root), last)
}

/** The root over hashes of neighbouring leaves or equal subtrees, by RFC 6962's recursion. */
export function rootOf(hashes: readonly Hash[]): Hash {
  let row = hashes
  if (row.length === 0) return emptyRoot
  while (row.length > 1) {
    const next: Hash[] = []
    for (let i = 0; i < row.length; i += 2) {
      const left = row[i] as Hash
      const right = row[i + 1]
      next.push(right ? hashNode(left, right) : left)
    }
    row = next
  }
  return row[0] as Hash
}
