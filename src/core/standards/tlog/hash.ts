import { hash } from 'node:crypto'

/** 32 bytes of SHA-256: of a leaf, a node or a tree. */
export type Hash = Uint8Array

export const hashBytes = 32

const sha256 = (bytes: Uint8Array): Hash => hash('sha256', bytes, 'buffer')

/** RFC 6962 §2.1: the root of the tree without entries, SHA-256 of nothing. */
export const emptyRoot: Hash = sha256(new Uint8Array(0))

// RFC 6962's two prefixes are the defence against second preimages: an entry can never pass for a node.
const nodeInput = new Uint8Array(1 + 2 * hashBytes)
nodeInput[0] = 0x01

/** RFC 6962 §2.1: SHA-256(0x00 || entry). */
export function hashLeaf(entry: Uint8Array): Hash {
  const input = new Uint8Array(1 + entry.length)
  input.set(entry, 1)
  return sha256(input)
}

/** RFC 6962 §2.1: SHA-256(0x01 || left || right). */
export function hashNode(left: Hash, right: Hash): Hash {
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + hashBytes)
  return sha256(nodeInput)
}

export const sameHash = (a: Hash, b: Hash): boolean => Buffer.compare(a, b) === 0
