import { ctfItems } from '../../core/standards/ctf/index.ts'
import type { Agreement, CsvColumn, Dictionary, ItemId, Subject } from '../../core/vocabulary/index.ts'

/**
 * The items that the agreement's file has a place for. An item that is listed and has none does not leave, whatever was
 * decided about it.
 */
export function carriedItems({ format, items }: Agreement): ReadonlySet<ItemId> {
  const listed = new Set(items.map(({ item }) => item))
  switch (format.kind) {
    case 'csv':
      return new Set(format.columns.map(({ item }) => item).filter((item) => listed.has(item)))
    case 'json':
    case 'return':
      return listed
    case 'ctf':
      return new Set([...listed].filter((item) => ctfItems.has(item)))
    case 'none':
      return new Set()
  }
}

/** Subjects with several rows a pupil, among the items. */
export const childSubjects = (carried: ReadonlySet<ItemId>, items: Dictionary): readonly Subject[] => [
  ...new Set(
    [...carried]
      .map((item) => items.get(item)?.subject)
      .filter((subject) => subject !== undefined)
      .filter((subject) => subject !== 'pupil' && subject !== 'school'),
  ),
]

/**
 * The subject of which a CSV file has a line for each row (every mark, every result), or null when it has one line a
 * pupil. A contact that a column takes by its number is part of the pupil's line.
 */
export function lineSubject(columns: readonly CsvColumn[], items: Dictionary): Subject | null {
  const lone = columns.filter(({ contact }) => contact === undefined)
  const [subject, ...others] = childSubjects(new Set(lone.map(({ item }) => item)), items)
  return others.length > 0 ? null : (subject ?? null)
}
