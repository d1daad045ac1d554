/** Levels of geography that a table may be broken down by, the widest first. */
export const levels = ['National', 'Regional', 'Local authority', 'School'] as const
export type Level = (typeof levels)[number]

/** A column of a data set and the values that are meant. */
export interface Condition {
  readonly column: string
  readonly in: readonly (string | number | boolean)[]
}

/** What a table is broken down by: items as people see them, each for some codes of a column. */
export interface FilterDeclaration {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly column: string
  /** The item that all add up to; first of `items`. */
  readonly total: string
  /** The total, the items by code, and last what no code fits. */
  readonly items: readonly string[]
  /** Position in `items` of each code. */
  readonly codes: ReadonlyMap<string, number>
  /** Position in `items` of what no code fits; null where that can't be. */
  readonly otherwise: number | null
}

export type IndicatorKind =
  /** How many rows, each a person: or how many of them meet the condition, out of those of `of`. */
  | { readonly kind: 'count'; readonly where: Condition | null; readonly of: string | null }
  /** The sum of a column of whole numbers. */
  | { readonly kind: 'sum'; readonly column: string; readonly where: Condition | null }
  /** One indicator as a percentage of another: from exact whole numbers, halves away from zero. */
  | { readonly kind: 'percent'; readonly numerator: string; readonly denominator: string }

export type IndicatorDeclaration = IndicatorKind & {
  readonly name: string
  readonly label: string
  readonly unit?: string
  /** Places to show; the file keeps more. */
  readonly places?: number
}

/** How small numbers are protected. Each publication has one; nothing is published without. */
export type DisclosurePolicy = {
  readonly id: string
  readonly words: string
  readonly mark: string
} & (
  | { readonly kind: 'none' }
  | { readonly kind: 'percentages'; readonly places: number }
  | {
      readonly kind: 'threshold'
      readonly below: number
      readonly width: number
      readonly hideZeros: boolean
    }
  | { readonly kind: 'redact-round'; readonly upTo: number; readonly base: number }
  | { readonly kind: 'midpoint-6' }
  | {
      readonly kind: 'cell-key'
      readonly deviation: number
      readonly variance: number
      readonly never: readonly number[]
    }
)

export interface TableDeclaration {
  readonly name: string
  readonly publication: string
  readonly title: string
  readonly about: string
  readonly dataset: string
  /** Data sets joined by equal columns, each with one row at most. */
  readonly with: ReadonlyMap<string, readonly string[]>
  /** The column with a row’s authority, by its three-digit number. */
  readonly authority: string
  readonly timeIdentifier: string
  /** A year is in the table only when all these terms of a data set are held: what is collected in arrears comes late. */
  readonly complete: { readonly dataset: string; readonly terms: readonly string[] } | null
  readonly population: readonly Condition[]
  readonly levels: readonly Level[]
  readonly filters: readonly FilterDeclaration[]
  /** Filters by position that are crossed with each other; all others are at their totals there. */
  readonly breakdowns: readonly (readonly number[])[]
  readonly indicators: readonly IndicatorDeclaration[]
  readonly policy: DisclosurePolicy
  /** The indicator and the filter that a chart shows. */
  readonly chart: { readonly indicator: string; readonly by: string | null }
  readonly footnotes: readonly string[]
}

export interface Publication {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly policy: string
}

/** Everything that `policy/statistics` declares. */
export interface StatisticsPolicy {
  readonly publications: ReadonlyMap<string, Publication>
  readonly tables: ReadonlyMap<string, TableDeclaration>
  readonly policies: ReadonlyMap<string, DisclosurePolicy>
}
