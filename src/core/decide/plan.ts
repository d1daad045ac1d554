import {
  dateInEngland,
  fail,
  ok,
  type Agreement,
  type IsoDate,
  type ItemGrant,
  type ItemId,
  type Prohibition,
  type Result,
} from '../vocabulary/index.ts'
import { checkCondition } from './condition-check.ts'
import type { AskingRule } from './consent.ts'
import type { CompileFault, DecisionCase, PolicyContext } from './policy-context.ts'
import { isColumnName, isScalar } from './item-column.ts'
import { leavesUkUnguarded } from './transfer.ts'

/** A consent rule of the case with the hash of the wording people must have been shown. */
export interface PlannedRule {
  readonly rule: AskingRule
  /** Null for `opt-out`, which has no wording, and where the wording is not known (then the gate refuses). */
  readonly wordingSha256: string | null
}

/** A prohibition that may bite in this case: its parts about recipient and agreement match and no exception of them does. */
export interface PlannedProhibition {
  readonly prohibition: Prohibition
  /** True when it depends on the pupil (a mark, a condition): then the findings say whether it bites. */
  readonly perPupil: boolean
}

/** A case made ready to decide any pupil and item: what both compilations, the pure function and the SQL, are made from. */
export interface CasePlan extends DecisionCase {
  readonly context: PolicyContext
  readonly agreement: Agreement
  readonly today: IsoDate
  readonly grants: ReadonlyMap<ItemId, ItemGrant>
  readonly rules: readonly PlannedRule[]
  readonly prohibitions: readonly PlannedProhibition[]
}

const notAName = 'An item’s id is its subject and its name, such as pupil.surname.'

/** Makes the plan, or says everything in the agreement and the prohibitions that can't be compiled. Drops nothing. */
export function planCase(context: PolicyContext, c: DecisionCase): Result<CasePlan, readonly CompileFault[]> {
  const { agreement } = c.version
  const faults: CompileFault[] = [...checkCondition(agreement.population, context.items, 'population')]
  for (const prohibition of context.prohibitions) {
    if (!prohibition.when.pupil) continue
    faults.push(
      ...checkCondition(prohibition.when.pupil, context.items, `prohibitions.${prohibition.id}.when.pupil`),
    )
  }
  const grants = new Map<ItemId, ItemGrant>()
  agreement.items.forEach((grant, i) => {
    if (context.items.has(grant.item) && !isColumnName(grant.item)) {
      faults.push({ path: `items[${i}].item`, message: notAName })
    }
    if (grants.has(grant.item))
      faults.push({ path: `items[${i}].item`, message: 'The item is listed twice.' })
    grants.set(grant.item, grant)
  })
  const rules = new Map<string, PlannedRule>()
  const ask = (rule: Agreement['consent'] | undefined, path: string): void => {
    if (!rule || rule.rule === 'none') return
    if (rule.rule === 'permission' && rule.tiedTo !== undefined) {
      const tied = context.items.get(rule.tiedTo)
      if (
        tied &&
        (!isColumnName(tied.id) || !isScalar(tied) || (tied.type !== 'text' && tied.type !== 'code'))
      ) {
        faults.push({
          path: `${path}.tiedTo`,
          message: 'A permission is tied to a text or code of the pupil or the school.',
        })
      }
    }
    rules.set(ruleKey(rule), { rule, wordingSha256: wordingSha256(rule, context) })
  }
  ask(agreement.consent, 'consent')
  agreement.items.forEach((grant, i) => {
    ask(grant.consent, `items[${i}].consent`)
  })
  if (faults.length > 0) return fail(faults)
  return ok({
    ...c,
    context,
    agreement,
    today: dateInEngland(c.at),
    grants,
    rules: [...rules.values()],
    prohibitions: context.prohibitions
      .filter((prohibition) => concernsCase(prohibition, c))
      .map((prohibition) => ({
        prohibition,
        perPupil: prohibition.when.mark !== undefined || prohibition.when.pupil !== undefined,
      })),
  })
}

export const ruleKey = (rule: AskingRule): string =>
  [
    rule.rule,
    rule.purpose,
    'wording' in rule ? rule.wording : '',
    ('tiedTo' in rule && rule.tiedTo) || '',
  ].join('\n')

function wordingSha256(rule: AskingRule, { wordings }: PolicyContext): string | null {
  if (rule.rule === 'opt-out') return null
  const wording = wordings.get(rule.wording)
  return wording?.purpose === rule.purpose ? wording.sha256 : null
}

/** The rules an item must meet: the agreement's own and, where it has one, the item's stricter one. */
export const rulesFor = (plan: CasePlan, item: ItemId): readonly AskingRule[] =>
  [plan.agreement.consent, plan.grants.get(item)?.consent].filter(
    (rule): rule is AskingRule => rule !== undefined && rule.rule !== 'none',
  )

/** The parts of a prohibition that speak of recipient and agreement. Of its exceptions any one suffices. */
function concernsCase({ when, unless }: Prohibition, c: DecisionCase): boolean {
  const { recipient } = c
  const { agreement } = c.version
  if (when.recipientKinds && !when.recipientKinds.includes(recipient.kind)) return false
  if (when.publishes !== undefined && when.publishes !== recipient.publishes) return false
  if (when.educational !== undefined && when.educational !== agreement.purpose.educational) return false
  if (when.transferUnsafeguarded !== undefined && when.transferUnsafeguarded !== leavesUkUnguarded(c))
    return false
  // What an upheld objection means is the agreement's own answer (`objection`): refuse, pseudonymise or, by law, nothing.
  if (when.mark === 'objection' && agreement.objection !== 'refuse') return false
  const excepted =
    unless?.recipients?.includes(recipient.id) ||
    unless?.recipientKinds?.includes(recipient.kind) ||
    (unless?.processorFor === 'education' &&
      recipient.role === 'processor' &&
      agreement.purpose.educational) ||
    unless?.article6?.includes(agreement.basis.article6)
  return !excepted
}
