import { isIsoDate, type IsoDate, type MarkKind } from '../vocabulary/index.ts'
import { columnOf, conditionSql, type SqlPlace } from './condition-sql.store.ts'
import { grantRanks, kindOf, type ConsentProblem } from './consent.ts'
import { ruleKey, type CasePlan, type PlannedRule } from './plan.ts'
import type { Parameters } from './statement.ts'

/** How one rule's answer is written in a pattern: one letter. `.` is: the rule holds. */
export const answerLetters: Readonly<Record<string, ConsentProblem | null>> = {
  '.': null,
  M: 'missing',
  R: 'refused',
  W: 'withdrawn',
  D: 'disagreement',
  O: 'opted-out',
  U: 'code-unknown',
  S: 'ended-by-school',
  X: 'expired',
  V: 'other-wording',
  N: 'not-written',
  K: 'other-code',
}

const letterOf = (problem: ConsentProblem | null): string =>
  Object.keys(answerLetters).find((letter) => answerLetters[letter] === problem) ?? '?'

/** Where each finding of one plan stands: boolean expressions, and one letter a rule, over the aliases of `from`. */
export interface FindingExpressions {
  readonly inPopulation: string
  readonly objected: string
  readonly consent: readonly {
    readonly letter: string
    readonly childRefuses: string | null
    readonly notNotified: string | null
  }[]
  /** Null where a prohibition bites whoever the pupil is. */
  readonly bites: readonly (string | null)[]
}

export interface FindingsSource {
  /** The body of a `with`: what people said and the marks, each gone through once for all plans together. */
  readonly with: readonly string[]
  /** `pupil_facts f` and its joins. */
  readonly from: string
  readonly plans: readonly FindingExpressions[]
}

/**
 * The SQL compilation of `findingsOf`, for any number of plans of one school at one instant.
 *
 * `pupils` may narrow it to some of them. The joins are `full` although each right side is about pupils alone (foreign keys see to that): a full join can only be
 * made by hashing or merging. The embedded store has no statistics, and there a left join becomes a loop in a loop, which
 * took minutes for one primary school.
 */
export function findingsSource(
  plans: readonly CasePlan[],
  parameters: Parameters,
  pupils: string | null = null,
): FindingsSource {
  const [first] = plans
  if (!first) throw new Error('there is nothing to decide')
  const place: SqlPlace = { items: first.context.items, today: first.today, parameters }
  const rules = distinctRules(plans)
  const marks = new Map<string, string>()
  const carries = (kind: MarkKind, { agreement, recipient }: CasePlan): string => {
    const test = `kind = ${parameters.put(kind, 'text')}
      and (agreement_id is null or agreement_id = ${parameters.put(agreement.id, 'text')})
      and not ${parameters.put(recipient.id, 'text')} = any(allowed_recipients)`
    const column = marks.get(test) ?? `m${marks.size}`
    marks.set(test, column)
    return `coalesce(m.${column}, false)`
  }
  const expressions = plans.map((plan): FindingExpressions => ({
    inPopulation: conditionSql(plan.agreement.population, place),
    objected: plan.agreement.objection === 'unavailable' ? 'false' : carries('objection', plan),
    consent: plan.rules.map((planned) =>
      ruleExpressions(planned, rules.indexOf(sameAs(planned, rules)), place),
    ),
    bites: plan.prohibitions.map(({ perPupil, prohibition: { when } }) => {
      if (!perPupil) return null
      const parts = [when.mark && carries(when.mark, plan), when.pupil && conditionSql(when.pupil, place)]
      return `(${parts.filter(Boolean).join(' and ')})`
    }),
  }))
  const asked = rules.length > 0
  const marked = marks.size > 0
  const untold = rules.map(({ rule }, i) => (rule.rule === 'biometric' ? i : -1)).filter((i) => i >= 0)
  const join = (name: string, alias: string): string =>
    `full join ${name} ${alias} on ${alias}.school_urn = f.school_urn and ${alias}.pupil_id = f.pupil_id`
  return {
    with: [
      ...(asked ? consentCtes(rules, first, place) : []),
      ...untold.map((i) => untoldCte(rules[i], i, first.at, parameters)),
      ...(marked ? [markCte(marks, first, parameters)] : []),
    ],
    from: [
      pupils === null ? 'pupil_facts f' : `(select * from pupil_facts where ${pupils}) f`,
      asked ? join('consent', 'c') : '',
      ...untold.map((i) => join(`untold${i}`, `u${i}`)),
      marked ? join('mark', 'm') : '',
    ]
      .filter(Boolean)
      .join('\n  '),
    plans: expressions,
  }
}

const keyOf = ({ rule, wordingSha256 }: PlannedRule): string => `${ruleKey(rule)}\n${wordingSha256 ?? ''}`

function distinctRules(plans: readonly CasePlan[]): readonly PlannedRule[] {
  const rules = new Map<string, PlannedRule>()
  for (const planned of plans.flatMap((plan) => plan.rules)) rules.set(keyOf(planned), planned)
  return [...rules.values()]
}

function sameAs(planned: PlannedRule, rules: readonly PlannedRule[]): PlannedRule {
  return rules.find((each) => keyOf(each) === keyOf(planned)) ?? planned
}

function ruleExpressions(
  { rule }: PlannedRule,
  i: number,
  { items }: SqlPlace,
): FindingExpressions['consent'][number] {
  const answered = `coalesce(c.r${i}, '${rule.rule === 'opt-out' ? '.' : letterOf('missing')}')`
  const tied =
    rule.rule === 'permission' && rule.tiedTo !== undefined && items.has(rule.tiedTo) ? rule.tiedTo : null
  return {
    letter: tied
      ? `case when ${columnOf(tied, items)} is null then '${letterOf('code-unknown')}' else ${answered} end`
      : answered,
    childRefuses: rule.rule === 'biometric' ? `coalesce(c.child${i}, false)` : null,
    notNotified: rule.rule === 'biometric' ? `(u${i}.pupil_id is not null)` : null,
  }
}

/**
 * `consent`: one row a pupil who, or whose people, said anything; a letter a rule. The latest answer of each giver is found
 * once for all rules; then each rule weighs those of its purpose and kind, exactly as `consentProblems` does.
 */
function consentCtes(
  rules: readonly PlannedRule[],
  plan: CasePlan,
  { items, parameters }: SqlPlace,
): readonly string[] {
  const text = (value: string): string => parameters.put(value, 'text')
  const purposes = parameters.put([...new Set(rules.map(({ rule }) => rule.purpose))].sort(), 'text[]')
  const at = parameters.put(plan.at.toISOString(), 'timestamptz')
  const tiedItems = [
    ...new Set(
      rules.flatMap(({ rule }) =>
        rule.rule === 'permission' && rule.tiedTo !== undefined && items.has(rule.tiedTo)
          ? [rule.tiedTo]
          : [],
      ),
    ),
  ]
  const good = grantRanks.length
  const rank = (name: (typeof grantRanks)[number]): number => grantRanks.indexOf(name)
  const weigh = ({ rule, wordingSha256 }: PlannedRule, i: number): string => {
    const mine = `purpose = ${text(rule.purpose)} and kind = ${text(kindOf[rule.rule])}`
    const entitled = `${mine} and entitled${rule.rule === 'biometric' ? ` and giver <> 'pupil'` : ''}`
    const objects = `bool_or(objects) filter (where ${entitled})`
    if (rule.rule === 'opt-out')
      return `case when ${objects} then '${letterOf('opted-out')}' else '.' end as r${i}`
    const tied =
      rule.rule === 'permission' && rule.tiedTo !== undefined && items.has(rule.tiedTo) ? rule.tiedTo : null
    const best = `max(case when flaw is not null then flaw
        when wording_sha256 is distinct from ${parameters.put(wordingSha256, 'text')} then ${rank('other-wording')}
        ${rule.rule === 'opt-in' ? '' : `when not written then ${rank('not-written')}`}
        ${tied ? `when tied_to is distinct from "${tied}" then ${rank('other-code')}` : ''}
        else ${good} end) filter (where ${entitled} and not objects)`
    const lastly = (state: string): string =>
      `coalesce(max(sequence) filter (where ${entitled} and state = '${state}'), 0)`
    const letters = [...grantRanks.map(letterOf), '.'].map((letter) => `'${letter}'`).join(', ')
    return `case when ${objects} then
          case when ${best} = ${good} then '${letterOf('disagreement')}'
            when ${lastly('withdrawn')} > ${lastly('refused')} then '${letterOf('withdrawn')}' else '${letterOf('refused')}' end
        else coalesce((array[${letters}])[${best} + 1], '${letterOf('missing')}') end as r${i}${
          rule.rule === 'biometric'
            ? `,\n      bool_or(objects) filter (where ${mine} and giver = 'pupil') as child${i}`
            : ''
        }`
  }
  const opinions = `purpose = any(${purposes}) and recorded_at <= ${at}`
  return [
    // What the school ended is found beside each answer by a window, not by a join: see `findingsSource`.
    `said as (
    select school_urn, pupil_id, purpose, kind, state, giver, giver_contact_id, sequence, wording_sha256, tied_to,
      expires_at, method in ('paper', 'portal', 'written') as written,
      max(case when giver = 'school' and state in ('revoked', 'expired', 'invalidated')
        then sequence * 2 + (state = 'expired')::int end)
        over (partition by school_urn, pupil_id, purpose, kind) as ending
    from consent_choice where ${opinions})`,
    `answer as (
    select distinct on (school_urn, pupil_id, purpose, kind, giver, giver_contact_id) *
    from said where giver <> 'school' and state not in ('requested', 'deferred')
    order by school_urn, pupil_id, purpose, kind, giver, giver_contact_id, sequence desc)`,
    `weighed as (
    select a.school_urn, a.pupil_id, a.purpose, a.kind, a.giver, a.state, a.sequence, a.wording_sha256, a.written, a.tied_to,
      ${tiedItems.map((id) => `${columnOf(id, items, 't')} as "${id}",`).join(' ')}
      a.state in ('refused', 'withdrawn') as objects,
      case a.giver when 'contact' then coalesce(pc.parental_responsibility and not pc.court_order, false)
        else coalesce(t."pupil.dateOfBirth" <= ${parameters.put(bornBy13(plan.today), 'date')}, false) end as entitled,
      case when a.state = 'expired' then ${rank('expired')}
        when a.state in ('revoked', 'invalidated') then ${rank('ended-by-school')}
        when a.ending / 2 > a.sequence then case a.ending % 2 when 1 then ${rank('expired')} else ${rank('ended-by-school')} end
        when a.expires_at <= ${at} then ${rank('expired')} end as flaw
    from answer a
    full join pupil_contact pc on pc.school_urn = a.school_urn and pc.pupil_id = a.pupil_id
      and pc.contact_id = a.giver_contact_id
    full join pupil_facts t on t.school_urn = a.school_urn and t.pupil_id = a.pupil_id
    where coalesce(a.kind, '') <> '')`,
    `consent as materialized (
    select school_urn, pupil_id,
      ${rules.map(weigh).join(',\n      ')}
    from weighed group by school_urn, pupil_id)`,
  ]
}

/** `untold`: pupils with a holder of parental responsibility in whose name nothing is on record for the purpose. */
function untoldCte(planned: PlannedRule | undefined, i: number, at: Date, parameters: Parameters): string {
  return `untold${i} as materialized (
    select distinct school_urn, pupil_id from (
      select school_urn, pupil_id, contact_id, true as asked from pupil_contact
      where parental_responsibility and not court_order
      union all
      select school_urn, pupil_id, giver_contact_id, false from consent_choice
      where purpose = ${parameters.put(planned?.rule.purpose ?? '', 'text')} and kind = 'biometric'
        and recorded_at <= ${parameters.put(at.toISOString(), 'timestamptz')}) h
    group by school_urn, pupil_id, contact_id having bool_and(asked))`
}

/** `mark`: one row a pupil with a live mark; a column for each kind, agreement and recipient that a plan asks about. */
function markCte(marks: ReadonlyMap<string, string>, plan: CasePlan, parameters: Parameters): string {
  const today = parameters.put(plan.today, 'date')
  const columns = [...marks].map(([test, column]) => `bool_or(${test}) as ${column}`)
  return `mark as materialized (
    select school_urn, pupil_id,
      ${columns.join(',\n      ')}
    from protection
    where from_date <= ${today} and (to_date is null or to_date >= ${today})
      and (lifted_at is null or lifted_at > ${parameters.put(plan.at.toISOString(), 'timestamptz')})
    group by school_urn, pupil_id)`
}

/** The latest date of birth of somebody who is 13 today. */
export function bornBy13(today: IsoDate): IsoDate {
  const day: string = `${Number(today.slice(0, 4)) - 13}${today.slice(4)}`
  return (isIsoDate as (text: string) => boolean)(day) ? day : day.replace('-02-29', '-02-28')
}
