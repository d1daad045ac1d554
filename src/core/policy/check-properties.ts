import type { Agreement, Instrument, Item, ItemGrant, ItemId, Recipient } from '../vocabulary/index.ts'
import type { Policy } from './policy.ts'
import type { CaseFacts, CaseTest, ItemTest, StaticProperty } from './static-property.ts'

export interface BrokenProperty {
  readonly property: string
  readonly agreement: string
  readonly item: ItemId | null
  /** A plain sentence that names the property, the agreement and the item. */
  readonly text: string
}

/** What checking properties looks at; a policy, or what is in force in a school. */
export type Checkable = Pick<Policy, 'items' | 'law' | 'recipients' | 'properties'> & {
  readonly agreements: ReadonlyMap<string, Agreement>
}

export interface Case {
  readonly agreement: Agreement
  readonly recipient: Recipient
  readonly instrument: Instrument | undefined
  /** Null when the property is about agreements. */
  readonly grant: ItemGrant | null
  readonly items: Checkable['items']
}

/** Every property that does not hold, for each agreement and item it fails on; empty when all are proved. */
export function checkProperties(policy: Checkable): readonly BrokenProperty[] {
  return policy.properties.flatMap((property) =>
    selectedCases(policy, property)
      .filter((c) => !holds(property.must, c))
      .map(({ agreement, grant }) => ({
        property: property.id,
        agreement: agreement.id,
        item: grant?.item ?? null,
        text: `${property.label}. This does not hold for the agreement “${agreement.id}”${
          grant ? `, item ${grant.item}` : ''
        }.`,
      })),
  )
}

/** The agreements or items that a property speaks about. One that selects nothing proves nothing. */
export function selectedCases(policy: Checkable, property: StaticProperty): readonly Case[] {
  const cases: Case[] = []
  for (const agreement of policy.agreements.values()) {
    const recipient = policy.recipients.get(agreement.recipient)
    if (!recipient) continue
    const instrument = policy.law.get(agreement.basis.instrument)
    const grants = property.each === 'item' ? agreement.items : [null]
    for (const grant of grants) cases.push({ agreement, recipient, instrument, grant, items: policy.items })
  }
  return cases.filter((c) => holds(property.where, c))
}

function holds(test: CaseTest, c: Case): boolean {
  if ('all' in test) return test.all.every((each) => holds(each, c))
  if ('any' in test) return test.any.some((each) => holds(each, c))
  if ('not' in test) return !holds(test.not, c)
  return factsMatch(test, c)
}

function factsMatch(facts: CaseFacts, c: Case): boolean {
  const { item, lists, consent } = facts
  return (
    agreementMatches(facts.agreement ?? {}, c.agreement) &&
    recipientMatches(facts.recipient ?? {}, c.recipient) &&
    basisMatches(facts.basis ?? {}, c) &&
    (consent === undefined || [c.agreement.consent, c.grant?.consent].some((r) => r && consent.includes(r.rule))) &&
    (item === undefined || (c.grant !== null && grantMatches(item, c.grant, c.items))) &&
    (lists === undefined || c.agreement.items.some((grant) => grantMatches(lists, grant, c.items)))
  )
}

function agreementMatches(test: NonNullable<CaseFacts['agreement']>, a: Agreement): boolean {
  return (
    within(test.ids, a.id) &&
    within(test.kinds, a.kind) &&
    same(test.enabled, a.enabled) &&
    within(test.purposes, a.purpose.id) &&
    same(test.educational, a.purpose.educational) &&
    within(test.objection, a.objection) &&
    within(test.formats, a.format.kind) &&
    within(test.transports, a.transport.kind) &&
    same(test.encrypted, a.transport.encrypt) &&
    within(test.absenceMeans, a.absenceMeans) &&
    within(test.onEnding, a.retention.onEnding) &&
    within(test.visibility, a.visibility) &&
    (test.reviewWithinDays === undefined || days(a.inForce.from, a.review.due) <= test.reviewWithinDays) &&
    (test.graceWithinDays === undefined || a.review.graceDays <= test.graceWithinDays) &&
    same(test.safeguarded, a.transfer.country === 'GB' || a.transfer.safeguard !== null) &&
    same(test.hasItems, a.items.length > 0)
  )
}

const recipientMatches = (test: NonNullable<CaseFacts['recipient']>, r: Recipient): boolean =>
  within(test.ids, r.id) &&
  within(test.kinds, r.kind) &&
  within(test.roles, r.role) &&
  same(test.commercial, r.commercial) &&
  same(test.publishes, r.publishes) &&
  same(test.inUk, r.country === 'GB')

function basisMatches(test: NonNullable<CaseFacts['basis']>, { agreement, instrument }: Case): boolean {
  const { basis } = agreement
  return (
    within(test.article6, basis.article6) &&
    within(test.article9, basis.article9) &&
    same(test.article9Given, basis.article9 !== undefined) &&
    same(test.schedule1Given, basis.schedule1 !== undefined) &&
    same(test.policyDocument, basis.policyDocument === true) &&
    within(test.instruments, basis.instrument) &&
    within(test.instrumentKinds, instrument?.kind) &&
    same(test.instrumentOn, instrument?.inForce.enabled === true)
  )
}

function grantMatches(test: ItemTest, grant: ItemGrant, items: ReadonlyMap<ItemId, Item>): boolean {
  const item = items.get(grant.item)
  return (
    item !== undefined &&
    within(test.ids, item.id) &&
    within(test.subjects, item.subject) &&
    (test.handling === undefined || test.handling.some((each) => item.handling.includes(each))) &&
    within(test.classes, item.class) &&
    same(test.special, item.class !== 'ordinary' && item.class !== 'offence') &&
    within(test.sensitivity, item.sensitivity) &&
    within(test.identificationRisk, item.identificationRisk) &&
    within(test.as, grant.as)
  )
}

const within = <T>(allowed: readonly T[] | undefined, value: T | undefined): boolean =>
  allowed === undefined || (value !== undefined && allowed.includes(value))

const same = (wanted: boolean | undefined, is: boolean): boolean => wanted === undefined || wanted === is

const days = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000
