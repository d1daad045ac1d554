import type { SetRow, Verdict } from '../../core/decide/index.ts'
import type { Dictionary, ItemId, Subject, Transformation, Value } from '../../core/vocabulary/index.ts'
import { oncePer } from './once-per.ts'

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
  const planOf = oncePer((verdict: Verdict) => planFor(verdict, carried, items))
  return pupils.flatMap(({ row, children }) => {
    const { permits, own, bySubject } = planOf(row.verdict)
    const take = (from: Items, wanted: Plan['permits']): Items => {
      const taken = new Map<ItemId, Value>()
      for (const { item, as } of wanted) {
        const value = from.get(item) ?? null
        taken.set(item, as === 'pseudonym' && value !== null ? pseudonymise(String(value)) : value)
      }
      return taken
    }
    if (permits.length === (bySubject.get('school')?.length ?? 0)) return []
    const theirs = new Map<Subject, readonly Items[]>()
    for (const [subject, rows] of children) {
      const wanted = bySubject.get(subject)
      if (wanted)
        theirs.set(
          subject,
          rows.map((child) => take(child, wanted)),
        )
    }
    const made: Omit<PermittedRow, typeof permitted> = {
      pupilId: row.pupilId,
      permits,
      values: take(row.values, own),
      children: theirs,
    }
    return [made as PermittedRow]
  })
}

/**
 * The rows with less in them: of each pupil only the items named for it. What is narrowed stays permitted, and what was not
 * permitted can't come back by it.
 */
export const narrowRows = (
  rows: readonly PermittedRow[],
  to: ReadonlyMap<string, ReadonlySet<ItemId>>,
  subjectOf: (item: ItemId) => Subject,
): readonly PermittedRow[] =>
  rows.map((row) => {
    const wanted = to.get(row.pupilId) ?? new Set<ItemId>()
    const subjects = new Set([...wanted].map(subjectOf))
    const only = (items: Items): Items => new Map([...items].filter(([item]) => wanted.has(item)))
    return {
      ...row,
      permits: row.permits.filter(({ item }) => wanted.has(item)),
      values: only(row.values),
      children: new Map(
        [...row.children]
          .filter(([subject]) => subjects.has(subject))
          .map(([subject, held]) => [subject, held.map(only)]),
      ),
    }
  })

interface Plan {
  readonly permits: readonly { readonly item: ItemId; readonly as: Transformation }[]
  /** Those of the pupil itself and of the school. */
  readonly own: Plan['permits']
  readonly bySubject: ReadonlyMap<Subject, Plan['permits']>
}

/** What a verdict lets out of the items that the file has a place for. */
function planFor(verdict: Verdict, carried: ReadonlySet<ItemId>, items: Dictionary): Plan {
  const permits = verdict.permitted.filter(({ item }) => carried.has(item))
  const bySubject = Map.groupBy(permits, ({ item }) => items.get(item)?.subject ?? 'school')
  return { permits, own: [...(bySubject.get('pupil') ?? []), ...(bySubject.get('school') ?? [])], bySubject }
}
