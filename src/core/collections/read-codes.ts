import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { PolicyFault } from '../policy/index.ts'
import { readCsv } from '../standards/csv/index.ts'
import { fail, ok, type Result } from '../vocabulary/index.ts'
import type { DatedCode, ReturnTable } from './definition.ts'

/** Columns that every file of codes has. */
const common = ['code', 'label', 'valid_from', 'valid_to', 'note']

/**
 * The code sets that the tables name: lists of the collection itself, or files under `codes/` of the policy. A file's
 * further columns divide its set: `la-number.valid_in_upn.yes` are the codes that have “yes” there. Sets of the year `before`
 * stand where the collection lists none of their name.
 */
export async function readCodes(
  policy: string,
  own: Readonly<Record<string, readonly string[]>>,
  tables: ReadonlyMap<string, ReturnTable>,
  before: ReadonlyMap<string, readonly DatedCode[]> = new Map(),
): Promise<Result<ReadonlyMap<string, readonly DatedCode[]>, readonly PolicyFault[]>> {
  const sets = new Map<string, readonly DatedCode[]>([
    ...before,
    ...Object.entries(own).map(
      ([set, codes]) => [set, codes.map((code) => ({ code, from: null, to: null }))] as const,
    ),
  ])
  const faults: PolicyFault[] = []
  const asked = [...tables.values()].flatMap(({ items }) =>
    [...items.values()].flatMap(({ codes }) => codes ?? []),
  )
  for (const set of new Set([...asked, 'la-number'])) {
    if (sets.has(set)) continue
    const file = join('codes', `${set}.csv`)
    const divided = await fileOf(join(policy, file), set)
    if (divided) for (const [name, codes] of divided) sets.set(name, codes)
    else
      faults.push({
        file,
        line: 1,
        column: 1,
        message: `Tables name the code set “${set}”, and there is no such file.`,
        todo: 'Add the file, or list the codes in collection.yaml.',
      })
  }
  return faults.length > 0 ? fail(faults) : ok(sets)
}

/** The set by its name, and its parts by theirs. */
async function fileOf(path: string, set: string): Promise<ReadonlyMap<string, readonly DatedCode[]> | null> {
  if (
    !(await access(path).then(
      () => true,
      () => false,
    ))
  )
    return null
  const codes: DatedCode[] = []
  const sets = new Map([[set, codes]])
  let header: readonly string[] | null = null
  for await (const { cells } of readCsv(createReadStream(path))) {
    if (header === null) {
      header = cells
      continue
    }
    const cell = (name: string): string | null => cells[header?.indexOf(name) ?? -1] || null
    const code = cell('code')
    if (code === null) continue
    const dated = { code, from: cell('valid_from'), to: cell('valid_to') }
    codes.push(dated)
    for (const name of header.filter((each) => !common.includes(each))) {
      const value = cell(name)
      if (value === null) continue
      const part = `${set}.${name}.${value}`
      sets.set(part, [...(sets.get(part) ?? []), dated])
    }
  }
  return sets
}
