import { emptyRoot, hashBytes, sameHash, type Hash } from './hash.ts'
import { decodeBase64, encodeBase64, malformed, parseDecimal } from './text.ts'

/** What a log says of itself: the text of a signed note (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Hash
  /** Never written here: an ML-DSA cosignature does not cover them. */
  readonly extensions: readonly string[]
}

/** @throws GatehouseError `bad-input` naming the line. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw malformed('The checkpoint does not end with a newline.')
  const [origin = '', sizeText = '', rootText = '', ...extensions] = text.slice(0, -1).split('\n')
  if (origin === '') throw malformed('The checkpoint names no log.', 'checkpoint line 1')
  const size = parseDecimal(sizeText)
  if (size === undefined) throw malformed('The tree size is not a plain decimal.', 'checkpoint line 2')
  const root = decodeBase64(rootText)
  if (root?.length !== hashBytes) throw malformed('The root is not 32 bytes of base64.', 'checkpoint line 3')
  if (size === 0 && !sameHash(root, emptyRoot)) {
    throw malformed('The root of an empty tree is not the empty tree’s.', 'checkpoint line 3')
  }
  const empty = extensions.indexOf('')
  if (empty >= 0) throw malformed('An extension line is empty.', `checkpoint line ${empty + 4}`)
  return { origin, size, root, extensions }
}

export const formatCheckpoint = ({ origin, size, root }: Omit<Checkpoint, 'extensions'>): string =>
  `${origin}\n${size}\n${encodeBase64(root)}\n`
