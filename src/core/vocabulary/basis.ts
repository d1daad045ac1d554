/** UK GDPR Article 6(1) bases; `ea` is the recognised legitimate interest of the Data (Use and Access) Act 2025 s.70. */
export type Article6 = 'a' | 'b' | 'c' | 'd' | 'e' | 'ea' | 'f'
/** UK GDPR Article 9(2) conditions. */
export type Article9 = 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j'

export type InstrumentId = string

/** How sure a statement is; `unverified` shows a warning until a data protection officer confirms it. */
export type Confidence = 'official' | 'seen' | 'derived' | 'unverified'

/** A statute, regulation, order or contract that a share stands on: one row of `policy/law.yaml`. */
export interface Instrument {
  readonly id: InstrumentId
  readonly title: string
  readonly provision: string
  readonly kind: 'statute' | 'regulations' | 'guidance' | 'contract' | 'consent' | 'public-task'
  readonly confidence: Confidence
  readonly source: string
  /** A law not commenced is present but off: an agreement that rests on it is refused. */
  readonly inForce: { readonly from: string | null; readonly to?: string; readonly enabled: boolean }
}

export interface Basis {
  readonly article6: Article6
  readonly instrument: InstrumentId
  /** Needed when any listed item is special category. */
  readonly article9?: Article9
  /** DPA 2018 Schedule 1 paragraph; needed with Article 9(2)(b), (g), (h) and (i). */
  readonly schedule1?: string
  /** DPA 2018 Schedule 1 condition for criminal offence data (Article 10). */
  readonly article10?: string
  /** The school's appropriate policy document covers it (Schedule 1 Part 4); needed with paragraph conditions of Part 2. */
  readonly policyDocument?: boolean
  readonly confidence: Confidence
}
