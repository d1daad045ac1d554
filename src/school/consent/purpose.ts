import type {
  AgreementId,
  AgreementVersion,
  ChoiceKind,
  ConsentRule,
  ItemId,
  Wording,
} from '../../core/vocabulary/index.ts'
import type { RecordedChoice } from './choice.ts'

/** The part of the policy in force that consent reads. */
export interface ConsentPolicy {
  readonly agreements: ReadonlyMap<AgreementId, AgreementVersion>
  readonly wordings: ReadonlyMap<string, Wording>
}

/** One thing people are asked about, with every agreement that waits for the answer. */
export interface Purpose {
  readonly id: string
  readonly kind: ChoiceKind
  /** What it is called on pages and in lists. */
  readonly label: string
  /** The words in use; null when the policy has none any more: then nobody can say yes, and everybody may still say no. */
  readonly wording: Wording | null
  /** The item whose value a permission names. */
  readonly tiedTo: ItemId | null
  /** Empty: no agreement uses it, so nothing leaves under it through Gatehouse. */
  readonly reach: readonly {
    readonly agreement: AgreementId
    /** Null: the whole agreement; else only these items. */
    readonly items: readonly ItemId[] | null
  }[]
}

type AskingRule = Exclude<ConsentRule, { rule: 'none' }>

/**
 * Every purpose that the policy has words for, by id: those that an agreement asks about in the agreements' order, then the
 * rest in the order of the wordings. Kind and label are the wording's own; the policy's check holds the rules to them.
 */
export function purposesOf(policy: ConsentPolicy): ReadonlyMap<string, Purpose> {
  const purposes = new Map<string, Purpose>()
  const newest = new Map([...policy.wordings.values()].map((wording) => [wording.purpose, wording]))
  const add = (rule: AskingRule, agreement: AgreementId, items: readonly ItemId[] | null): void => {
    const known = purposes.get(rule.purpose)
    const inUse = 'wording' in rule ? policy.wordings.get(rule.wording) : undefined
    const wording = known?.wording ?? inUse ?? newest.get(rule.purpose) ?? null
    purposes.set(rule.purpose, {
      id: rule.purpose,
      kind: known?.kind ?? wording?.kind ?? kinds[rule.rule],
      label: known?.label ?? wording?.label ?? rule.purpose,
      wording,
      tiedTo: known?.tiedTo ?? (rule.rule === 'permission' ? (rule.tiedTo ?? null) : null),
      reach: [...(known?.reach ?? []), { agreement, items }],
    })
  }
  for (const [id, { agreement }] of policy.agreements) {
    if (agreement.consent.rule !== 'none') add(agreement.consent, id, null)
    const byRule = Map.groupBy(agreement.items, (grant) => JSON.stringify(grant.consent ?? null))
    for (const grants of byRule.values()) {
      const rule = grants[0]?.consent
      if (rule && rule.rule !== 'none')
        add(
          rule,
          id,
          grants.map((grant) => grant.item),
        )
    }
  }
  for (const [id, wording] of newest) {
    const { kind, label } = wording
    if (!purposes.has(id)) purposes.set(id, { id, kind, label, wording, tiedTo: null, reach: [] })
  }
  return purposes
}

const kinds: Readonly<Record<AskingRule['rule'], ChoiceKind>> = {
  'opt-in': 'consent',
  'opt-out': 'opt-out',
  biometric: 'biometric',
  permission: 'permission',
}

/**
 * The policy's purposes, and after them those that it has no words for any more but some choice is on record for: what was
 * once said can always be seen and taken back. Such a purpose is of the kind of its latest choice.
 */
export function purposesWith(
  policy: ConsentPolicy,
  choices: readonly Pick<RecordedChoice, 'purpose' | 'kind'>[],
): ReadonlyMap<string, Purpose> {
  const known = purposesOf(policy)
  const purposes = new Map(known)
  for (const { purpose: id, kind } of choices) {
    if (known.has(id)) continue
    purposes.set(id, { id, kind, label: id, wording: null, tiedTo: null, reach: [] })
  }
  return purposes
}
