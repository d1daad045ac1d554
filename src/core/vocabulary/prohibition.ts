import type { Confidence } from './basis.ts'
import type { RecipientId, RecipientKind } from './agreement.ts'
import type { Article6 } from './basis.ts'
import type { Condition } from './condition.ts'
import type { Handling, ItemId } from './item.ts'

export type MarkKind =
  'confidential-address' | 'adoption' | 'court-order' | 'restriction' | 'objection' | 'safeguarding'

/** A protection mark on a pupil, live at the instant. */
export interface Mark {
  readonly kind: MarkKind
  /** Null: whichever the agreement. */
  readonly agreementId: string | null
  readonly allowedRecipients: readonly RecipientId[]
  readonly contactId: string | null
  readonly from: string
  readonly to: string | null
}

/**
 * A rule across agreements that always wins: a row of `policy/prohibitions.yaml`. It bites when every part that is given
 * matches; it then refuses the items that `items` selects (all of them when absent), unless `unless` matches.
 */
export interface Prohibition {
  readonly id: string
  readonly label: string
  /** The statute, guide or rule that it comes from. */
  readonly law: string
  readonly confidence: Confidence
  readonly when: {
    /** The pupil carries a live mark of this kind that concerns this agreement and doesn't allow this recipient. */
    readonly mark?: MarkKind
    readonly pupil?: Condition
    readonly recipientKinds?: readonly RecipientKind[]
    readonly publishes?: boolean
    readonly educational?: boolean
    /** The recipient sits outside the United Kingdom without a safeguard on record. */
    readonly transferUnsafeguarded?: boolean
  }
  readonly items?: { readonly handling?: readonly Handling[]; readonly ids?: readonly ItemId[] }
  readonly unless?: {
    readonly recipients?: readonly RecipientId[]
    readonly recipientKinds?: readonly RecipientKind[]
    readonly processorFor?: 'education'
    readonly article6?: readonly Article6[]
    readonly as?: readonly ('pseudonym' | 'flag' | 'district')[]
  }
}
