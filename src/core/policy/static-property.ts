import type {
  AbsenceMeans,
  Agreement,
  AgreementId,
  Article6,
  Article9,
  ConsentRule,
  Format,
  Handling,
  Instrument,
  InstrumentId,
  Item,
  ItemClass,
  ItemId,
  Recipient,
  RecipientId,
  RecipientKind,
  Subject,
  Transformation,
} from '../vocabulary/index.ts'

/**
 * A statement that must hold for every agreement (or every item of every agreement) that `where` selects: a row of
 * `policy/properties.yaml`. Since agreements and items are finite, checking each one proves it for this policy.
 */
export interface StaticProperty {
  readonly id: string
  /** What always holds, as a sentence. */
  readonly label: string
  /** Why it matters, or where it comes from. */
  readonly why: string
  readonly each: 'item' | 'agreement'
  readonly where: CaseTest
  readonly must: CaseTest
}

/** The closed language of properties. Of several parts in one test every one must match; a list matches any of its values. */
export type CaseTest =
  | { readonly all: readonly CaseTest[] }
  | { readonly any: readonly CaseTest[] }
  | { readonly not: CaseTest }
  | CaseFacts

export interface CaseFacts {
  readonly agreement?: {
    readonly ids?: readonly AgreementId[]
    readonly kinds?: readonly Agreement['kind'][]
    readonly enabled?: boolean
    readonly purposes?: readonly string[]
    readonly educational?: boolean
    readonly objection?: readonly Agreement['objection'][]
    readonly formats?: readonly Format['kind'][]
    readonly transports?: readonly Agreement['transport']['kind'][]
    readonly encrypted?: boolean
    readonly absenceMeans?: readonly AbsenceMeans[]
    readonly onEnding?: readonly Agreement['retention']['onEnding'][]
    readonly visibility?: readonly Agreement['visibility'][]
    /** The review is due within so many days of the day the agreement comes into force. */
    readonly reviewWithinDays?: number
    readonly graceWithinDays?: number
    /** It stays in the United Kingdom, or a safeguard is demanded. */
    readonly safeguarded?: boolean
    /** It has items at all. */
    readonly hasItems?: boolean
  }
  readonly recipient?: {
    readonly ids?: readonly RecipientId[]
    readonly kinds?: readonly RecipientKind[]
    readonly roles?: readonly Recipient['role'][]
    readonly commercial?: boolean
    readonly publishes?: boolean
    readonly inUk?: boolean
  }
  readonly basis?: {
    readonly article6?: readonly Article6[]
    readonly article9?: readonly Article9[]
    readonly article9Given?: boolean
    readonly schedule1Given?: boolean
    readonly policyDocument?: boolean
    readonly instruments?: readonly InstrumentId[]
    readonly instrumentKinds?: readonly Instrument['kind'][]
    readonly instrumentOn?: boolean
  }
  /** A rule that the item must meet: the agreement's own or the item's. For an agreement, its own. */
  readonly consent?: readonly ConsentRule['rule'][]
  readonly item?: ItemTest
  /** The agreement lists at least one item like this. */
  readonly lists?: ItemTest
}

export interface ItemTest {
  readonly ids?: readonly ItemId[]
  readonly subjects?: readonly Subject[]
  readonly handling?: readonly Handling[]
  readonly classes?: readonly ItemClass[]
  /** Special category (UK GDPR Art. 9): any class but ordinary and offence. */
  readonly special?: boolean
  readonly sensitivity?: readonly Item['sensitivity'][]
  readonly identificationRisk?: readonly Item['identificationRisk'][]
  readonly as?: readonly Transformation[]
}
