export { emptyRoot, hashBytes, hashLeaf, hashNode, sameHash, type Hash } from './hash.ts'
export { rangeHash, rootOf, subtreesOf, type Range, type Subtree } from './tree.ts'
export {
  extendFrontier,
  frontierLength,
  packHashes,
  rootOfFrontier,
  unpackHashes,
  type Frontier,
} from './frontier.ts'
export { inclusionRanges, verifyInclusion } from './inclusion.ts'
export { consistencyRanges, verifyConsistency } from './consistency.ts'
export { parseNote, signatureLine, signNote, verifiersOf } from './signed-note.ts'
export type { NoteSignature, NoteSigner, NoteVerifier, SignedNote } from './signed-note.ts'
export { formatVkey, parseVkey, type KeyType, type VerifierKey } from './vkey.ts'
export { ed25519PrivateKey, ed25519PublicKey, ed25519Signer, ed25519Verifier } from './ed25519.ts'
export { cosignatureTime, cosignatureVerifier, cosignedMessage, mlDsa44Signer } from './cosignature.ts'
export { formatCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint.ts'
export {
  decodeTile,
  hashesAt,
  hashInTile,
  layout,
  parseTilePath,
  tileOf,
  tilePath,
  tileRoot,
  tileWidth,
} from './tiles.ts'
export type { Tile } from './tiles.ts'
export { decodeBundle, encodeBundle, maxEntryBytes } from './entry-bundle.ts'
export { formatProof, parseProof, verifyProof, type TlogProof } from './tlog-proof.ts'
export { decodeBase64, encodeBase64 } from './text.ts'
