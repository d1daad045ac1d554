import type { Analytics } from '../../core/analytics/index.ts'
import { rawTable, type Finding, type TermDefinition } from '../../core/collections/index.ts'
import type { ItemId } from '../../core/vocabulary/index.ts'
import { itemBehind } from './return-item.ts'

/** Where what a finding points at is put right. */
export type MendPath =
  /** In the school's records system, then imported again. */
  | 'mis'
  /** In the school's settings for returns. */
  | 'settings'
  /** The register has no place for it: it comes from elsewhere, or is explained to the collector. */
  | 'not-held'

export interface Mend {
  /** The item of the return, `table.item`. */
  readonly of: string
  readonly label: string
  readonly path: MendPath
  /** The item of the register that it is, or is made from. */
  readonly item: ItemId | null
}

/** A finding of a return that was built here: whose record it is about, and where each item is put right. */
export interface PupilFinding extends Finding {
  readonly pupilId: string | null
  readonly mend: readonly Mend[]
  /** Whether a note on it may be enough; otherwise the data have to be corrected. */
  readonly explain: boolean
}

/** Leads each finding of a checked return to the pupil, by its place in the file, and to the fields to mend. */
export async function pupilFindings(
  findings: readonly Finding[],
  analytics: Analytics,
  definition: TermDefinition,
  pupilIds: readonly string[],
): Promise<readonly PupilFinding[]> {
  const tables = [...definition.tables.values()].filter(({ given }) => !given)
  const ordinals = new Map<number, number>()
  for (const { name } of tables) {
    if (!findings.some(({ table }) => table === name)) continue
    for (const [n, ordinal] of await pupilOf(analytics, name, definition)) ordinals.set(n, ordinal)
  }
  return findings.map((finding) => {
    const ordinal = finding.n === null ? undefined : ordinals.get(finding.n)
    return {
      ...finding,
      pupilId: ordinal === undefined ? null : (pupilIds[ordinal - 1] ?? null),
      mend: finding.items.map((point) => mendOf(point, finding.table, definition)),
      explain: finding.note.accepts !== 'none',
    }
  })
}

/** The place of the pupil, among the file's pupils, that each record of a table belongs to. */
async function pupilOf(
  analytics: Analytics,
  table: string,
  { tables }: TermDefinition,
): Promise<readonly (readonly [n: number, ordinal: number])[]> {
  const path: string[] = [table]
  for (let at = tables.get(table)?.parent ?? null; at !== null; at = tables.get(at)?.parent ?? null)
    path.push(at)
  if (path.at(-1) !== 'pupil') return []
  const quoted = (name: string): string => `"${rawTable(name)}"`
  const joins = path
    .slice(1)
    .map(
      (name, i) => `JOIN ${quoted(name)} AS t${String(i + 1)} ON t${String(i + 1)}.n = t${String(i)}.parent`,
    )
  const ranked = `SELECT n, row_number() OVER (ORDER BY n) AS ordinal FROM ${quoted('pupil')}`
  const rows = await analytics.rows(
    `SELECT t0.n AS n, ranked.ordinal AS ordinal FROM ${quoted(table)} AS t0 ${joins.join(' ')} JOIN (${ranked}) AS ranked ON ranked.n = t${String(path.length - 1)}.n`,
  )
  return rows.map((row) => [Number(row['n']), Number(row['ordinal'])] as const)
}

function mendOf(point: string, on: string | null, definition: TermDefinition): Mend {
  const [first = '', second] = point.split('.')
  const [table, name] = second === undefined ? [on ?? '', first] : [first, second]
  const item = itemBehind(definition, table, name)
  const isSet = table === 'school' || (table === 'pupil' && item === null)
  return {
    of: `${table}.${name}`,
    label: definition.tables.get(table)?.items.get(name)?.label ?? point,
    path: item !== null && table !== 'header' ? 'mis' : isSet ? 'settings' : 'not-held',
    item,
  }
}
