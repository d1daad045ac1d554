import type {
  AgreementId,
  AgreementVersion,
  ChoiceKind,
  ConsentRule,
  ItemId,
  Wording,
} from '../../core/vocabulary/index.ts'

/** The part of the policy in force that consent reads. */
export interface ConsentPolicy {
  readonly agreements: ReadonlyMap<AgreementId, AgreementVersion>
  readonly wordings: ReadonlyMap<string, Wording>
}

/** One thing people are asked about, with every agreement that waits for the answer. */
export interface Purpose {
  readonly id: string
  readonly kind: ChoiceKind
  /** The words in use; null when none were written (an opt-out may have none). */
  readonly wording: Wording | null
  /** The item whose value a permission names. */
  readonly tiedTo: ItemId | null
  readonly reach: readonly {
    readonly agreement: AgreementId
    /** Null: the whole agreement; else only these items. */
    readonly items: readonly ItemId[] | null
  }[]
}

const kinds = {
  'opt-in': 'consent',
  'opt-out': 'opt-out',
  biometric: 'biometric',
  permission: 'permission',
} as const

type AskingRule = Exclude<ConsentRule, { rule: 'none' }>

/** Every purpose that an agreement of the policy asks about, by id, in the policy's order. */
export function purposesOf(policy: ConsentPolicy): ReadonlyMap<string, Purpose> {
  const purposes = new Map<string, Purpose>()
  const add = (rule: AskingRule, agreement: AgreementId, items: readonly ItemId[] | null): void => {
    const known = purposes.get(rule.purpose)
    const byPurpose = [...policy.wordings.values()].findLast((w) => w.purpose === rule.purpose)
    purposes.set(rule.purpose, {
      id: rule.purpose,
      kind: known?.kind ?? kinds[rule.rule],
      wording:
        known?.wording ?? policy.wordings.get('wording' in rule ? rule.wording : '') ?? byPurpose ?? null,
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
  return purposes
}
