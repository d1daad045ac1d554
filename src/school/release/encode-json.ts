import type { Dictionary, ItemId, Value } from '../../core/vocabulary/index.ts'
import type { Encoded } from './encoded.ts'
import type { Items, PermittedRow } from './permit-rows.ts'

/** What stands beside the pupils in a JSON file: which agreement it is under, and nothing about a pupil. */
export interface JsonEnvelope {
  readonly agreement: string
  readonly version: number
  readonly decidedAt: string
}

/**
 * Writes JSON with the dictionary's own names: one object a pupil, items that have a value, and a list for each subject that
 * has several rows (`"attendance": [{"attendance.date": …}]`).
 */
export function encodeJson(
  rows: readonly PermittedRow[],
  envelope: JsonEnvelope,
  carried: ReadonlySet<ItemId>,
  items: Dictionary,
): Encoded {
  const pupils = rows.map((row) => ({
    ...held(row.values),
    ...Object.fromEntries([...row.children].map(([subject, children]) => [subject, children.map(held)])),
  }))
  const header = [...carried].filter((item) => ['pupil', 'school'].includes(items.get(item)?.subject ?? ''))
  return {
    bytes: new TextEncoder().encode(`${JSON.stringify({ ...envelope, pupils }, null, 1)}\n`),
    mediaType: 'application/json',
    extension: 'json',
    table: {
      header,
      rows: rows.map((row) => header.map((item) => String(row.values.get(item) ?? ''))),
    },
  }
}

const held = (items: Items): Record<ItemId, Value> =>
  Object.fromEntries(
    [...items].flatMap(([item, value]) =>
      value === null ? [] : [[item, typeof value === 'string' ? value.normalize('NFC') : value]],
    ),
  )
