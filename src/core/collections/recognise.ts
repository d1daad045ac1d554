import { readFile, rm } from 'node:fs/promises'
import { cellEnd, scanMessage, type MessageFault } from '../standards/xml-records/index.ts'
import { fail, ok, type Result } from '../vocabulary/index.ts'
import { recogniseCsv } from './csv/recognise-csv.ts'
import type { CollectionDefinition } from './definition.ts'
import { recordTables } from './record-tables.ts'
import { makeWorkFolder } from './work-folder.ts'

/** What a message says of itself in its header, as written. */
export type MessageHeader = Readonly<Record<string, string>>

/**
 * Reads the header of a message and no further. A file that is not a message of the collection’s kind is refused with its
 * place before anything of it is loaded.
 */
export async function recognise(
  source: AsyncIterable<Uint8Array>,
  definition: Pick<CollectionDefinition, 'message' | 'tables'>,
  fileName: string | null = null,
): Promise<Result<MessageHeader, MessageFault>> {
  if (definition.message.csv) return recogniseCsv(source, definition, fileName)
  const header = definition.tables.get('header')
  if (!header)
    return fail({ line: 1, message: 'The collection has no header.', todo: 'Add it to its tables.' })
  const folder = await makeWorkFolder()
  const close = Buffer.from(`</${header.places[0]?.path.at(-1) ?? ''}>`)
  async function* headOnly(): AsyncGenerator<Uint8Array> {
    let held = Buffer.alloc(0)
    for await (const chunk of source) {
      held = Buffer.concat([held, chunk])
      const at = held.indexOf(close)
      if (at >= 0) {
        yield held.subarray(0, at + close.length)
        yield Buffer.from(`</${definition.message.root}>`)
        return
      }
      if (held.length > 1 << 20) break
    }
    yield held
  }
  try {
    const tables = recordTables({ tables: new Map([['header', header]]) })
    const scanned = await scanMessage(headOnly(), {
      root: definition.message.root,
      tables,
      folder,
      returnId: 0,
      after: 0,
    })
    if (!scanned.ok) return scanned
    const rows = scanned.value.rows.get('header')
    const line = rows && rows.rows > 0 ? (await readFile(rows.file, 'utf8')).split('\n')[0] : undefined
    if (line === undefined)
      return fail({ line: 1, message: 'The message has no header.', todo: 'Choose the file of the return.' })
    const cells = line.split(String.fromCharCode(cellEnd)).slice(4)
    return ok(Object.fromEntries([...header.items.keys()].map((name, i) => [name, (cells[i] ?? '').trim()])))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
