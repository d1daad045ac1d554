import { readShape, type PolicyFault, type PolicyFile } from '../policy/index.ts'
import { ok, type Result } from '../vocabulary/index.ts'
import { collectionShape, laterYearShape } from './definition-shapes.ts'
import type { CollectionDefinition } from './definition.ts'

type Said = Pick<CollectionDefinition, 'title' | 'source' | 'law' | 'message'>

/** What `collection.yaml` says of a year. */
export interface YearHead extends Pick<
  CollectionDefinition,
  'id' | 'year' | 'lists' | 'maps' | 'parameters' | 'terms'
> {
  /** The year that it builds on, or null. */
  readonly from: number | null
  readonly codes: Readonly<Record<string, readonly string[]>>
  readonly calendar: string | null
  /** What it says of itself, or what the year before said; `before` is given where there is one. */
  readonly says: (before: Said | null) => Said
}

/** A year that builds on another may leave out whatever is as it was, but not its terms. */
export function readYear(file: PolicyFile): Result<YearHead, readonly PolicyFault[]> {
  const later = typeof file.data === 'object' && file.data !== null && 'from' in file.data
  const read = later ? readShape(file, laterYearShape) : readShape(file, collectionShape)
  if (!read.ok) return read
  const { id, year, terms, title, source, law, message, codes, lists, maps, parameters, calendar } =
    read.value
  return ok({
    id,
    year,
    from: 'from' in read.value ? read.value.from : null,
    codes: codes ?? {},
    lists: new Map(Object.entries(lists ?? {})),
    maps: new Map(Object.entries(maps ?? {}).map(([name, map]) => [name, new Map(Object.entries(map))])),
    parameters: new Map(Object.entries(parameters ?? {})),
    terms: new Map(
      Object.entries(terms).map(([name, term]) => [
        name,
        { name, ...term, periods: new Map(Object.entries(term.periods)) },
      ]),
    ),
    calendar: calendar ?? null,
    says: (before) => {
      const said = {
        title: title ?? before?.title,
        source: source ?? before?.source,
        law: law ?? before?.law,
        message: message === undefined ? before?.message : { root: '', ...message },
      }
      const { title: name, source: sender, law: asks, message: shape } = said
      if (name === undefined || !sender || !asks || !shape) throw new Error('a year without the one before')
      return { title: name, source: sender, law: asks, message: shape }
    },
  })
}
