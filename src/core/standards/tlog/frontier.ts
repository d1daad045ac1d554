import { hashBytes, hashNode, type Hash } from './hash.ts'
import { foldRight } from './tree.ts'

/** The roots of a tree's perfect subtrees, largest first: all that appending needs, one for each 1 in the size's binary form. */
export type Frontier = readonly Hash[]

/** How many hashes the frontier of a tree of this size has. */
export function frontierLength(size: number): number {
  let ones = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2
  return ones
}

/** The frontier after one more leaf, in O(log size). */
export function extendFrontier(size: number, frontier: Frontier, leaf: Hash): Frontier {
  const next = [...frontier]
  let hash = leaf
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) hash = hashNode(next.pop() as Hash, hash)
  next.push(hash)
  return next
}

export const rootOfFrontier = (frontier: Frontier): Hash => foldRight(frontier)

export const packHashes = (hashes: readonly Hash[]): Buffer => Buffer.concat(hashes)

/** Hashes lying end to end; undefined when the bytes are not a whole number of them. */
export function unpackHashes(bytes: Uint8Array): Hash[] | undefined {
  if (bytes.length % hashBytes !== 0) return undefined
  return Array.from({ length: bytes.length / hashBytes }, (_, i) =>
    bytes.subarray(i * hashBytes, (i + 1) * hashBytes),
  )
}
