/** Ways to turn a column's text into what is compared. Applied in order; what comes out empty is absent. */
export type Transform =
  | 'lower'
  | 'letters'
  | 'digits'
  | 'alphanumeric'
  | 'date'
  | 'soundex'
  | 'year'
  | 'month'
  | 'day'
  | 'month-day'
  | `first ${number}`
  | 'postcode-district'

/** Something to compare or to block on: a column of the file, or of each of both files, put into one form. */
export interface LinkageField {
  readonly column: string
  readonly as: readonly Transform[]
}

/** What is compared, in levels from exact to anything else. */
export type ComparisonKind =
  | { readonly kind: 'exact' | 'name' | 'text' | 'date' | 'postcode' | 'identifier'; readonly field: string }
  | { readonly kind: 'names'; readonly first: string; readonly last: string }
  | {
      /** A number that names one person: as it was written, an earlier one, and the same again where it is surely right. */
      readonly kind: 'number'
      readonly field: string
      readonly former: string
      readonly sure: string
    }

export type ComparisonDefinition = ComparisonKind & {
  readonly name: string
  /** Whether a rare value that is shared counts for more than a common one. */
  readonly termFrequency: boolean
}

export interface TrainingDefinition {
  /** Rules that hold almost only for the same person: they find the share of pairs that match. */
  readonly sure: readonly (readonly string[])[]
  /** What share of the true pairs the sure rules are thought to find. A wrong guess costs little. */
  readonly recall: number
  /** A round of expectation-maximisation each: the fields in which its pairs agree, and which it can't learn about. */
  readonly learn: readonly (readonly string[])[]
  /** Random pairs looked at for how often strangers agree. */
  readonly pairs: number
  /** Pairs of a round of learning, at most. */
  readonly roundPairs: number
  readonly seed: number
}

/** Which records may be one person, how that is judged, and from which probability on it is said. */
export interface LinkageDefinition {
  /** The column that names a record; unique within its file. It is never compared. */
  readonly id: string
  readonly fields: ReadonlyMap<string, LinkageField>
  readonly comparisons: readonly ComparisonDefinition[]
  /** Pairs that agree in all fields of one of these rules are scored; all others never. `a/b`: one’s a is the other’s b. */
  readonly blocking: readonly (readonly string[])[]
  /**
   * Brothers, sisters and twins share surname, home and perhaps birthday: where all of `shared` agree and the first names
   * don't resemble each other, what is shared says nothing for a match.
   */
  readonly household: { readonly first: string; readonly shared: readonly string[] } | null
  readonly training: TrainingDefinition
  /** Probability, 0 to 1. */
  readonly threshold: number
  /** No two records of one file are the same person: each record gets one partner in the other file, at most. */
  readonly oneToOne: boolean
}
