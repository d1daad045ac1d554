import type { ItemId, Mark, Value } from '../vocabulary/index.ts'
import { grantersOf } from './consent.ts'
import { knownValue } from './condition-holds.ts'
import { ruleKey, type CasePlan } from './plan.ts'
import type { PupilFacts } from './policy-context.ts'
import { isLive, type ContactRecord } from './pupil-record.ts'
import { transformOn } from './transform.ts'
import type { Verdict } from './verdict.ts'

/**
 * The pure twin of the set-wise statement for contacts: those of a pupil's contacts who may be named to the recipient, in
 * the order of the register, each with the items that the verdict permits, in their form. A pseudonym is still the id.
 * @throws Unknown when something needed was not read or is malformed.
 */
export function contactsNamed(
  plan: CasePlan,
  facts: PupilFacts,
  contacts: readonly ContactRecord[],
  { permitted }: Verdict,
): readonly ReadonlyMap<ItemId, Value>[] {
  const items = permitted.flatMap(({ item: id, as }) => {
    const item = plan.context.items.get(id)
    return item?.subject === 'contact' ? [{ id, as, type: item.type }] : []
  })
  if (items.length === 0) return []
  const isMeant = meantBy(plan, facts)
  return contacts
    .filter((contact) => !isBoundByOrder(plan, facts, contact) && isMeant(contact))
    .toSorted((a, b) => a.priority - b.priority || (a.contactId < b.contactId ? -1 : 1))
    .map(
      ({ contactId, values }) =>
        new Map(
          items.map(({ id, as, type }) => [
            id,
            as === 'pseudonym' ? contactId : transformOn(as, type, values[id] ?? null, plan.today),
          ]),
        ),
    )
}

/** An order keeps a contact from every recipient, but for those that its mark lets know of the contact. */
function isBoundByOrder(plan: CasePlan, { marks }: PupilFacts, contact: ContactRecord): boolean {
  const allows = (mark: Mark): boolean => mark.allowedRecipients.includes(plan.recipient.id)
  const orders = marks.filter(
    (mark) =>
      mark.kind === 'court-order' &&
      mark.contactId === contact.contactId &&
      isLive(mark, plan.today) &&
      (mark.agreementId === null || mark.agreementId === plan.agreement.id),
  )
  return orders.some((mark) => !allows(mark)) || (contact.courtOrder && !orders.some(allows))
}

/** Which contacts the agreement is about: see `Agreement.contacts`. */
function meantBy(plan: CasePlan, facts: PupilFacts): (contact: ContactRecord) => boolean {
  const { contacts, consent } = plan.agreement
  if (contacts === undefined) return () => true
  if (contacts === 'parental-responsibility') return (contact) => contact.parentalResponsibility
  if (consent.rule === 'none') return () => false
  const planned = plan.rules.find(({ rule }) => ruleKey(rule) === ruleKey(consent))
  const tested = { values: facts.values, items: plan.context.items, today: plan.today }
  const tied =
    consent.rule === 'permission' && consent.tiedTo !== undefined && plan.context.items.has(consent.tiedTo)
  const granters = grantersOf({
    rule: consent,
    wordingSha256: planned?.wordingSha256 ?? null,
    at: plan.at,
    choices: facts.choices,
    holders: facts.holders,
    tiedValue: tied ? knownValue(consent.tiedTo, tested) : undefined,
  })
  return (contact) => contact.parentalResponsibility && granters.has(contact.contactId)
}
