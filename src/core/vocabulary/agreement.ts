import type { Basis, Confidence } from './basis.ts'
import type { CharacterSet } from './character-set.ts'
import type { Condition } from './condition.ts'
import type { ConsentRule } from './consent.ts'
import type { ItemId, Transformation } from './item.ts'

export type RecipientId = string
export type AgreementId = string

/** What sort of body receives: prohibitions and static properties speak of these. */
export type RecipientKind =
  | 'local-authority'
  | 'central-government'
  | 'school'
  | 'examining-body'
  | 'regulator'
  | 'health'
  | 'social-care'
  | 'police-or-court'
  | 'professional'
  | 'family'
  | 'supplier'

/** Who receives: `policy/recipients/<id>.yaml`. What it has proved since is its standing. */
export interface Recipient {
  readonly id: RecipientId
  readonly name: string
  readonly kind: RecipientKind
  readonly role: 'controller' | 'processor' | 'joint' | 'data-subject-side' | 'unknown'
  readonly commercial: boolean
  /** Publishes to everybody (a website): stricter prohibitions apply. */
  readonly publishes: boolean
  readonly country: string
  readonly contact: string
  readonly confidence: Confidence
  readonly source: string
}

/** Facts about a recipient with dates, kept apart from its file: what condition 2 looks at. Dates are `YYYY-MM-DD`. */
export interface Standing {
  readonly recipientId: RecipientId
  readonly identityVerifiedOn: string | null
  /** Last change of name or control; verification must be no older. */
  readonly identityChangedOn: string | null
  /** Contract (processor) or legal power (controller) recorded. */
  readonly contractOn: string | null
  readonly transferSafeguard: string | null
  readonly transferSafeguardOn: string | null
  readonly ageRecipient: string | null
  readonly ageRecipientExpiresOn: string | null
}

export interface ItemGrant {
  readonly item: ItemId
  readonly as: Transformation
  /** Why this item is needed; required for anything beyond the default list. */
  readonly why?: string
  /** Sent in this form instead where an objection is upheld (agreements with `objection: pseudonymise`). */
  readonly ifObjected?: Transformation
  /** A stricter rule for this item alone, e.g. a photograph; the agreement's own rule must hold too. */
  readonly consent?: ConsentRule
}

export type AbsenceMeans = 'ignore' | 'deactivate' | 'leaver' | 'delete'

/** How the bytes are shaped; `core/standards` has the codecs. */
export type Format =
  | {
      readonly kind: 'csv'
      readonly columns: readonly CsvColumn[]
      readonly templateRequired: boolean
      readonly specification: string
    }
  | { readonly kind: 'json'; readonly specification: string }
  | { readonly kind: 'ctf'; readonly version: string; readonly specification: string }
  /** A statutory return of a collection (`policy/collections/`): built, signed off and submitted, never sent by a schedule. */
  | { readonly kind: 'return'; readonly collection: string; readonly specification: string }
  | { readonly kind: 'none'; readonly specification: string }

/** One column of a recipient's file. `contact: 1` takes the item from the pupil's first contact by priority. */
export interface CsvColumn {
  readonly header: string
  readonly item: ItemId
  readonly contact?: number
  /** How this recipient writes it: `dd/mm/yyyy` for dates; a code→text table for codes and booleans. */
  readonly write?: {
    readonly date?: 'yyyy-mm-dd' | 'dd/mm/yyyy'
    readonly codes?: Readonly<Record<string, string>>
    /** What this recipient takes in the column; a value with another character holds the file. All when absent. */
    readonly characters?: CharacterSet
    /** What stands for a letter that it does not take, where it agreed to that. The register keeps the true name. */
    readonly transliterate?: {
      /** Who agreed to it and when. */
      readonly agreed: string
      readonly letters: Readonly<Record<string, string>>
    }
  }
}

/** What one recipient may have, why and until when: `policy/agreements/<id>.yaml`. Immutable once approved. */
export interface Agreement {
  readonly id: AgreementId
  readonly recipient: RecipientId
  readonly title: string
  /** `feed` sends by schedule; `procedure` has no feed: each request is decided by a named person and expires. */
  readonly kind: 'feed' | 'procedure'
  /** `off` until its facts are known: nothing is permitted, and the notice says so. */
  readonly enabled: boolean
  readonly purpose: { readonly id: string; readonly label: string; readonly educational: boolean }
  /** For parents: why, in plain words. */
  readonly why: string
  readonly items: readonly ItemGrant[]
  readonly population: Condition
  /**
   * Which of a pupil's contacts it is about: those with parental responsibility; of those, the ones who gave the permission
   * that the agreement asks for. All of them when absent. Contact 1 of a file is the first of these.
   */
  readonly contacts?: 'parental-responsibility' | 'gave-permission'
  readonly basis: Basis
  readonly consent: ConsentRule
  /** UK GDPR Art. 21: `unavailable` where the basis is a legal obligation. */
  readonly objection: 'refuse' | 'pseudonymise' | 'unavailable'
  readonly schedule: {
    readonly every: 'on-demand' | 'daily' | 'weekly' | 'termly' | 'yearly' | 'on-change'
    readonly note: string
  }
  readonly format: Format
  readonly transport: {
    readonly kind: 'sftp' | 'https' | 'download' | 'copy-sheet' | 'collector' | 'none'
    readonly encrypt: boolean
    readonly note: string
  }
  readonly absenceMeans: AbsenceMeans
  readonly retention: { readonly atRecipient: string; readonly onEnding: 'delete' | 'return' | 'keep-by-law' }
  /** Safeguard demanded where the recipient's country is not the United Kingdom; null when it stays there. */
  readonly transfer: { readonly country: string; readonly safeguard: string | null }
  readonly inForce: { readonly from: string; readonly to?: string }
  readonly review: { readonly due: string; readonly graceDays: number }
  readonly visibility: 'open' | 'summary' | 'restricted'
  readonly confidence: Confidence
  /** Where the facts come from and what is not known; shown to the DPO. */
  readonly source: string
}

/** An agreement as a numbered version with its hash and who approved it. */
export interface AgreementVersion {
  readonly agreement: Agreement
  readonly version: number
  /** SHA-256, hex, of the canonical JSON (RFC 8785) of `agreement`. */
  readonly hash: string
  readonly approvedAt: Date | null
  readonly approvedBy: string | null
}
