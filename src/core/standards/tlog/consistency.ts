import { hashNode, sameHash, type Hash } from './hash.ts'
import { splitPoint, type Range } from './tree.ts'

/**
 * RFC 6962 §2.1.2: the ranges whose tree hashes prove that the tree of `second` entries continues the one of `first`.
 * Empty when the sizes are equal or the first is 0.
 */
export function consistencyRanges(first: number, second: number): readonly Range[] {
  const ranges: Range[] = []
  if (first === 0 || first === second) return ranges
  let start = 0
  let end = second
  let whole = true // the range left over is, so far, a whole left part of the old tree, whose root the verifier knows
  while (first !== end) {
    const middle = start + splitPoint(end - start)
    if (first <= middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
      whole = false
    }
  }
  if (!whole) ranges.push({ start, end })
  return ranges.reverse()
}

/** RFC 9162 §2.1.4.2: true only if the proof shows that the second tree begins with all of the first. */
export function verifyConsistency(
  first: number,
  second: number,
  firstRoot: Hash,
  secondRoot: Hash,
  proof: readonly Hash[],
): boolean {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 0 || first > second)
    return false
  if (first === second) return proof.length === 0 && sameHash(firstRoot, secondRoot)
  if (first === 0) return proof.length === 0
  if (proof.length === 0) return false
  let fn = first - 1
  let sn = second - 1
  while (fn % 2 === 1) {
    fn = (fn - 1) / 2
    sn = Math.floor(sn / 2)
  }
  const path = fn === 0 ? [firstRoot, ...proof] : proof // fn = 0 exactly when `first` is a power of two
  let fr = path[0] as Hash
  let sr = fr
  for (const hash of path.slice(1)) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      fr = hashNode(hash, fr)
      sr = hashNode(hash, sr)
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2
        sn = Math.floor(sn / 2)
      }
    } else {
      sr = hashNode(sr, hash)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return sn === 0 && sameHash(fr, firstRoot) && sameHash(sr, secondRoot)
}
