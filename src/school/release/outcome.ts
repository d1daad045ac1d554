import type { AgreementId, ItemId, Reason, RefusalCode } from '../../core/vocabulary/index.ts'
import type { Unwritable } from './encoded.ts'
import type { EgressFault } from './expected.ts'
import type { HoldReason } from './hold.ts'
import type { LeftOut } from './left-out.ts'
import type { AgainReason } from './transfer-once.ts'

export interface ReleaseRequest {
  readonly agreementId: AgreementId
  /** The same due release is made once: a second request of the same key gets the first one's outcome. */
  readonly requestKey: string
  readonly at: Date
  /** Decide, encode and check, and record nothing. */
  readonly dryRun?: boolean
  /** Holds that the data protection officer or the head has looked at and lets pass. */
  readonly despite?: readonly ('missing-pupils' | 'short-read')[]
  /** Makes transfer files that were made before once more, and says why. */
  readonly again?: AgainReason
  /** How many rows of the preview a dry run gives. */
  readonly previewRows?: number
}

/** Pupils counted once each, but for the reasons: one pupil may count under several. */
export interface Counts {
  readonly permittedPupils: number
  readonly withheldPupils: number
  readonly withheldReasons: Readonly<Partial<Record<RefusalCode, number>>>
  readonly items: readonly ItemId[]
}

export interface Released extends Counts {
  readonly kind: 'released'
  readonly releaseId: string
  readonly ledgerIndex: number
  /** The file as the recipient has it once opened. */
  readonly fileName: string
  /** SHA-256 of that file, hex. */
  readonly sha256: string
  /** True when an earlier request of this key made it. */
  readonly repeated: boolean
  /** Contacts for whom the file has no column; absent when there are none. */
  readonly leftOut?: LeftOut
}

export type ReleaseOutcome = OneOutcome & {
  /** Transfer files: those to further destinations, each a release of its own. */
  readonly further?: readonly ReleaseOutcome[]
}

export type NothingToSend =
  | 'procedure'
  | 'no-file'
  /** A return is built, signed off and submitted. */
  | 'return'
  | 'nobody'
  /** Everybody's transfer file was made before. */
  | 'sent-before'

type OneOutcome =
  | Released
  /** Nothing of it may leave, whoever the pupil is. */
  | { readonly kind: 'refused'; readonly reasons: readonly Reason[] }
  | ({ readonly kind: 'nothing-to-send'; readonly why: NothingToSend } & Counts)
  | ({
      readonly kind: 'held'
      readonly reason: HoldReason
      /** In plain words, without any value. */
      readonly text: string
      readonly pupilIds: readonly string[]
      readonly faults?: readonly EgressFault[]
      readonly unwritable?: readonly Unwritable[]
    } & Counts)
  | ({
      readonly kind: 'dry-run'
      readonly fileName: string
      readonly bytes: number
      /** SHA-256 of the file, hex. */
      readonly sha256: string
      readonly leftOut?: LeftOut
      readonly preview: {
        readonly columns: readonly string[]
        readonly rows: readonly (readonly string[])[]
        /** Rows in the whole file. */
        readonly of: number
      }
    } & Counts)
