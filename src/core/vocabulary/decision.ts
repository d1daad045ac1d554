import type { AgreementId } from './agreement.ts'
import type { ItemId, Transformation } from './item.ts'

/** Why something is refused: a closed set, in the order of the decision's seven conditions. */
export type RefusalCode =
  | 'agreement-off'
  | 'agreement-not-approved'
  | 'agreement-not-in-force'
  | 'review-overdue'
  | 'recipient-identity'
  | 'recipient-contract'
  | 'recipient-key'
  | 'recipient-transfer'
  | 'not-in-population'
  | 'item-not-listed'
  | 'transformation-not-allowed'
  | 'basis-missing'
  | 'basis-not-in-force'
  | 'basis-article-9'
  | 'basis-schedule-1'
  | 'basis-article-10'
  | 'basis-not-for-public-authority'
  | 'consent-missing'
  | 'consent-refused'
  | 'consent-withdrawn'
  | 'consent-expired'
  | 'consent-other-wording'
  | 'consent-disagreement'
  | 'consent-child-refuses'
  | 'consent-not-written'
  | 'consent-opted-out'
  | 'permission-other-code'
  | 'prohibited'
  | 'objection-upheld'
  | 'unknown' // something needed to decide is missing or an error occurred while deciding

export interface Reason {
  readonly code: RefusalCode
  /** Which of the seven conditions of the decision. */
  readonly condition: 1 | 2 | 3 | 4 | 5 | 6 | 7
  /** A plain sentence, without any value of the pupil. */
  readonly text: string
  /** The prohibition, instrument, purpose or wording meant. */
  readonly about?: string
}

/** The smallest set of changes that would turn the refusal into a permit; empty when none may (a prohibition by law). */
export interface Flip {
  readonly changes: readonly {
    readonly code: RefusalCode
    readonly change: string
    readonly by: 'dpo' | 'parent' | 'recipient' | 'office' | 'nobody'
  }[]
}

export type Decision =
  | {
      readonly outcome: 'permit'
      readonly agreement: AgreementId
      readonly item: ItemId
      readonly as: Transformation
      /** The basis and every condition that held, in plain words. */
      readonly reasons: readonly string[]
    }
  | {
      readonly outcome: 'refuse'
      readonly agreement: AgreementId
      readonly item: ItemId
      readonly reasons: readonly Reason[]
      readonly flip: Flip
    }
