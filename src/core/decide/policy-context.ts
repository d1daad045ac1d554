import type {
  AgreementVersion,
  Choice,
  Dictionary,
  Instrument,
  InstrumentId,
  ItemId,
  Mark,
  Prohibition,
  Recipient,
  Standing,
  Value,
  Wording,
} from '../vocabulary/index.ts'

/** What holds for every agreement of the school: the dictionary, the law, the prohibitions, the wordings people were shown. */
export interface PolicyContext {
  readonly items: Dictionary
  readonly law: ReadonlyMap<InstrumentId, Instrument>
  readonly prohibitions: readonly Prohibition[]
  readonly wordings: ReadonlyMap<string, Wording>
  /** A maintained school or academy: it may not rest its tasks on legitimate interests (DUAA 2025 s.70). */
  readonly publicAuthority: boolean
}

/** One agreement version for one recipient at one instant. */
export interface DecisionCase {
  readonly at: Date
  readonly version: AgreementVersion
  readonly recipient: Recipient
  readonly standing: Standing
}

/** All that is read about one pupil to decide. An item missing from `values` is unknown; `null` means it has no value. */
export interface PupilFacts {
  readonly pupilId: string
  readonly values: Readonly<Record<ItemId, Value>>
  readonly choices: readonly Choice[]
  readonly marks: readonly Mark[]
  /** Contacts who hold parental responsibility now and whom no court order limits; biometrics ask each of them. */
  readonly holders: readonly string[]
}

/** Something in an agreement or a prohibition that can't be compiled, and where: `population.all[1].item`. */
export interface CompileFault {
  readonly path: string
  readonly message: string
}
