/** Consent states: the Data Privacy Vocabulary's terms, shortened (disclosure-record: W3C DPV 2.3, ISO/IEC TS 27560). */
export type ConsentState =
  | 'requested'
  | 'deferred'
  | 'given'
  | 'renewed'
  | 'refused'
  | 'withdrawn'
  | 'revoked'
  | 'expired'
  | 'invalidated'

/**
 * What an agreement demands of people's choices. Three things are called consent and are kept apart: `opt-in` is consent
 * as a lawful basis (UK GDPR Art. 6(1)(a)); `biometric` is the statutory written consent of the Protection of Freedoms
 * Act 2012 s.26; `permission` is what a scheme itself asks for, tied to what it permits.
 */
export type ConsentRule =
  | { readonly rule: 'none' }
  | { readonly rule: 'opt-in'; readonly purpose: string; readonly wording: string }
  | { readonly rule: 'opt-out'; readonly purpose: string }
  | { readonly rule: 'biometric'; readonly purpose: string; readonly wording: string }
  /** `tiedTo`: the item whose value the permission names, e.g. the eligibility code; a new code needs a new permission. */
  | {
      readonly rule: 'permission'
      readonly purpose: string
      readonly wording: string
      readonly tiedTo?: string
    }

export type ChoiceKind = 'consent' | 'opt-out' | 'biometric' | 'permission'

/** One recorded choice, as the facts give it to `decide`. Append-only; for one giver the latest `sequence` counts. */
export interface Choice {
  readonly sequence: number
  readonly purpose: string
  readonly kind: ChoiceKind
  readonly state: ConsentState
  readonly giver: 'contact' | 'pupil' | 'school'
  /** The contact's id; null unless giver is `contact`. */
  readonly giverId: string | null
  /** Decided from the register at the instant: parental responsibility now, and no court order against it. */
  readonly entitled: boolean
  readonly wordingSha256: string
  readonly written: boolean
  readonly tiedTo: string | null
  readonly recordedAt: Date
  readonly expiresAt: Date | null
}

/** The text people were shown: a row of `policy/wordings.yaml`. A choice counts only for the wording it was made on. */
export interface Wording {
  readonly id: string
  readonly purpose: string
  /** What people are asked for; one for all wordings of a purpose. */
  readonly kind: ChoiceKind
  /** What pages and lists call the purpose. */
  readonly label: string
  readonly text: string
  readonly sha256: string
}
