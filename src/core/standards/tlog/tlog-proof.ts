import { parseCheckpoint, type Checkpoint } from './checkpoint.ts'
import { hashBytes, type Hash } from './hash.ts'
import { verifyInclusion } from './inclusion.ts'
import { parseNote, verifiersOf, type NoteVerifier } from './signed-note.ts'
import { decodeBase64, encodeBase64, malformed, parseDecimal } from './text.ts'

/** An offline proof that an entry is in a log (C2SP tlog-proof): what Gatehouse calls a receipt. */
export interface TlogProof {
  /** Not authenticated: only worth what can be recomputed from it. */
  readonly extra?: Uint8Array
  readonly index: number
  readonly hashes: readonly Hash[]
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string
}

const header = 'c2sp.org/tlog-proof@v1'
const maxHashes = 63

export function formatProof(proof: TlogProof): string {
  return [
    header,
    ...(proof.extra ? [`extra ${encodeBase64(proof.extra)}`] : []),
    `index ${proof.index}`,
    ...proof.hashes.map(encodeBase64),
    '',
    proof.checkpoint,
  ].join('\n')
}

/** @throws GatehouseError `bad-input` naming the line. The checkpoint is cut out, not looked into. */
export function parseProof(text: string): TlogProof {
  const blank = text.indexOf('\n\n')
  if (blank < 0) throw malformed('The receipt has no blank line before its checkpoint.')
  const lines = text.slice(0, blank).split('\n')
  let next = 0
  if (lines[next++] !== header) throw malformed(`The receipt does not begin with “${header}”.`, 'line 1')
  const extraText = /^extra (.*)$/.exec(lines[next] ?? '')?.[1]
  const extra = extraText === undefined ? undefined : decodeBase64(extraText)
  if (extraText !== undefined) {
    if (!extra || extra.length === 0) throw malformed('The extra line is not base64.', 'line 2')
    next++
  }
  const index = parseDecimal(/^index (.*)$/.exec(lines[next++] ?? '')?.[1] ?? '')
  if (index === undefined) throw malformed('The index is not a plain decimal.', `line ${next}`)
  const hashes = lines.slice(next).map((line, i) => {
    const hash = decodeBase64(line)
    if (hash?.length !== hashBytes)
      throw malformed('A hash is not 32 bytes of base64.', `line ${next + i + 1}`)
    return hash
  })
  if (hashes.length > maxHashes) throw malformed('The receipt has too many hashes.')
  return { ...(extra ? { extra } : {}), index, hashes, checkpoint: text.slice(blank + 2) }
}

/**
 * Checks a receipt against the hash of the entry it is about: the checkpoint is of this log and signed by a key of its own,
 * and the entry stands at that index. Returns the checkpoint and who signed.
 * @throws GatehouseError `bad-input` saying what fails.
 */
export function verifyProof(
  proof: TlogProof,
  leaf: Hash,
  log: { readonly origin: string; readonly verifiers: readonly NoteVerifier[] },
): { readonly checkpoint: Checkpoint; readonly signedBy: readonly NoteVerifier[] } {
  const note = parseNote(proof.checkpoint)
  const checkpoint = parseCheckpoint(note.text)
  if (checkpoint.origin !== log.origin) throw malformed('The receipt is from another log.')
  const signedBy = verifiersOf(note, log.verifiers)
  if (!signedBy.some((verifier) => verifier.name === log.origin)) {
    throw malformed('The log itself did not sign the receipt’s checkpoint.')
  }
  if (!verifyInclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root)) {
    throw malformed('The entry is not at this index of the log.', `index ${proof.index}`)
  }
  return { checkpoint, signedBy }
}
