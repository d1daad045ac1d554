import type { LinkageDefinition } from './definition.ts'

/** What was learned about one level of a comparison. */
export interface LevelModel {
  readonly label: string
  /** How often pairs of one person are at this level, and how often strangers are. */
  readonly m: number
  readonly u: number
  /** log2(m / u), in bits. */
  readonly weight: number
  /** False where nothing in the training was at this level: m or u is then a default, to be reported. */
  readonly seen: boolean
}

export interface ComparisonModel {
  readonly name: string
  readonly levels: readonly LevelModel[]
}

/** A trained model: all that scoring needs besides the definition. Plain data, kept as JSON; scoring never retrains. */
export interface LinkageModel {
  /** The share of all pairs that are one person. */
  readonly lambda: number
  readonly comparisons: readonly ComparisonModel[]
  readonly seed: number
  /**
   * By field whose rarity counts: how often two records share a value by chance. Kept with a model whose terms are stored, so that new
   * records weigh what old ones did; absent: worked out from the records at hand.
   */
  readonly shares?: Readonly<Record<string, number>>
}

/** log2 of the odds that a pair matches before anything about it is known. */
export const priorWeight = ({ lambda }: Pick<LinkageModel, 'lambda'>): number =>
  Math.log2(lambda / (1 - lambda))

/** Probability of a match weight in bits: 2^w / (1 + 2^w). */
export const probabilityOf = (weight: number): number => 1 / (1 + 2 ** -weight)

/** The match weight from which on a pair counts. */
export const thresholdWeight = ({ threshold }: Pick<LinkageDefinition, 'threshold'>): number =>
  Math.log2(threshold / (1 - threshold))
