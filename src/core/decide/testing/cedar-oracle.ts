import { preparsePolicySet, statefulIsAuthorized, type EntityJson } from '@cedar-policy/cedar-wasm/nodejs'
import type {
  Agreement,
  Condition,
  ConsentRule,
  Dictionary,
  Item,
  ItemGrant,
  Prohibition,
  Transformation,
} from '../../vocabulary/index.ts'
import type { DecisionCase, PolicyContext } from '../policy-context.ts'
import type { ChoiceModel, PupilModel } from './pupil-model.ts'

/**
 * The same policy told to Cedar: one permit an item, one forbid a prohibition and item. Written from the blueprint and the
 * vocabulary alone, without looking at `decide`: it shares no code with it, so that a mistake must be made twice to pass.
 * Dates are numbers (20260901), instants are milliseconds.
 */
export function cedarPolicies(context: PolicyContext, c: DecisionCase): Record<string, string> {
  const { agreement } = c.version
  const policies: Record<string, string> = {}
  for (const [i, grant] of agreement.items.entries()) {
    const item = context.items.get(grant.item)
    if (!item) continue // nothing is said about it, so Cedar denies it
    policies[`permit-${i}`] = `permit (principal, action == ${action(grant.item)}, resource) when {
  ${[
    ...agreementConditions(c),
    ...recipientConditions(agreement),
    population(agreement.population, context.items),
    ...formConditions(grant, item),
    ...basisConditions(context, agreement, grant, item),
    ...[agreement.consent, grant.consent].map((rule) => consentCondition(rule, context)),
  ].join('\n  && ')}
};`
    for (const [k, prohibition] of context.prohibitions.entries()) {
      policies[`forbid-${i}-${k}`] = forbid(prohibition, grant, item, agreement, context.items)
    }
    if (agreement.objection !== 'unavailable') {
      const keeps =
        agreement.objection === 'refuse' ||
        (grant.ifObjected === undefined && grant.as !== 'pseudonym' && item.identificationRisk <= 2)
      policies[`objection-${i}`] =
        `forbid (principal, action == ${action(grant.item)}, resource) when { ${keeps} && ${carries('objection')} };`
    }
  }
  return policies
}

const text = (value: string): string => JSON.stringify(value)
const action = (item: string): string => `Action::${text(item)}`
const number = (date: string): number => Number(date.replaceAll('-', ''))
const carries = (kind: string): string => `resource.marks.contains(${text(kind)})`

function agreementConditions({ version }: DecisionCase): string[] {
  const { enabled, inForce, review } = version.agreement
  const last = new Date(`${review.due}T12:00:00Z`)
  last.setUTCDate(last.getUTCDate() + review.graceDays)
  return [
    String(enabled),
    version.approvedAt && version.approvedBy ? `context.now >= ${version.approvedAt.getTime()}` : 'false',
    `context.today >= ${number(inForce.from)}`,
    inForce.to === undefined ? 'true' : `context.today <= ${number(inForce.to)}`,
    `context.today <= ${number(last.toISOString().slice(0, 10))}`,
  ]
}

const abroad = (agreement: Agreement): string =>
  `(principal.country != "GB" || ${agreement.transfer.country !== 'GB'})`
const guarded = (agreement: Agreement): string =>
  `(principal has safeguard && principal has safeguardOn && principal.safeguardOn <= context.today
    && ${agreement.transfer.safeguard === null ? 'true' : `principal.safeguard == ${text(agreement.transfer.safeguard)}`})`

function recipientConditions(agreement: Agreement): string[] {
  const needsKey = agreement.transport.encrypt && !['copy-sheet', 'none'].includes(agreement.transport.kind)
  return [
    `principal.shownBy == ${text(agreement.recipient)}`,
    'principal has verified && principal.verified <= context.today',
    '(if principal has changed then principal.changed <= principal.verified else true)',
    'principal has contract && principal.contract <= context.today',
    needsKey ? 'principal has key && principal.key like "age1*"' : 'true',
    needsKey ? '(if principal has keyExpires then principal.keyExpires >= context.today else true)' : 'true',
    `(${abroad(agreement)} && !${guarded(agreement)}) == false`,
  ]
}

/** A test on an item without a value is false: the attribute isn't there. */
function population(condition: Condition, items: Dictionary): string {
  if ('all' in condition)
    return `(${['true', ...condition.all.map((each) => population(each, items))].join(' && ')})`
  if ('any' in condition)
    return `(${['false', ...condition.any.map((each) => population(each, items))].join(' || ')})`
  if ('not' in condition) return `(!${population(condition.not, items)})`
  if ('use' in condition) throw new Error('not expanded')
  const name = text(condition.item)
  const isDate = items.get(condition.item)?.type === 'date'
  const literal = (value: string | number | boolean): string =>
    isDate
      ? String(value).startsWith('today')
        ? `context.days[${text(String(value))}]`
        : String(number(String(value)))
      : typeof value === 'string'
        ? text(value)
        : String(value)
  const attribute = `resource.values[${name}]`
  const test =
    'equals' in condition
      ? `${attribute} == ${literal(condition.equals)}`
      : 'in' in condition
        ? `[${condition.in.map(literal).join(', ')}].contains(${attribute})`
        : 'range' in condition
          ? `${attribute} >= ${condition.range.from} && ${attribute} <= ${condition.range.to}`
          : 'before' in condition
            ? `${attribute} < ${literal(condition.before)}`
            : 'after' in condition
              ? `${attribute} > ${literal(condition.after)}`
              : 'true'
  return `(resource.values has ${name} && ${test})`
}

function formConditions(grant: ItemGrant, item: Item): string[] {
  const works: Record<Transformation, readonly string[]> = {
    'as-is': ['text', 'code', 'date', 'boolean', 'integer'],
    flag: ['text', 'code', 'date', 'boolean', 'integer'],
    pseudonym: ['text', 'code', 'date', 'boolean', 'integer'],
    initial: ['text', 'code'],
    district: ['text', 'code'],
    year: ['date'],
    'age-band': ['date'],
  }
  const forms = [grant.as, grant.ifObjected ?? grant.as]
  return forms.map((form) => String(item.transformations.includes(form) && works[form].includes(item.type)))
}

function basisConditions(
  context: PolicyContext,
  agreement: Agreement,
  grant: ItemGrant,
  item: Item,
): string[] {
  const { basis } = agreement
  const instrument = context.law.get(basis.instrument)?.inForce
  const asked = [agreement.consent.rule, grant.consent?.rule ?? 'none']
  const special = ['health', 'ethnicity', 'religion', 'biometric'].includes(item.class)
  const paragraph = Number(/\d+/.exec((basis.schedule1 ?? '').replace(/part \d/i, ''))?.[0] ?? '0')
  return [
    instrument?.enabled === true && instrument.from !== null
      ? `context.today >= ${number(instrument.from)}`
      : 'false',
    instrument?.to === undefined ? 'true' : `context.today <= ${number(instrument.to)}`,
    basis.article6 !== 'a' ? 'true' : String(asked.includes('opt-in') || asked.includes('permission')),
    `!(context.publicAuthority && ["f", "ea"].contains(${text(basis.article6)}))`,
    item.class === 'offence' ? String((basis.article10 ?? '') !== '') : 'true',
    special ? String(basis.article9 !== undefined) : 'true',
    special && basis.article9 === 'a'
      ? String(asked.some((rule) => !['none', 'opt-out'].includes(rule)))
      : 'true',
    special && ['b', 'g', 'h', 'i'].includes(basis.article9 ?? '')
      ? String(paragraph > 0 && (paragraph < 5 || paragraph > 28 || basis.policyDocument === true))
      : 'true',
  ]
}

const kindOf = {
  'opt-in': 'consent',
  'opt-out': 'opt-out',
  biometric: 'biometric',
  permission: 'permission',
} as const

/** Answers are records in a set; a rule holds when the set has one of those that would do, and none that objects. */
function consentCondition(rule: ConsentRule | undefined, { wordings }: PolicyContext): string {
  if (!rule || rule.rule === 'none') return 'true'
  const kind = kindOf[rule.rule]
  const says = (yes: boolean, who: string, more: string): string =>
    `{ about: ${text(`${kind} ${rule.purpose}`)}, yes: ${yes}, who: ${text(who)}, ${more} }`
  const objection = (who: string, entitled: boolean): string =>
    says(false, who, `entitled: ${entitled}, wording: "", written: false, code: ""`)
  const adults =
    rule.rule === 'biometric'
      ? [objection('contact', true)]
      : [objection('contact', true), objection('pupil', true)]
  const nobodyObjects = `!resource.said.containsAny([${adults.join(', ')}])`
  if (rule.rule === 'opt-out') return nobodyObjects
  const wording = wordings.get(rule.wording)
  if (wording?.purpose !== rule.purpose) return 'false'
  const grant = (who: string, written: boolean, code: string): string =>
    says(true, who, `entitled: true, wording: ${text(wording.sha256)}, written: ${written}, code: ${code}`)
  const codes = ['""', '"C1"', '"C2"']
  const somebodyGrants = (
    who: readonly string[],
    written: readonly boolean[],
    which: readonly string[],
  ): string =>
    `resource.said.containsAny([${who
      .flatMap((each) => written.flatMap((w) => which.map((code) => grant(each, w, code))))
      .join(', ')}])`
  switch (rule.rule) {
    case 'opt-in':
      return `(${nobodyObjects} && ${somebodyGrants(['contact', 'pupil'], [true, false], codes)})`
    case 'permission':
      return rule.tiedTo === undefined
        ? `(${nobodyObjects} && ${somebodyGrants(['contact', 'pupil'], [true], codes)})`
        : `(${nobodyObjects} && resource.values has ${text(rule.tiedTo)} && ${somebodyGrants(['contact', 'pupil'], [true], [`resource.values[${text(rule.tiedTo)}]`])})`
    case 'biometric': {
      const child = `!resource.said.containsAny([${objection('pupil', true)}, ${objection('pupil', false)}])`
      const told = `resource.told[${text(rule.purpose)}].containsAll(resource.holders)`
      return `(${child} && ${nobodyObjects} && ${told} && ${somebodyGrants(['contact'], [true], codes)})`
    }
  }
}

function forbid(
  { when, items, unless }: Prohibition,
  grant: ItemGrant,
  item: Item,
  agreement: Agreement,
  dictionary: Dictionary,
): string {
  const named = items?.ids !== undefined || items?.handling !== undefined
  const selected =
    !named ||
    (items.ids?.includes(item.id) ?? false) ||
    item.handling.some((each) => items.handling?.includes(each))
  const list = (values: readonly string[] | undefined): string => `[${(values ?? []).map(text).join(', ')}]`
  const parts = [
    String(selected),
    when.mark === undefined ? 'true' : carries(when.mark),
    when.mark === 'objection' ? String(agreement.objection === 'refuse') : 'true',
    when.pupil === undefined ? 'true' : population(when.pupil, dictionary),
    when.recipientKinds === undefined ? 'true' : `${list(when.recipientKinds)}.contains(principal.kind)`,
    when.publishes === undefined ? 'true' : `principal.publishes == ${when.publishes}`,
    when.educational === undefined ? 'true' : String(agreement.purpose.educational === when.educational),
    when.transferUnsafeguarded === undefined
      ? 'true'
      : `(${abroad(agreement)} && !${guarded(agreement)}) == ${when.transferUnsafeguarded}`,
  ]
  const form =
    agreement.objection === 'pseudonymise' && grant.ifObjected !== undefined
      ? `(if ${carries('objection')} then ${text(grant.ifObjected)} else ${text(grant.as)})`
      : text(grant.as)
  const exceptions = [
    `${list(unless?.recipients)}.contains(${text(agreement.recipient)})`,
    `${list(unless?.recipientKinds)}.contains(principal.kind)`,
    unless?.processorFor === 'education'
      ? `principal.role == "processor" && ${agreement.purpose.educational}`
      : 'false',
    `${list(unless?.article6)}.contains(${text(agreement.basis.article6)})`,
    `${list(unless?.as)}.contains(${form})`,
  ]
  return `forbid (principal, action == ${action(grant.item)}, resource) when { ${parts.join(' && ')} } unless { ${exceptions
    .map((each) => `(${each})`)
    .join(' || ')} };`
}

/** The recipient and the pupil as Cedar sees them at the case's instant. */
export function cedarEntities(
  context: PolicyContext,
  c: DecisionCase,
  pupil: PupilModel,
  today: string,
): EntityJson[] {
  const { recipient, standing } = c
  const given = (attributes: Record<string, string | number | null>): Record<string, string | number> =>
    Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    )
  const day = (date: string | null): number | null => (date === null ? null : number(date))
  const values = Object.entries(pupil.values).flatMap(([item, value]) => {
    const type = context.items.get(item)?.type
    return value === null ? [] : [[item, type === 'date' ? number(String(value)) : value]]
  })
  const purposes = [...new Set([...context.wordings.values()].map(({ purpose }) => purpose))]
  const said = pupil.choices.filter(({ recordedAt }) => recordedAt.getTime() <= c.at.getTime())
  return [
    {
      uid: { type: 'Recipient', id: recipient.id },
      attrs: {
        kind: recipient.kind,
        role: recipient.role,
        publishes: recipient.publishes,
        country: recipient.country,
        shownBy: standing.recipientId,
        ...given({
          verified: day(standing.identityVerifiedOn),
          changed: day(standing.identityChangedOn),
          contract: day(standing.contractOn),
          key: standing.ageRecipient,
          keyExpires: day(standing.ageRecipientExpiresOn),
          safeguard: standing.transferSafeguard,
          safeguardOn: day(standing.transferSafeguardOn),
        }),
      },
      parents: [],
    },
    {
      uid: { type: 'Pupil', id: pupil.id },
      attrs: {
        values: Object.fromEntries(values) as Record<string, string | number | boolean>,
        said: answers(pupil, said, c.at, today),
        told: Object.fromEntries(
          purposes.map((purpose) => [
            purpose,
            said
              .filter(
                (choice) =>
                  choice.kind === 'biometric' &&
                  choice.purpose === purpose &&
                  typeof choice.giver === 'number',
              )
              .map(({ giver }) => giver),
          ]),
        ),
        holders: pupil.contacts.flatMap((contact, i) =>
          contact.parentalResponsibility && !contact.courtOrder && !isBound(pupil, i, c.at, today) ? [i] : [],
        ),
        marks: pupil.marks.flatMap((mark) =>
          mark.from <= today &&
          (mark.to === null || mark.to >= today) &&
          (mark.liftedAt === null || mark.liftedAt.getTime() > c.at.getTime()) &&
          (mark.agreementId === null || mark.agreementId === c.version.agreement.id) &&
          !mark.allowedRecipients.includes(recipient.id)
            ? [mark.kind]
            : [],
        ),
      },
      parents: [],
    },
  ]
}

/** An order in force against a contact, whichever agreement or recipient the mark speaks of. */
const isBound = (pupil: PupilModel, contact: number, at: Date, today: string): boolean =>
  pupil.marks.some(
    (mark) =>
      mark.kind === 'court-order' &&
      mark.contact === contact &&
      number(mark.from) <= number(today) &&
      number(mark.to ?? '9999-12-31') >= number(today) &&
      (mark.liftedAt?.getTime() ?? Infinity) > at.getTime(),
  )

/** Goes through what was said from the last to the first; the first answer met of a giver is its latest. */
function answers(pupil: PupilModel, said: readonly ChoiceModel[], at: Date, today: string) {
  const heard = new Set<string>()
  const ended = new Set<string>()
  const result: {
    about: string
    yes: boolean
    who: string
    entitled: boolean
    wording: string
    written: boolean
    code: string
  }[] = []
  for (const choice of said.toReversed()) {
    const about = `${choice.kind} ${choice.purpose}`
    if (choice.giver === 'school') {
      if (['revoked', 'expired', 'invalidated'].includes(choice.state)) ended.add(about)
      continue
    }
    if (['requested', 'deferred'].includes(choice.state)) continue
    const giver = `${about} ${choice.giver}`
    if (heard.has(giver)) continue
    heard.add(giver)
    const contact = typeof choice.giver === 'number' ? pupil.contacts[choice.giver] : undefined
    const who = choice.giver === 'pupil' ? 'pupil' : 'contact'
    // Compared as numbers: somebody born on 20131124 is 13 from 20261124 on.
    const entitled = contact
      ? contact.parentalResponsibility &&
        !contact.courtOrder &&
        !isBound(pupil, Number(choice.giver), at, today)
      : number(String(pupil.values['pupil.dateOfBirth'])) + 130000 <= number(today)
    if (['refused', 'withdrawn'].includes(choice.state)) {
      result.push({ about, yes: false, who, entitled, wording: '', written: false, code: '' })
    } else if (
      ['given', 'renewed'].includes(choice.state) &&
      !ended.has(about) &&
      (choice.expiresAt === null || choice.expiresAt.getTime() > at.getTime())
    ) {
      const written = choice.method !== 'spoken-witnessed'
      result.push({
        about,
        yes: true,
        who,
        entitled,
        wording: choice.wordingSha256,
        written,
        code: choice.tiedTo ?? '',
      })
    }
  }
  return result
}

/** Every `today` and `today-N` that is written anywhere in a policy, as Cedar's and Casbin's number of that day. */
export function daysMeant(policy: unknown, today: string): Record<string, number> {
  const written = JSON.stringify(policy).match(/(?<=")today(-\d+)?(?=")/g) ?? []
  return Object.fromEntries(
    written.map((word) => {
      const ago = Number(word.slice('today-'.length) || 0)
      const [year = 0, month = 0, day = 0] = today.split('-').map(Number)
      return [word, number(new Date(Date.UTC(year, month - 1, day - ago)).toISOString().slice(0, 10))]
    }),
  )
}

export interface CedarOracle {
  permits(pupil: PupilModel, item: string): boolean
}

/** Parses the policies once and asks about one pupil and item at a time. An error inside a policy is a fault of the oracle. */
export function cedarOracle(
  context: PolicyContext,
  c: DecisionCase,
  today: string,
  name = 'oracle',
): CedarOracle {
  const parsed = preparsePolicySet(name, { staticPolicies: cedarPolicies(context, c) })
  if (parsed.type === 'failure') throw new Error(parsed.errors.map(({ message }) => message).join('; '))
  const known = new Map<string, EntityJson[]>()
  const days = daysMeant([c.version.agreement, context.prohibitions], today)
  return {
    permits(pupil, item) {
      const entities = known.get(pupil.id) ?? cedarEntities(context, c, pupil, today)
      known.set(pupil.id, entities)
      const answer = statefulIsAuthorized({
        principal: { type: 'Recipient', id: c.recipient.id },
        action: { type: 'Action', id: item },
        resource: { type: 'Pupil', id: pupil.id },
        context: {
          today: number(today),
          days,
          now: c.at.getTime(),
          publicAuthority: context.publicAuthority,
        },
        preparsedPolicySetId: name,
        entities,
      })
      if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '))
      const { decision, diagnostics } = answer.response
      if (diagnostics.errors.length > 0)
        throw new Error(diagnostics.errors.map(({ error }) => error.message).join('; '))
      return decision === 'allow'
    },
  }
}
