import type { Flip, ItemId, Reason, RefusalCode, Transformation } from '../vocabulary/index.ts'
import { itemsToChange } from './condition-holds.ts'
import type { CasePlan } from './plan.ts'
import type { PupilFacts } from './policy-context.ts'
import { canTransform } from './transform.ts'

type Change = Flip['changes'][number]

/**
 * The smallest set of changes that would turn a refusal into a permit: one for each reason that stands on its own, none that
 * another makes needless. Where a law forbids it, that alone, by `nobody`: no change of ours may turn it.
 */
export function smallestChange(
  plan: CasePlan,
  reasons: readonly Reason[],
  item: ItemId,
  facts: PupilFacts | null,
): Flip {
  const form = formThatSatisfies(plan, reasons, item)
  const changes = new Map<string, Change>()
  for (const reason of reasons) {
    const change = changeFor(plan, reason, item, facts, form)
    changes.set(`${change.by} ${change.change}`, changes.get(`${change.by} ${change.change}`) ?? change)
  }
  const all = [...changes.values()]
  const never = all.filter((change) => change.by === 'nobody')
  return { changes: never.length > 0 ? never : all }
}

/** A form in which no prohibition that bites would hold the item back, where there is one. */
function formThatSatisfies(plan: CasePlan, reasons: readonly Reason[], id: ItemId): Transformation | null {
  const biting = prohibitionsIn(plan, reasons).filter(({ unless }) => unless?.as !== undefined)
  const item = plan.context.items.get(id)
  if (biting.length === 0 || !item) return null
  return (
    item.transformations.find(
      (form) =>
        canTransform(form, item.type) &&
        biting.every(({ unless }) => (unless?.as as readonly Transformation[] | undefined)?.includes(form)),
    ) ?? null
  )
}

const prohibitionsIn = ({ prohibitions }: CasePlan, reasons: readonly Reason[]) =>
  prohibitions
    .map(({ prohibition }) => prohibition)
    .filter(({ id }) => reasons.some(({ code, about }) => code === 'prohibited' && about === id))

function changeFor(
  plan: CasePlan,
  { code, condition, about }: Reason,
  item: ItemId,
  facts: PupilFacts | null,
  form: Transformation | null,
): Change {
  const by = (who: Change['by'], change: string): Change => ({ code, change, by: who })
  const inAnotherForm = by('dpo', `Approve a version that sends this item in another form: ${form ?? ''}.`)
  switch (code) {
    case 'prohibited': {
      const prohibition = plan.prohibitions.find((each) => each.prohibition.id === about)?.prohibition
      if (prohibition?.unless?.as && form !== null) return inAnotherForm
      if (prohibition?.when.transferUnsafeguarded === true) return by('dpo', recordSafeguard)
      if (prohibition?.when.mark !== undefined) {
        return by(
          'dpo',
          `Lift the pupil’s mark once its ground has ended, or add this recipient to those it allows.`,
        )
      }
      return by('nobody', `The law forbids it: ${prohibition?.law ?? ''}.`)
    }
    case 'objection-upheld':
      if (plan.agreement.objection !== 'pseudonymise')
        return by('parent', 'The objection is taken back by who made it.')
      if (form === 'pseudonym') return inAnotherForm
      return by('dpo', 'Approve a version that names the form this item takes for pupils with an objection.')
    case 'transformation-not-allowed':
      return form !== null ? inAnotherForm : by('dpo', changes[code])
    case 'not-in-population':
      return by('dpo', populationChange(plan, facts))
    case 'consent-missing':
      // Here `about` is the wording that somebody was not shown, not the purpose (see consent-holds.ts).
      if (about !== undefined && plan.context.wordings.has(about)) return by('office', tellHolders)
      return by('parent', `${changes[code]} (${about ?? ''})`)
    case 'consent-disagreement':
    case 'consent-refused':
    case 'consent-withdrawn':
    case 'consent-expired':
    case 'consent-other-wording':
    case 'consent-not-written':
    case 'consent-opted-out':
    case 'consent-child-refuses':
    case 'permission-other-code':
      return by('parent', `${changes[code]} (${about ?? ''})`)
    case 'unknown':
      return by(condition === 3 || condition === 6 ? 'office' : 'dpo', changes[code])
    case 'recipient-identity':
    case 'recipient-key':
      return by('recipient', changes[code])
    case 'agreement-off':
    case 'agreement-not-approved':
    case 'agreement-not-in-force':
    case 'review-overdue':
    case 'recipient-contract':
    case 'recipient-transfer':
    case 'item-not-listed':
    case 'basis-missing':
    case 'basis-not-in-force':
    case 'basis-article-9':
    case 'basis-schedule-1':
    case 'basis-article-10':
    case 'basis-not-for-public-authority':
      return by('dpo', changes[code])
  }
}

const tellHolders = 'Tell every person with parental responsibility, and record that it was done.'
const recordSafeguard = 'Record the safeguard that the agreement demands for data leaving the United Kingdom.'

const changes: Readonly<
  Record<Exclude<RefusalCode, 'prohibited' | 'objection-upheld' | 'not-in-population'>, string>
> = {
  'agreement-off': 'Switch the agreement on, once its facts are known.',
  'agreement-not-approved': 'Approve this version of the agreement.',
  'agreement-not-in-force': 'Approve a version that is in force on the day.',
  'review-overdue': 'Review the agreement and approve a version with its next date.',
  'recipient-identity': 'The recipient shows who it is now, and the school records that it checked.',
  'recipient-contract': 'Record the contract with the recipient, or its legal power.',
  'recipient-key': 'The recipient supplies a valid encryption key.',
  'recipient-transfer': recordSafeguard,
  'item-not-listed': 'Approve a version that lists this item, with the reason why it is needed.',
  'transformation-not-allowed': 'Approve a version that sends this item in a form the dictionary allows.',
  'basis-missing': 'Approve a version that names what it rests on and asks for what that needs.',
  'basis-not-in-force': 'Approve a version that rests on an instrument in force.',
  'basis-article-9': 'Approve a version with the Article 9 condition that covers this item.',
  'basis-schedule-1': 'Approve a version with its Schedule 1 paragraph and, for Part 2, the policy document.',
  'basis-article-10': 'Approve a version with the Article 10 condition that covers this item.',
  'basis-not-for-public-authority': 'Approve a version that rests on a public task or a legal obligation.',
  'consent-missing': 'Somebody entitled to do so says yes, on the present wording',
  'consent-refused': 'Whoever refused says yes, on the present wording',
  'consent-withdrawn': 'Yes is said again, on the present wording',
  'consent-expired': 'Somebody entitled to do so says yes again',
  'consent-other-wording': 'Somebody entitled to do so says yes on the present wording',
  'consent-not-written': 'Somebody entitled to do so says yes in writing',
  'consent-disagreement': 'Those who disagree come to one answer, and it is yes',
  'consent-child-refuses': 'The child, freely, no longer refuses',
  'consent-opted-out': 'Whoever opted out takes it back',
  'permission-other-code': 'Somebody entitled to do so permits the code that is on record now',
  unknown: 'Put on record what is missing, or put right what is malformed.',
}

function populationChange({ agreement, context, today }: CasePlan, facts: PupilFacts | null): string {
  const general = 'Approve a version whose population includes this pupil'
  if (!facts) return `${general}.`
  const items = itemsToChange(agreement.population, { values: facts.values, items: context.items, today })
  const labels = items.map((id) => context.items.get(id)?.label ?? id)
  return labels.length === 0
    ? `${general}.`
    : `${general}, or correct the register if it is wrong about: ${labels.join(', ')}.`
}
