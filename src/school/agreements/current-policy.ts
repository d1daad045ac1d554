import type { NoticeOrder, StaticProperty } from '../../core/policy/index.ts'
import type {
  AgreementId,
  AgreementVersion,
  Condition,
  Dictionary,
  Instrument,
  InstrumentId,
  Prohibition,
  Recipient,
  RecipientId,
  Standing,
  Wording,
} from '../../core/vocabulary/index.ts'

/**
 * What a school's policy is at this moment. Of each agreement the version in force (approved, not superseded), or else the
 * newest one waiting for approval, under which nothing is permitted.
 */
export interface CurrentPolicy {
  readonly items: Dictionary
  readonly law: ReadonlyMap<InstrumentId, Instrument>
  readonly prohibitions: readonly Prohibition[]
  readonly properties: readonly StaticProperty[]
  readonly wordings: ReadonlyMap<string, Wording>
  readonly populations: ReadonlyMap<string, Condition>
  readonly populationLabels: ReadonlyMap<string, string>
  readonly recipients: ReadonlyMap<RecipientId, Recipient>
  /** One for each recipient; of a recipient that has shown nothing yet, every part is null. */
  readonly standings: ReadonlyMap<RecipientId, Standing>
  readonly agreements: ReadonlyMap<AgreementId, AgreementVersion>
  readonly notice: NoticeOrder
  /** A maintained school or academy. */
  readonly publicAuthority: boolean
}

/** A recipient that has shown nothing: condition 2 refuses it. */
export const nothingShown = (recipientId: RecipientId): Standing => ({
  recipientId,
  identityVerifiedOn: null,
  identityChangedOn: null,
  contractOn: null,
  transferSafeguard: null,
  transferSafeguardOn: null,
  ageRecipient: null,
  ageRecipientExpiresOn: null,
})
