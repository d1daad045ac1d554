import { join } from 'node:path'
import { openAnalytics, type Analytics } from '../../core/analytics/index.ts'
import type { ReturnTable, TermDefinition } from '../../core/collections/index.ts'
import { collectedFolder, exists, tableFile } from './return-files.ts'
import { named, quoted } from './write-tables.ts'

/** By table, then by a record’s place among those of the table: what it is known by. */
export type RecordKeys = ReadonlyMap<string, ReadonlyMap<number, string>>

/**
 * What the records of two versions of a return are known by, so that one can be found in the other: the items that name a person,
 * where the record has them, else all that is in it; within its parent. `folders` hold their tables. The keys go no further than
 * the memory of this process.
 */
export async function recordKeys(
  home: string,
  definition: TermDefinition,
  folders: readonly [string, string],
  tables: ReadonlySet<string>,
  namedBy: readonly (readonly string[])[],
): Promise<readonly [RecordKeys, RecordKeys]> {
  const keys = [new Map(), new Map()] as const satisfies readonly Map<string, Map<number, string>>[]
  if (tables.size === 0) return keys
  const analytics = await openAnalytics({ folders: [collectedFolder(home)] })
  try {
    for (const name of tables) {
      const line = lineOf(definition, name)
      if (line.length === 0 || !(await allThere(folders, line))) continue
      const columns = await sharedItems(analytics, folders, line)
      for (const [i, folder] of folders.entries()) {
        const rows = await analytics.rows(
          `SELECT ordinal, key FROM (${keyed(folder, line, columns, namedBy)})`,
        )
        keys[i]?.set(name, new Map(rows.map((row) => [Number(row['ordinal']), String(row['key'])])))
      }
    }
    return keys
  } finally {
    analytics.close()
  }
}

/** The table and those above it, it first. None for one that is not in the message. */
function lineOf({ tables }: TermDefinition, name: string | null): readonly ReturnTable[] {
  const table = name === null ? undefined : tables.get(name)
  return !table || table.given ? [] : [table, ...lineOf({ tables } as TermDefinition, table.parent)]
}

async function allThere(folders: readonly string[], line: readonly ReturnTable[]): Promise<boolean> {
  for (const folder of folders)
    for (const { name } of line) if (!(await exists(join(folder, tableFile(name))))) return false
  return true
}

/** Items that both versions have: the definition may have been mended between them. */
async function sharedItems(
  analytics: Analytics,
  folders: readonly string[],
  line: readonly ReturnTable[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const shared = new Map<string, readonly string[]>()
  for (const { name, items } of line) {
    let common = [...items.keys()]
    for (const folder of folders) {
      const file = quoted(join(folder, tableFile(name)))
      const rows = await analytics.rows(
        `SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(${file}))`,
      )
      const own = new Set(rows.map((row) => String(row['column_name'])))
      common = common.filter((item) => own.has(item))
    }
    shared.set(name, common)
  }
  return shared
}

function keyed(
  folder: string,
  [table, ...above]: readonly ReturnTable[],
  columns: ReadonlyMap<string, readonly string[]>,
  namedBy: readonly (readonly string[])[],
): string {
  if (!table) throw new Error('a record of no table')
  const own = ownKey(table, columns.get(table.name) ?? [], namedBy)
  const file = `read_parquet(${quoted(join(folder, tableFile(table.name)))})`
  const parent = above.length === 0 ? "''" : 'p.key'
  const join_ =
    above.length === 0 ? '' : ` JOIN (${keyed(folder, above, columns, namedBy)}) p ON p.n = t.parent`
  // The last part tells apart what is the same in every way.
  return `SELECT n, ordinal, md5(above || chr(31) || own) || '/' || row_number() OVER (PARTITION BY above, own ORDER BY n) AS key
    FROM (SELECT t.n, row_number() OVER (ORDER BY t.n) AS ordinal, ${parent} AS above, ${own} AS own FROM ${file} t${join_})`
}

function ownKey(
  table: ReturnTable,
  columns: readonly string[],
  namedBy: readonly (readonly string[])[],
): string {
  if (table.once) return "''"
  const item = (name: string): string => `nullif(trim(t.${named(name)}), '')`
  const together = (names: readonly string[], value: (name: string) => string): string =>
    `concat_ws(chr(31), ${names.map((name) => `${quoted(name)}, ${value(name)}`).join(', ')})`
  const names = namedBy
    .filter((some) => some.every((name) => columns.includes(name)))
    .map((some) => {
      const known = some.map((name) => `${item(name)} IS NOT NULL`).join(' AND ')
      return `CASE WHEN ${known} THEN ${together(some, (name) => `upper(${item(name)})`)} END`
    })
  const whole = columns.length === 0 ? "''" : together(columns, (name) => `coalesce(${item(name)}, chr(30))`)
  return `coalesce(${[...names, whole].join(', ')})`
}
