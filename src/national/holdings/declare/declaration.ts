/** What an item may do: asked for with its data set, one by one with a reason, or not at all. */
export type Route = 'default' | 'by-request' | 'never'

/** `flag` is 1, 0 or nothing; a `date` is `YYYY-MM-DD` as text; a `decimal` is kept as text, as it was sent. */
export type ColumnType = 'text' | 'code' | 'integer' | 'flag' | 'date' | 'decimal'

export interface Years {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** A column that a data set has, whoever made it. */
export interface Column {
  readonly name: string
  readonly label: string
  readonly description: string
  readonly type: ColumnType
  /** In `policy/items.yaml`. */
  readonly item: string | null
  /** Pattern of its name in the National Pupil Database, such as `FSMeligible_[term][yy]`. */
  readonly alias: string | null
  readonly codes: string | null
  /** 1 instant identifier · 2 meaningful · 3 meaningless identifier · 4 high risk · 5 other; higher where a scheme has more. */
  readonly risk: number
  readonly sensitivity: 'A' | 'B' | 'C' | 'D' | 'E'
  readonly route: Route
  readonly years: Years
  /** Kept apart, encrypted, and in no attribute file. */
  readonly identifies: boolean
}

export interface SourceColumn extends Column {
  /** How it is made of the return: an item (`record.ncYear`) or an expression over items; null: worked out by the build. */
  readonly from: string | null
  readonly sql: string | null
  readonly map: Readonly<Record<string, string>> | null
  /** What becomes of a value that `map` does not name. */
  readonly otherwise: 'keep' | 'drop'
  /** A CSV of `policy/holdings` that puts codes into groups. */
  readonly group: string | null
  readonly terms: readonly string[]
}

export interface Relation {
  readonly table: string
  /** `once` a return has it once; `parent` the record lies in it; `children` lie in the record, put together by `columns`. */
  readonly joined: 'once' | 'parent' | 'children'
  /** Whose children: the record’s own, or those of the record above it. */
  readonly of: 'record' | 'parent'
  readonly codes: { readonly set: string; readonly item: string } | null
  readonly columns: Readonly<Record<string, string>>
}

/** A part of a round: the term and academic year that its records are of. */
export interface RoundPart {
  readonly term: string
  /** Added to the round’s own year. */
  readonly year: number
  /** The first academic year for which it was collected. */
  readonly from: number | null
  /** Names that stand for `$name` in this part. */
  readonly names: Readonly<Record<string, string>>
}

export interface RecordStatusColumns {
  readonly onRoll: string
  readonly enrolment: string
  readonly schoolType: string
  readonly entry: string
  readonly leaving: string
  readonly year: string
}

interface AnyDataset {
  readonly id: string
  readonly title: string
  readonly description: string
  /** Who may open its files: those of sensitivity B have a key of their own. */
  readonly keys: 'attributes' | 'sensitive'
  readonly npd: { readonly dataset: string; readonly table: string } | null
  /** Where it is declared, for messages. */
  readonly file: string
}

/** Rows as they came in returns. */
export interface SourceDataset extends AnyDataset {
  readonly kind: 'source'
  readonly versions: 'numbered' | 'results'
  readonly collection: string
  readonly record: string
  /** The table whose records are people: the record’s own, the one above it, or none. */
  readonly person: string | null
  readonly rounds: ReadonlyMap<string, readonly RoundPart[]>
  readonly relations: ReadonlyMap<string, Relation>
  readonly filter: string | null
  readonly stage: string | null
  readonly urn: string | null
  readonly laCode: string | null
  readonly recordStatus: RecordStatusColumns | null
  readonly most: { readonly rows: number; readonly by: readonly string[] } | null
  readonly columns: readonly SourceColumn[]
}

/** Rows worked out from other data sets, by SQL of the subset. */
export interface DerivedDataset extends AnyDataset {
  readonly kind: 'derived'
  readonly reads: readonly string[]
  readonly sort: readonly string[]
  readonly partition: 'year' | 'all'
  /** How many years before its own it reads; null: all. Never a later one. */
  readonly lookback: number | null
  /** Years for which it may be made; asked for outside them it is refused. */
  readonly years: Years
  readonly parameters: Readonly<Record<string, { readonly value: number; readonly description: string }>>
  readonly sql: string
  readonly columns: readonly Column[]
}

export type Dataset = SourceDataset | DerivedDataset

export interface Declarations {
  readonly common: readonly Column[]
  readonly sources: ReadonlyMap<string, SourceDataset>
  /** In an order in which each comes after what it reads. */
  readonly derived: ReadonlyMap<string, DerivedDataset>
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, string>>
}

export const allDatasets = ({ sources, derived }: Declarations): readonly Dataset[] => [
  ...sources.values(),
  ...derived.values(),
]
