import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, open } from 'node:fs/promises'
import { damaged } from './manifest.ts'

/** How much of a part is held in memory at a time; a longer line is held alone. */
const batchBytes = 1 << 20

export interface Written {
  readonly bytes: number
  readonly sha256: string
}

/** Writes a new file, made durable, readable by its owner alone unless told otherwise. */
export async function writePart(
  file: string,
  pieces: AsyncIterable<string | Uint8Array>,
  mode = 0o600,
): Promise<Written> {
  const hash = createHash('sha256')
  let bytes = 0
  const handle = await open(file, 'wx', 0o600)
  try {
    for await (const piece of pieces) {
      const buffer = Buffer.from(piece)
      hash.update(buffer)
      bytes += buffer.length
      await handle.appendFile(buffer)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  if (mode !== 0o600) await chmod(file, mode)
  return { bytes, sha256: hash.digest('hex') }
}

/** The bytes of a part, piece by piece. @throws GatehouseError `bad-input` at its end when they are not those written. */
export async function* readPart(file: string, expected: Written): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const piece of createReadStream(file, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
      hash.update(piece)
      bytes += piece.length
      yield piece
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw damaged(file, 'It is missing.')
    throw error
  }
  if (bytes !== expected.bytes || hash.digest('hex') !== expected.sha256) {
    throw damaged(file, 'Its SHA-256 is not the one in the manifest.')
  }
}

/** Reads a part for its hash alone. @throws GatehouseError `bad-input` */
export async function checkPart(file: string, expected: Written): Promise<void> {
  const pieces = readPart(file, expected)
  while (!(await pieces.next()).done);
}

/** The lines of a part in batches. Only a line feed ends a line: the other line ends of Unicode may stand in a value. */
export async function* readLines(file: string, expected: Written): AsyncGenerator<readonly string[]> {
  let lines: string[] = []
  let held = 0
  let begun: Buffer[] = []
  for await (const piece of readPart(file, expected)) {
    let from = 0
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      begun.push(piece.subarray(from, end))
      lines.push(Buffer.concat(begun).toString('utf8'))
      begun = []
      from = end + 1
    }
    if (from < piece.length) begun.push(piece.subarray(from))
    held += piece.length
    if (held >= batchBytes && lines.length > 0) {
      yield lines
      lines = []
      held = 0
    }
  }
  if (begun.length > 0) throw damaged(file, 'Its last line has no end.')
  if (lines.length > 0) yield lines
}
