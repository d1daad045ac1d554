import { isIsoDate, type IsoDate } from '../vocabulary/index.ts'
import { columnOf, type SqlPlace } from './condition-sql.store.ts'
import { grantRanks, kindOf, type AskingRule, type ConsentProblem } from './consent.ts'
import type { CasePlan, PlannedRule } from './plan.ts'
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

export const letterOf = (problem: ConsentProblem | null): string =>
  Object.keys(answerLetters).find((letter) => answerLetters[letter] === problem) ?? '?'

/**
 * `consent`: one row a pupil who, or whose people, said anything; a letter a rule. The latest answer of each giver is found
 * once for all rules; then each rule weighs those of its purpose and kind, exactly as `consentProblems` does.
 */
export function consentCtes(
  rules: readonly PlannedRule[],
  plan: CasePlan,
  { items, parameters }: SqlPlace,
): readonly string[] {
  const purposes = parameters.put([...new Set(rules.map(({ rule }) => rule.purpose))].sort(), 'text[]')
  const at = parameters.put(plan.at.toISOString(), 'timestamptz')
  // A purpose and kind become a small number at once: sorting and grouping by texts is what costs.
  const abouts = [...new Set(rules.map(({ rule }) => about(rule)))].sort()
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
    const mine = `about = ${abouts.indexOf(about(rule)) + 1}`
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
  return [
    // What the school ended is found beside each answer by a window, not by a join: see `findingsSource`.
    `said as (
    select *, max(case when giver = 'school' and state in ('revoked', 'expired', 'invalidated')
        then sequence * 2 + (state = 'expired')::int end)
        over (partition by school_urn, pupil_id, about) as ending
    from (
      select school_urn, pupil_id, array_position(${parameters.put(abouts, 'text[]')}, kind || ' ' || purpose) as about,
        giver, giver_contact_id, state, sequence, wording_sha256, tied_to, expires_at,
        method in ('paper', 'portal', 'written') as written
      from consent_choice where purpose = any(${purposes}) and recorded_at <= ${at}) s
    where about is not null)`,
    // A contact's id tells contacts apart; where there is none, the giver is the pupil, since the school's are left out.
    `answer as (
    select distinct on (school_urn, pupil_id, about, giver_contact_id) *
    from said where giver <> 'school' and state not in ('requested', 'deferred')
    order by school_urn, pupil_id, about, giver_contact_id, sequence desc)`,
    `weighed as materialized (
    select a.school_urn, a.pupil_id, a.about, a.giver, a.state, a.sequence, a.wording_sha256, a.written, a.tied_to,
      ${tiedItems.map((id) => `${columnOf(id, items, 't')} as "${id}",`).join(' ')}
      a.state in ('refused', 'withdrawn') as objects,
      case a.giver when 'contact' then coalesce(pc.parental_responsibility and not pc.court_order, false)
          and not ((a.pupil_id, a.giver_contact_id) in (${boundSql(plan.today, plan.at, parameters)}))
        else coalesce(t."pupil.dateOfBirth" <= ${parameters.put(bornBy13(plan.today), 'date')}, false) end as entitled,
      case when a.state = 'expired' then ${rank('expired')}
        when a.state in ('revoked', 'invalidated') then ${rank('ended-by-school')}
        when a.ending / 2 > a.sequence then case a.ending % 2 when 1 then ${rank('expired')} else ${rank('ended-by-school')} end
        when a.expires_at <= ${at} then ${rank('expired')} end as flaw
    from answer a
    full join pupil_contact pc on pc.school_urn = a.school_urn and pc.pupil_id = a.pupil_id
      and pc.contact_id = a.giver_contact_id
    full join pupil_facts t on t.school_urn = a.school_urn and t.pupil_id = a.pupil_id
    where coalesce(a.about, 0) > 0)`,
    `consent as materialized (
    select school_urn, pupil_id,
      ${rules.map(weigh).join(',\n      ')}
    from weighed group by school_urn, pupil_id)`,
  ]
}

const about = (rule: AskingRule): string => `${kindOf[rule.rule]} ${rule.purpose}`

/** `untold`: pupils with a holder of parental responsibility in whose name nothing is on record for the purpose. */
export function untoldCte(
  purpose: string,
  i: number,
  { at, today }: Pick<CasePlan, 'at' | 'today'>,
  parameters: Parameters,
): string {
  return `untold${i} as materialized (
    select distinct school_urn, pupil_id from (
      select school_urn, pupil_id, contact_id, true as asked from pupil_contact
      where parental_responsibility and not court_order
        and not ((pupil_id, contact_id) in (${boundSql(today, at, parameters)}))
      union all
      select school_urn, pupil_id, giver_contact_id, false from consent_choice
      where purpose = ${parameters.put(purpose, 'text')} and kind = 'biometric'
        and recorded_at <= ${parameters.put(at.toISOString(), 'timestamptz')}) h
    group by school_urn, pupil_id, contact_id having bool_and(asked))`
}

/**
 * Pupil and contact of each order in force: whom it binds decides nothing for that pupil, whichever recipients the mark lets
 * know of the contact.
 */
export const boundSql = (today: IsoDate, at: Date, parameters: Parameters): string => {
  const day = parameters.put(today, 'date')
  return `select o.pupil_id, o.contact_id from protection o
            where o.kind = 'court-order' and o.contact_id is not null and o.from_date <= ${day}
              and (o.to_date is null or o.to_date >= ${day})
              and (o.lifted_at is null or o.lifted_at > ${parameters.put(at.toISOString(), 'timestamptz')})`
}

/** The latest date of birth of somebody who is 13 today. */
export function bornBy13(today: IsoDate): IsoDate {
  const day: string = `${Number(today.slice(0, 4)) - 13}${today.slice(4)}`
  return (isIsoDate as (text: string) => boolean)(day) ? day : day.replace('-02-29', '-02-28')
}
