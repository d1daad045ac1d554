import type { ChoiceKind, ConsentState } from '../../core/vocabulary/index.ts'

/** Who chose. `school` may end a consent (revoked, expired, invalidated) and never give one. */
export type Giver =
  | { readonly kind: 'contact'; readonly contactId: string }
  | { readonly kind: 'pupil' }
  | { readonly kind: 'school' }

/** How a choice reached the school. A portal's record is in writing; words spoken before a witness are not. */
export type ChoiceMethod = 'paper' | 'portal' | 'written' | 'spoken-witnessed'

export const isWritten = (method: string): boolean => method !== 'spoken-witnessed'

export interface NewChoice {
  readonly pupilId: string
  readonly purpose: string
  readonly state: ConsentState
  readonly giver: Giver
  readonly method: ChoiceMethod
  /** The words shown; absent: the words in use for this purpose today. */
  readonly wordingId?: string
  /** Where the proof lies: a scan's reference, the witness, the form's number. Never needed to say no. */
  readonly evidence?: string
  /** A permission's code. */
  readonly tiedTo?: string
  readonly expiresAt?: Date
}

/** A choice as it stands in the store, in the plain history of one pupil. */
export interface RecordedChoice {
  readonly id: string
  readonly sequence: number
  readonly pupilId: string
  readonly purpose: string
  readonly kind: ChoiceKind
  readonly state: ConsentState
  readonly giver: 'contact' | 'pupil' | 'school'
  readonly giverContactId: string | null
  readonly wordingId: string
  readonly wordingSha256: string
  readonly method: string
  readonly evidence: string
  readonly tiedTo: string | null
  readonly recordedAt: Date
  readonly recordedBy: string
  readonly expiresAt: Date | null
}

export type ChoiceFaultCode =
  | 'unknown-pupil'
  | 'unknown-purpose'
  | 'unknown-wording'
  | 'other-wording'
  | 'not-entitled'
  | 'school-cannot-consent'
  | 'not-a-next-state'
  | 'nothing-to-end'
  | 'not-written'
  | 'evidence-missing'
  | 'code-missing'
  | 'expiry-missing'
  | 'expiry-passed'
  | 'out-of-order'

/** Why a choice is not recorded: a refusal, not an error. The text holds no value of a pupil. */
export interface ChoiceFault {
  readonly code: ChoiceFaultCode
  readonly text: string
  readonly todo: string
}
