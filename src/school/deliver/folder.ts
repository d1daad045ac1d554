import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReleasedPayload } from '../release/index.ts'
import { failed, type Sending, type Transport } from './transport.ts'

export interface FolderOptions {
  /** Files land in `<folder>/<agreement>/`. */
  readonly folder: string
  /** Plays the recipient: opens an encrypted file and gives what it says, to lie beside it. Null leaves it closed. */
  readonly open?: (payload: ReleasedPayload) => Promise<Uint8Array | null>
}

/**
 * Lays files into a folder instead of sending them: for a recipient that shares a disk, and for showing what would leave.
 * Written under another name first, so that nobody meets half a file; the same file again changes nothing.
 */
export function folderTransport({ folder, open: openFor }: FolderOptions): Transport {
  return {
    async send(payload) {
      try {
        const place = join(folder, safe(payload.agreementId))
        await mkdir(place, { recursive: true })
        const lying = await lay(place, payload.fileName, payload.body)
        if (lying === 'other') return failed('other-file', 'A different file of that name lies there.', false)
        const plain = payload.encryption === 'age' ? await openFor?.(payload) : null
        if (plain) await lay(place, payload.fileName.replace(/\.age$/, ''), plain)
        return acknowledged(payload, lying)
      } catch {
        return failed('refused', 'The folder can’t be written.', true)
      }
    },
  }
}

const acknowledged = (payload: ReleasedPayload, how: string): Sending => ({
  kind: 'acknowledged',
  receipt: { how, bytes: payload.body.length, sha256: payload.sha256 },
})

const safe = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')

async function lay(
  place: string,
  name: string,
  body: Uint8Array,
): Promise<'laid' | 'already-there' | 'other'> {
  const target = join(place, name)
  const there = await readFile(target).catch(() => null)
  if (there) return digest(there) === digest(body) ? 'already-there' : 'other'
  const draft = join(place, `.${name}.part`)
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(body)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, target)
  return 'laid'
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
