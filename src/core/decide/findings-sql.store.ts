import type { MarkKind } from '../vocabulary/index.ts'
import { columnOf, conditionSql, type SqlPlace } from './condition-sql.store.ts'
import { consentCtes, letterOf, untoldCte } from './consent-sql.store.ts'
import { ruleKey, type CasePlan, type PlannedRule } from './plan.ts'
import type { Parameters } from './statement.ts'

/** One finding: its SQL over the aliases of `from`, and where its letter stands in the text `found`. */
export interface SqlFinding {
  readonly sql: string
  readonly place: () => number
}

/** The findings of one plan, as `Findings` has them. Tests are never null; a prohibition bites when all its tests hold. */
export interface SqlFindings {
  readonly inPopulation: SqlFinding
  /** Null where the agreement is one to which nobody may object. */
  readonly objected: SqlFinding | null
  readonly consent: readonly {
    /** A letter, see `answerLetters`. */
    readonly answer: SqlFinding
    readonly childRefuses: SqlFinding | null
    readonly notNotified: SqlFinding | null
  }[]
  readonly bites: readonly (readonly SqlFinding[])[]
}

export interface FindingsSource {
  /** The body of a `with`: what people said and the marks, each gone through once for all plans together. */
  readonly with: readonly string[]
  /** `pupil_facts f` and its joins. */
  readonly from: string
  /** All findings of all plans as one text, a letter each; what two plans share stands in it once. */
  readonly found: string
  readonly plans: readonly SqlFindings[]
}

/**
 * The SQL compilation of `findingsOf`, for any number of plans of one school at one instant; `pupils` may narrow it to some
 * of its pupils.
 *
 * The joins are `full` although each right side is about pupils alone (foreign keys see to that): a full join can only be
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
  const sqlPlace: SqlPlace = { items: first.context.items, today: first.today, parameters }
  const marks = newRegister()
  const letters = newRegister()
  const rules = new Map(plans.flatMap((plan) => plan.rules).map((planned) => [keyOf(planned), planned]))
  const ruleKeys = [...rules.keys()]

  // The letters of the marks come first: few pupils have a mark, and for the others they are one constant.
  const letter = (sql: string, asLetter: string): SqlFinding => {
    const index = letters.add(asLetter)
    return { sql, place: () => marks.list.length + index }
  }
  const test = (sql: string): SqlFinding => letter(sql, `case when ${sql} then '1' else '0' end`)
  const carries = (kind: MarkKind, { agreement, recipient }: CasePlan): SqlFinding => {
    const index = marks.add(`bool_or(kind = ${parameters.put(kind, 'text')}
        and (agreement_id is null or agreement_id = ${parameters.put(agreement.id, 'text')})
        and not ${parameters.put(recipient.id, 'text')} = any(allowed_recipients))`)
    return { sql: `coalesce(m.m${index}, false)`, place: () => index }
  }
  const consent = (planned: PlannedRule): SqlFindings['consent'][number] => {
    const i = ruleKeys.indexOf(keyOf(planned))
    const answer = answerSql(planned, i, sqlPlace)
    const biometric = planned.rule.rule === 'biometric'
    return {
      answer: letter(answer, answer),
      childRefuses: biometric ? test(`coalesce(c.child${i}, false)`) : null,
      notNotified: biometric ? test(`(u${i}.pupil_id is not null)`) : null,
    }
  }
  const found = plans.map((plan): SqlFindings => ({
    inPopulation: test(conditionSql(plan.agreement.population, sqlPlace)),
    objected: plan.agreement.objection === 'unavailable' ? null : carries('objection', plan),
    consent: plan.rules.map(consent),
    bites: plan.prohibitions.map(({ prohibition: { when } }) => [
      ...(when.mark ? [carries(when.mark, plan)] : []),
      ...(when.pupil ? [test(conditionSql(when.pupil, sqlPlace))] : []),
    ]),
  }))

  const asked = rules.size > 0
  const marked = marks.list.length > 0
  const biometrics = [...rules.values()].flatMap(({ rule }, i) =>
    rule.rule === 'biometric' ? [{ rule, i }] : [],
  )
  const join = (name: string, alias: string): string =>
    `full join ${name} ${alias} on ${alias}.school_urn = f.school_urn and ${alias}.pupil_id = f.pupil_id`
  return {
    with: [
      ...(asked ? consentCtes([...rules.values()], first, sqlPlace) : []),
      ...biometrics.map(({ rule, i }) => untoldCte(rule.purpose, i, first, parameters)),
      ...(marked ? markCtes(marks.list, first, parameters) : []),
    ],
    from: [
      pupils === null ? 'pupil_facts f' : `(select * from pupil_facts where ${pupils}) f`,
      ...(asked ? [join('consent', 'c')] : []),
      ...biometrics.map(({ i }) => join(`untold${i}`, `u${i}`)),
      ...(marked ? [join('mark', 'm')] : []),
    ].join('\n  '),
    found: [
      ...(marked ? [`coalesce(m.letters, '${'0'.repeat(marks.list.length)}')`] : []),
      ...letters.list,
    ].join('\n    || '),
    plans: found,
  }
}

/** A list in which an equal text has the same place. */
function newRegister(): { add(text: string): number; readonly list: readonly string[] } {
  const places = new Map<string, number>()
  const list: string[] = []
  return {
    list,
    add(text) {
      const place = places.get(text) ?? list.push(text) - 1
      places.set(text, place)
      return place
    },
  }
}

const keyOf = ({ rule, wordingSha256 }: PlannedRule): string => `${ruleKey(rule)}\n${wordingSha256 ?? ''}`

function answerSql({ rule }: PlannedRule, i: number, { items }: SqlPlace): string {
  const answer = `coalesce(c.r${i}, '${rule.rule === 'opt-out' ? '.' : letterOf('missing')}')`
  if (rule.rule !== 'permission' || rule.tiedTo === undefined || !items.has(rule.tiedTo)) return answer
  return `case when ${columnOf(rule.tiedTo, items)} is null then '${letterOf('code-unknown')}' else ${answer} end`
}

/** `mark`: one row a pupil with a live mark; a column for each kind, agreement and recipient asked about, and all as letters. */
function markCtes(tests: readonly string[], plan: CasePlan, parameters: Parameters): readonly string[] {
  const today = parameters.put(plan.today, 'date')
  return [
    `marked as materialized (
    select school_urn, pupil_id,
      ${tests.map((test, i) => `${test} as m${i}`).join(',\n      ')}
    from protection_reach
    where from_date <= ${today} and (to_date is null or to_date >= ${today})
      and (lifted_at is null or lifted_at > ${parameters.put(plan.at.toISOString(), 'timestamptz')})
    group by school_urn, pupil_id)`,
    `mark as materialized (
    select *, ${tests.map((_, i) => `case when m${i} then '1' else '0' end`).join(' || ')} as letters from marked)`,
  ]
}
