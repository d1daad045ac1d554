import { decodeBase64, decodeUtf8, encodeBase64, malformed } from './text.ts'

/** One signature line of a note; the bytes are what its key's type makes of them. */
export interface NoteSignature {
  readonly name: string
  /** Eight hex digits. Says which key is meant; proves nothing. */
  readonly keyId: string
  readonly signature: Uint8Array
}

/** A note taken apart, nothing of it checked yet: see `openNote`. */
export interface SignedNote {
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** A key that may verify notes, known by its name and key id together. */
export interface NoteVerifier {
  readonly name: string
  readonly keyId: string
  verify(text: string, signature: Uint8Array): boolean
}

export interface NoteSigner {
  readonly verifier: NoteVerifier
  sign(text: string): Uint8Array
}

// Far above what the specification asks to be accepted (16), far below what could hurt.
const maxSignatures = 64
const maxBytes = 1_000_000

/** C2SP signed-note: not empty, no Unicode space, no plus sign. */
export const isKeyName = (name: string): boolean =>
  name !== '' && name.isWellFormed() && !/[\s\u0085+]/u.test(name)

// Everything below U+0020 but the newline.
const controls = /[\u0000-\u0009\u000b-\u001f]/

/**
 * Takes a signed note apart (C2SP signed-note): the text with its last newline, and the signature lines.
 * @throws GatehouseError `bad-input` for anything that is not exactly of the form.
 */
export function parseNote(note: Uint8Array | string): SignedNote {
  if (note.length > maxBytes) throw malformed('The signed note is longer than a note may be.')
  const all = typeof note === 'string' ? note : decodeUtf8(note)
  if (all === undefined || !all.isWellFormed()) throw malformed('The signed note is not UTF-8.')
  if (controls.test(all)) throw malformed('The signed note holds a control character.')
  // A signature line is never empty, so the last blank line is the one before the signatures.
  const blank = all.lastIndexOf('\n\n')
  if (blank < 0) throw malformed('The signed note has no blank line before its signatures.')
  const text = all.slice(0, blank + 1)
  const block = all.slice(blank + 2)
  if (block === '') throw malformed('The signed note has no signature.')
  if (!block.endsWith('\n')) throw malformed('The signed note does not end with a newline.')
  const lines = block.slice(0, -1).split('\n')
  if (lines.length > maxSignatures) throw malformed('The signed note has too many signatures.')
  return { text, signatures: lines.map((line, i) => parseSignature(line, `signature line ${i + 1}`)) }
}

function parseSignature(line: string, where: string): NoteSignature {
  const match = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line)
  const name = match?.[1] ?? ''
  const bytes = decodeBase64(match?.[2] ?? '')
  if (!isKeyName(name) || !bytes || bytes.length < 5) {
    throw malformed('A signature line is not of the form “— name base64”.', where)
  }
  return {
    name,
    keyId: Buffer.from(bytes.subarray(0, 4)).toString('hex'),
    signature: bytes.subarray(4),
  }
}

/** The signature line that a signer puts under a text, with its newline. */
export function signatureLine(signer: NoteSigner, text: string): string {
  const { name, keyId } = signer.verifier
  return `\u2014 ${name} ${encodeBase64(Buffer.concat([Buffer.from(keyId, 'hex'), signer.sign(text)]))}\n`
}

/** A whole signed note over a text that ends in a newline. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith('\n') || controls.test(text) || !text.isWellFormed()) {
    throw malformed('A text to sign ends with a newline and holds no control characters.')
  }
  return `${text}\n${signers.map((signer) => signatureLine(signer, text)).join('')}`
}

/**
 * The verifiers, of those given, whose signatures stand under a note. A line of an unknown (name, key id) counts for
 * nothing. A line of a known one that fails condemns the whole note, whatever else is under it.
 * @throws GatehouseError `bad-input` when a known key's line fails, or no known key signed.
 */
export function verifiersOf(note: SignedNote, known: readonly NoteVerifier[]): readonly NoteVerifier[] {
  const good = new Set<NoteVerifier>()
  for (const { name, keyId, signature } of note.signatures) {
    for (const verifier of known) {
      if (verifier.name !== name || verifier.keyId !== keyId) continue
      if (!verifier.verify(note.text, signature)) {
        throw malformed('A signature does not verify.', `signature of ${name}, key ${keyId}`)
      }
      good.add(verifier)
    }
  }
  if (good.size === 0) throw malformed('No key that is known here signed this note.')
  return [...good]
}
