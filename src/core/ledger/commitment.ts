import { hash, randomBytes } from 'node:crypto'
import { canonicalJson } from '../standards/index.ts'
import { hashLeaf, inclusionRanges, rangeHash, rootOf, type Hash } from '../standards/tlog/index.ts'
import type { Agreement, Basis, ItemId, RefusalCode, Transformation } from '../vocabulary/index.ts'

const label = Buffer.from('gatehouse/commit/v1\0')
const saltBytes = 32

/** What one pupil's commitment stands for: codes, never a value of the pupil. */
export interface PupilRecord {
  readonly release: string
  readonly agreement: { readonly id: Agreement['id']; readonly version: number; readonly hash: string }
  /** `present`: whether there was a value to send. */
  readonly items: readonly { readonly item: ItemId; readonly as: Transformation; readonly present: boolean }[]
  readonly withheld: readonly { readonly item: ItemId; readonly codes: readonly RefusalCode[] }[]
  readonly basis: Pick<Basis, 'article6' | 'instrument' | 'article9' | 'schedule1' | 'article10'>
}

/** One pupil's opening: with the salt gone, nobody can tell what the commitment was to. */
export interface Opening {
  readonly pupilId: string
  /** Leaf number in the entry's tree of commitments. */
  readonly position: number
  readonly salt: Uint8Array
  readonly record: PupilRecord
  readonly commitment: Hash
}

/** SHA-256("gatehouse/commit/v1", 0, salt, canonical JSON): binding, and silent without the salt. */
export const commitTo = (salt: Uint8Array, value: unknown): Hash => commitToText(salt, canonicalJson(value))

export const commitToText = (salt: Uint8Array, text: string): Hash =>
  hash('sha256', Buffer.concat([label, salt, Buffer.from(text)]), 'buffer')

export const newSalt = (): Uint8Array => randomBytes(saltBytes)

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/**
 * Commits to each pupil's record under a fresh salt and returns the root for the release's leaf. The order in the tree is
 * that of the commitments, which is random, so that a position tells nothing about a name.
 */
export function commitPupils(records: readonly { pupilId: string; record: PupilRecord }[]): {
  root: string
  openings: readonly Opening[]
} {
  const salts = randomBytes(saltBytes * records.length)
  const openings = records
    .map(({ pupilId, record }, i) => {
      const salt = salts.subarray(i * saltBytes, (i + 1) * saltBytes)
      return { pupilId, record, salt, commitment: commitTo(salt, record) }
    })
    .sort((a, b) => Buffer.compare(a.commitment, b.commitment))
    .map((opening, position) => ({ ...opening, position }))
  return { root: hex(pupilRoot(openings.map((opening) => opening.commitment))), openings }
}

/** RFC 6962's tree over the commitments, each one an entry. */
export const pupilRoot = (commitments: readonly Hash[]): Hash => rootOf(commitments.map(hashLeaf))

/** Proof that the commitment at `position` is in that tree. */
export function pupilProof(commitments: readonly Hash[], position: number): readonly Hash[] {
  const leaves = commitments.map(hashLeaf)
  return inclusionRanges(position, leaves.length).map((range) =>
    rangeHash(range, ({ height, index }) =>
      rootOf(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)),
    ),
  )
}

/** Opens the commitment to the bytes that left. */
export interface PayloadOpening {
  readonly salt: Uint8Array
  readonly sha256: string
}

/** A commitment to a payload that nobody can test by guessing its content. */
export function commitPayload(payload: Uint8Array): { commitment: string; opening: PayloadOpening } {
  const opening: PayloadOpening = { salt: newSalt(), sha256: hash('sha256', payload) }
  return { commitment: hex(commitTo(opening.salt, { sha256: opening.sha256 })), opening }
}
