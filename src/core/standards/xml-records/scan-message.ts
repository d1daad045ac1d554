import { fail, ok, type Result } from '../../vocabulary/index.ts'
import { messageScanner } from './message-scanner.ts'
import type { MessageFault, MessageReading, MessageReport } from './message.ts'
import { Unreadable } from './unreadable.ts'

/** Smaller chunks are gathered up to this: what is not whole at a chunk's end is looked at again. */
const worthwhile = 1 << 14

/**
 * Reads an XML message (UTF-8, no document type, no entities but XML's five, bounded in depth and size) as a stream of any
 * length, and writes its records as rows. Memory does not grow with the file. Names are compared as bytes and values
 * copied as bytes: a returned file is data to be checked, not text to be understood.
 */
export async function scanMessage(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  reading: MessageReading,
): Promise<Result<MessageReport, MessageFault>> {
  const scanner = messageScanner(reading)
  const gathered = Buffer.allocUnsafe(worthwhile)
  let waiting = 0
  try {
    for await (const chunk of source) {
      if (waiting + chunk.length > gathered.length) {
        scanner.push(gathered.subarray(0, waiting))
        waiting = 0
      }
      for (const portion of scanner.portions()) await reading.portions?.take(portion)
      if (chunk.length > gathered.length) {
        scanner.push(chunk)
        continue
      }
      gathered.set(chunk, waiting)
      waiting += chunk.length
    }
    scanner.push(gathered.subarray(0, waiting))
    const report = scanner.end()
    for (const portion of scanner.portions()) await reading.portions?.take(portion)
    return ok(report)
  } catch (error) {
    if (error instanceof Unreadable) return fail(error.fault)
    throw error
  } finally {
    scanner.close()
  }
}
