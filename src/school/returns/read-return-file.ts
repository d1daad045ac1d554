import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordTables, type TermDefinition } from '../../core/collections/index.ts'
import { cellEnd, scanMessage, type MessageFault } from '../../core/standards/xml-records/index.ts'
import { ok, type Result } from '../../core/vocabulary/index.ts'

/** One pupil as a file has it. */
export interface PupilInFile {
  /** Among the file's pupils, from 1. */
  readonly ordinal: number
  /** Items that hold something, of the pupil and of everything below it, as `table.item`. */
  readonly written: ReadonlySet<string>
  /** Of its own record. */
  readonly values: ReadonlyMap<string, string>
}

/** Reads back what stands in a return of each pupil. Shares no code with what writes one. */
export async function readReturnFile(
  bytes: Uint8Array,
  definition: TermDefinition,
): Promise<Result<readonly PupilInFile[], MessageFault>> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-built-'))
  try {
    const scanned = await scanMessage([bytes], {
      root: definition.message.root,
      tables: recordTables(definition),
      folder,
      returnId: 0,
      after: 0,
    })
    if (!scanned.ok) return scanned
    const holders = new Map<string, { written: Set<string>; values: Map<string, string> }>()
    const pupils: PupilInFile[] = []
    for (const { name, items } of definition.tables.values()) {
      const file = scanned.value.rows.get(name)
      if (!file || file.rows === 0) continue
      const columns = [...items.keys()]
      for (const line of (await readFile(file.file, 'utf8')).split('\n')) {
        if (line === '') continue
        const [, n = '', parent = '', , ...cells] = line.split(String.fromCharCode(cellEnd))
        const holder =
          name === 'pupil'
            ? { written: new Set<string>(), values: new Map<string, string>() }
            : holders.get(parent)
        if (!holder) continue // of the school, not of a pupil
        holders.set(n, holder)
        for (const [i, cell] of cells.entries()) {
          const column = columns[i]
          if (cell === '' || column === undefined) continue
          holder.written.add(`${name}.${column}`)
          if (name === 'pupil') holder.values.set(column, cell)
        }
        if (name === 'pupil') pupils.push({ ordinal: pupils.length + 1, ...holder })
      }
    }
    return ok(pupils)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
