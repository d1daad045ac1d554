import type { SetRow } from '../../core/decide/index.ts'
import type { Dictionary, ItemId, Subject, Transformation, Value } from '../../core/vocabulary/index.ts'

declare const permitted: unique symbol

export type Items = ReadonlyMap<ItemId, Value>

/**
 * What may leave of one pupil. Only `permitRows` makes one, from the permitted items of a verdict: a value that was not
 * permitted can't be reached through it, for it was never put in.
 */
export interface PermittedRow {
  readonly [permitted]: true
  readonly pupilId: string
  readonly permits: readonly { readonly item: ItemId; readonly as: Transformation }[]
  readonly values: Items
  /** Rows of contacts, marks and so on, in order. */
  readonly children: ReadonlyMap<Subject, readonly Items[]>
}

/** One pupil as decided: the verdict, and what the database read out on the strength of it. */
export interface DecidedPupil {
  readonly row: SetRow
  readonly children: ReadonlyMap<Subject, readonly Items[]>
}

/** Gives the code that stands for an id at this recipient. */
export type Pseudonymise = (id: string) => string

/**
 * Builds the rows from the permits, item by item, in the order of the pupils; a pupil of whom no carried item about it is
 * permitted has no row. Nothing is ever taken out of a fuller record.
 */
export function permitRows(
  pupils: readonly DecidedPupil[],
  carried: ReadonlySet<ItemId>,
  items: Dictionary,
  pseudonymise: Pseudonymise,
): readonly PermittedRow[] {
  return pupils.flatMap(({ row, children }) => {
    const permits = row.verdict.permitted.filter(({ item }) => carried.has(item))
    const subjectOf = (item: ItemId): Subject => items.get(item)?.subject ?? 'school'
    if (!permits.some(({ item }) => subjectOf(item) !== 'school')) return []
    const take = (from: Items, which: (subject: Subject) => boolean): Items => {
      const taken = new Map<ItemId, Value>()
      for (const { item, as } of permits) {
        if (!which(subjectOf(item))) continue
        const value = from.get(item) ?? null
        taken.set(item, as === 'pseudonym' && value !== null ? pseudonymise(String(value)) : value)
      }
      return taken
    }
    const own = take(row.values, (subject) => subject === 'pupil' || subject === 'school')
    const theirs = new Map<Subject, readonly Items[]>()
    for (const [subject, rows] of children) {
      if (!permits.some(({ item }) => subjectOf(item) === subject)) continue
      theirs.set(
        subject,
        rows.map((child) => take(child, (each) => each === subject)),
      )
    }
    const made: Omit<PermittedRow, typeof permitted> = {
      pupilId: row.pupilId,
      permits,
      values: own,
      children: theirs,
    }
    return [made as PermittedRow]
  })
}
