import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readCsv } from '../../core/standards/csv/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

export interface Code {
  readonly code: string
  readonly label: string
  /** A date, or a census such as `2025-SPR`; empty: from the beginning, still in use. */
  readonly validFrom: string
  readonly validTo: string
  /** Columns that only some sets have, such as `counts_as_possible`. */
  readonly more: Readonly<Record<string, string>>
}

/** Every code set by name (`year-group`), each code by itself. */
export type CodeSets = ReadonlyMap<string, ReadonlyMap<string, Code>>

/**
 * Reads the code sets of a folder (`policy/codes`): one CSV each.
 * @throws GatehouseError `bad-policy` naming file and line.
 */
export async function readCodeSets(folder: string): Promise<CodeSets> {
  const sets = new Map<string, ReadonlyMap<string, Code>>()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.csv'))) {
    const codes = new Map<string, Code>()
    let header: readonly string[] | undefined
    for await (const { line, cells } of readCsv(createReadStream(join(folder, file)))) {
      if (!header) {
        header = cells
        continue
      }
      const row: Record<string, string> = {}
      header.forEach((name, i) => (row[name] = cells[i] ?? ''))
      const { code, label = '', valid_from: validFrom = '', valid_to: validTo = '', ...more } = row
      delete more['note']
      if (code === undefined || code === '' || codes.has(code)) {
        throw new GatehouseError('bad-policy', 'A code set’s row has no code, or one that stands twice.', {
          where: `${file}, line ${line}`,
        })
      }
      codes.set(code, { code, label, validFrom, validTo, more })
    }
    sets.set(file.slice(0, -'.csv'.length), codes)
  }
  return sets
}
