import { newEnforcer, newModelFromString, type Enforcer } from 'casbin'
import { cedarEntities } from '../../src/core/decide/testing/cedar-oracle.ts'
import type { PupilModel } from '../../src/core/decide/testing/pupil-model.ts'
import type { DecisionCase, PolicyContext } from '../../src/core/decide/index.ts'
import type {
  Condition,
  ConsentRule,
  Dictionary,
  Item,
  ItemGrant,
  Prohibition,
} from '../../src/core/vocabulary/index.ts'

/** Deny by default, forbid wins. One enforcer an agreement, so that a request looks at that agreement's rows alone. */
const model = `
[request_definition]
r = pupil, recipient, item, day
[policy_definition]
p = item, rule, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.item == p.item && eval(p.rule)
`

/** The policy of one agreement as Casbin rows with expressions: a permit an item and a denial a prohibition and item. */
export async function casbinEnforcer(context: PolicyContext, c: DecisionCase): Promise<Enforcer> {
  const { agreement } = c.version
  const rows: string[][] = []
  const add = (item: string, rule: string, eft: 'allow' | 'deny'): number => rows.push([item, rule, eft])
  for (const grant of agreement.items) {
    const item = context.items.get(grant.item)
    if (!item) continue
    add(grant.item, permitRule(context, c, grant, item), 'allow')
    for (const prohibition of context.prohibitions) {
      const rule = forbidRule(prohibition, c, grant, item, context.items)
      if (rule !== null) add(grant.item, rule, 'deny')
    }
    if (agreement.objection === 'refuse') add(grant.item, `has(r.pupil.marks, 'objection')`, 'deny')
    else if (
      agreement.objection === 'pseudonymise' &&
      grant.ifObjected === undefined &&
      grant.as !== 'pseudonym' &&
      item.identificationRisk <= 2
    ) {
      add(grant.item, `has(r.pupil.marks, 'objection')`, 'deny')
    }
  }
  const enforcer = await newEnforcer(newModelFromString(model))
  await enforcer.addPolicies(rows)
  await enforcer.addFunction('has', (list: readonly unknown[], value: unknown) => list.includes(value))
  await enforcer.addFunction('any', (list: readonly unknown[], ...values: unknown[]) =>
    values.some((value) => list.includes(value)),
  )
  await enforcer.addFunction('every', (list: readonly unknown[], values: readonly unknown[]) =>
    values.every((value) => list.includes(value)),
  )
  return enforcer
}

const number = (date: string): number => Number(date.replaceAll('-', ''))
const name = (item: string): string => item.replace('.', '_')
const quote = (text: string): string => `'${text.replaceAll(/['"\\]/g, '')}'`

function permitRule(context: PolicyContext, { version }: DecisionCase, grant: ItemGrant, item: Item): string {
  const { agreement } = version
  const { inForce, review, basis, transport } = agreement
  const last = new Date(Date.parse(review.due) + review.graceDays * 86_400_000).toISOString().slice(0, 10)
  const law = context.law.get(basis.instrument)?.inForce
  const asked = [agreement.consent.rule, grant.consent?.rule ?? 'none']
  const special = ['health', 'ethnicity', 'religion', 'biometric'].includes(item.class)
  const paragraph = Number(/paragraph (\d+)/.exec(basis.schedule1 ?? '')?.[1] ?? '0')
  const still =
    agreement.enabled &&
    version.approvedAt !== null &&
    law?.enabled === true &&
    law.from !== null &&
    item.transformations.includes(grant.as) &&
    (basis.article6 !== 'a' || asked.includes('opt-in') || asked.includes('permission')) &&
    !(context.publicAuthority && ['f', 'ea'].includes(basis.article6)) &&
    (item.class !== 'offence' || basis.article10 !== undefined) &&
    (!special || basis.article9 !== undefined) &&
    (!special || basis.article9 !== 'a' || asked.some((rule) => !['none', 'opt-out'].includes(rule))) &&
    (!special ||
      !['b', 'g', 'h', 'i'].includes(basis.article9 ?? '') ||
      (paragraph > 0 && (paragraph < 5 || basis.policyDocument === true)))
  return [
    String(still),
    `r.day.today >= ${number(inForce.from)}`,
    inForce.to === undefined ? 'true' : `r.day.today <= ${number(inForce.to)}`,
    `r.day.today <= ${number(last)}`,
    `r.day.today >= ${number(law?.from ?? '2199-01-01')}`,
    'r.recipient.verified <= r.day.today',
    'r.recipient.contract <= r.day.today',
    transport.encrypt && !['copy-sheet', 'none'].includes(transport.kind) ? `r.recipient.key != ''` : 'true',
    agreement.transfer.country === 'GB'
      ? `(r.recipient.country == 'GB' || r.recipient.safeguardOn <= r.day.today)`
      : `r.recipient.safeguard == ${quote(agreement.transfer.safeguard ?? '')}`,
    expression(agreement.population, context.items),
    ...[agreement.consent, grant.consent].map((rule) => consentRule(rule, context)),
  ].join(' && ')
}

function expression(condition: Condition, items: Dictionary): string {
  if ('all' in condition)
    return `(${['true', ...condition.all.map((each) => expression(each, items))].join(' && ')})`
  if ('any' in condition)
    return `(${['false', ...condition.any.map((each) => expression(each, items))].join(' || ')})`
  if ('not' in condition) return `(!${expression(condition.not, items)})`
  if ('use' in condition) throw new Error('not expanded')
  const value = `r.pupil.values.${name(condition.item)}`
  const isDate = items.get(condition.item)?.type === 'date'
  const literal = (constant: string | number | boolean): string =>
    isDate
      ? String(constant).startsWith('today')
        ? `r.day.${String(constant).replace('-', '_')}`
        : String(number(String(constant)))
      : typeof constant === 'string'
        ? quote(constant)
        : String(constant)
  if ('equals' in condition) return `(${value} == ${literal(condition.equals)})`
  if ('in' in condition) return `has([${condition.in.map(literal).join(', ')}], ${value})`
  if ('range' in condition)
    return `(${value} >= ${condition.range.from} && ${value} <= ${condition.range.to})`
  if ('before' in condition) return `(${value} < ${literal(condition.before)})`
  if ('after' in condition) return `(${value} > ${literal(condition.after)})`
  return `has(r.pupil.present, ${quote(condition.item)})`
}

function consentRule(rule: ConsentRule | undefined, { wordings }: PolicyContext): string {
  if (!rule || rule.rule === 'none') return 'true'
  const kind = {
    'opt-in': 'consent',
    'opt-out': 'opt-out',
    biometric: 'biometric',
    permission: 'permission',
  }[rule.rule]
  const about = `${kind} ${rule.purpose}`
  const no = ['contact', 'pupil'].map((who) => quote(`${about}|false|${who}|true|||false`))
  const unopposed = `!any(r.pupil.said, ${no.join(', ')})`
  if (rule.rule === 'opt-out') return unopposed
  const sha256 = wordings.get(rule.wording)?.sha256 ?? ''
  const yes = ['contact', 'pupil'].map((who) => `${about}|true|${who}|true|${sha256}`)
  // `grants` leaves out code and manner; `written` has the manner; `coded` names the code that is on record now.
  if (rule.rule === 'opt-in') return `(${unopposed} && any(r.pupil.grants, ${yes.map(quote).join(', ')}))`
  if (rule.rule === 'permission' && rule.tiedTo !== undefined) {
    return `(${unopposed} && r.pupil.values.${name(rule.tiedTo)} && any(r.pupil.coded, ${yes.map((each) => `${quote(`${each}|`)} + r.pupil.values.${name(rule.tiedTo ?? '')}`).join(', ')}))`
  }
  if (rule.rule === 'permission')
    return `(${unopposed} && any(r.pupil.written, ${yes.map(quote).join(', ')}))`
  const child = ['true', 'false'].map((entitled) => quote(`${about}|false|pupil|${entitled}|||false`))
  return `(!any(r.pupil.said, ${child.join(', ')}) && ${unopposed} && every(r.pupil.told.${rule.purpose.replaceAll('-', '_')}, r.pupil.holders) && has(r.pupil.written, ${quote(yes[0] ?? '')}))`
}

function forbidRule(
  { when, items, unless }: Prohibition,
  c: DecisionCase,
  grant: ItemGrant,
  item: Item,
  dictionary: Dictionary,
): string | null {
  const { agreement } = c.version
  const { recipient } = c
  const named = items?.ids !== undefined || items?.handling !== undefined
  const selected =
    !named ||
    items.ids?.includes(item.id) === true ||
    item.handling.some((each) => items.handling?.includes(each))
  const concerns =
    selected &&
    (when.recipientKinds?.includes(recipient.kind) ?? true) &&
    (when.publishes ?? recipient.publishes) === recipient.publishes &&
    (when.educational ?? agreement.purpose.educational) === agreement.purpose.educational &&
    (when.mark !== 'objection' || agreement.objection === 'refuse') &&
    unless?.recipients?.includes(recipient.id) !== true &&
    unless?.recipientKinds?.includes(recipient.kind) !== true &&
    !(
      unless?.processorFor === 'education' &&
      recipient.role === 'processor' &&
      agreement.purpose.educational
    ) &&
    unless?.article6?.includes(agreement.basis.article6) !== true
  if (!concerns) return null
  const excepted = (form: string): boolean =>
    (unless?.as as readonly string[] | undefined)?.includes(form) === true
  const objector =
    grant.ifObjected !== undefined && agreement.objection === 'pseudonymise' ? grant.ifObjected : grant.as
  const form =
    excepted(grant.as) === excepted(objector)
      ? String(!excepted(grant.as))
      : excepted(grant.as)
        ? `has(r.pupil.marks, 'objection')`
        : `!has(r.pupil.marks, 'objection')`
  return [
    form,
    when.mark === undefined ? 'true' : `has(r.pupil.marks, ${quote(when.mark)})`,
    when.pupil === undefined ? 'true' : expression(when.pupil, dictionary),
    when.transferUnsafeguarded === true
      ? `((r.recipient.country != 'GB' || ${agreement.transfer.country !== 'GB'}) && !(r.recipient.safeguardOn <= r.day.today))`
      : 'true',
  ].join(' && ')
}

/** What Casbin is told of a pupil: the same as Cedar, in lists and texts. */
export function casbinPupil(
  context: PolicyContext,
  c: DecisionCase,
  pupil: PupilModel,
  today: string,
): object {
  const attributes = cedarEntities(context, c, pupil, today)[1]?.attrs as unknown as {
    readonly values: Readonly<Record<string, unknown>>
    readonly marks: readonly string[]
    readonly holders: readonly number[]
    readonly told: Readonly<Record<string, readonly number[]>>
    readonly said: readonly {
      about: string
      yes: boolean
      who: string
      entitled: boolean
      wording: string
      written: boolean
      code: string
    }[]
  }
  const grant = (each: (typeof attributes.said)[number]): string =>
    [each.about, each.yes, each.who, each.entitled, each.wording].join('|')
  const written = attributes.said.filter((each) => each.written)
  return {
    values: Object.fromEntries(Object.entries(attributes.values).map(([item, value]) => [name(item), value])),
    present: Object.keys(attributes.values),
    marks: attributes.marks,
    holders: attributes.holders,
    told: Object.fromEntries(
      Object.entries(attributes.told).map(([purpose, list]) => [purpose.replaceAll('-', '_'), list]),
    ),
    said: attributes.said.map((each) => [grant(each), each.code, each.written].join('|')),
    grants: attributes.said.map(grant),
    written: written.map(grant),
    coded: written.map((each) => `${grant(each)}|${each.code}`),
  }
}

/** What Casbin is told of the recipient. */
export const casbinRecipient = ({ recipient, standing }: DecisionCase): object => ({
  country: recipient.country,
  verified: number(standing.identityVerifiedOn ?? '2199-01-01'),
  contract: number(standing.contractOn ?? '2199-01-01'),
  key: standing.ageRecipient ?? '',
  safeguard: (standing.transferSafeguard ?? '').replaceAll(/['"\\]/g, ''),
  safeguardOn:
    standing.transferSafeguard === null ? 99_999_999 : number(standing.transferSafeguardOn ?? '2199-01-01'),
})
