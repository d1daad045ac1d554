import { canonicalJson } from '../standards/index.ts'
import { maxEntryBytes } from '../standards/tlog/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import { leaf, ledgerEntry, type Leaf, type LedgerEntry } from './entry.ts'

/** The one form of a leaf: canonical JSON (RFC 8785); the log holds its UTF-8 bytes. */
export function leafText(value: Leaf): string {
  const text = canonicalJson(value)
  if (Buffer.byteLength(text) > maxEntryBytes) {
    throw new GatehouseError('bad-input', 'A ledger entry is too long for the log.')
  }
  return text
}

/** The leaf that these bytes are, or undefined when they are not exactly what `leafText` writes. */
export function decodeLeaf(bytes: Uint8Array): Leaf | undefined {
  const value = readJson(bytes)
  const parsed = leaf.safeParse(value)
  if (!parsed.success) return undefined
  return Buffer.compare(Buffer.from(canonicalJson(parsed.data)), bytes) === 0 ? parsed.data : undefined
}

/** @throws GatehouseError `bad-input` naming the field. */
export function checkEntry(value: unknown): LedgerEntry {
  const parsed = ledgerEntry.safeParse(value)
  if (!parsed.success) throw wrong(parsed.error.issues[0]?.path)
  return parsed.data
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

const wrong = (path: readonly PropertyKey[] | undefined): GatehouseError =>
  new GatehouseError('bad-input', 'A ledger entry does not have its type’s form.', {
    where: typeof path?.[0] === 'string' ? path[0] : 'its fields', // deeper parts can be what was handed over
    why: 'Entries hold codes, counts, hashes and times; anything else could carry personal data.',
  })
