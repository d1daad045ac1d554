import type { ItemId, Subject, Transformation } from '../vocabulary/index.ts'
import { columnOf } from './condition-sql.store.ts'
import { boundSql } from './consent-sql.store.ts'
import { kindOf } from './consent.ts'
import { reasonsAgainst } from './decide.ts'
import { findingsSource, type SqlFindings } from './findings-sql.store.ts'
import { nothingInTheWay } from './findings.ts'
import { formOf } from './item-listed.ts'
import { isScalar } from './item-column.ts'
import { forbids } from './nothing-forbids.ts'
import { ruleKey, rulesFor, type CasePlan } from './plan.ts'
import { findingsReader, type FindingsReader } from './read-findings.ts'
import { newParameters, type Parameters, type Statement } from './statement.ts'
import { transformSql } from './transform-sql.store.ts'

/** The suffix of the column that holds an item in the form agreed for pupils with an objection. */
export const objectedSuffix = '/objected'

/** Many cases in one pass: one row a pupil, its `found` holding the findings of all; a reader for each case, in order. */
export function verdictsStatement(plans: readonly CasePlan[]): {
  readonly statement: Statement
  readonly readers: readonly FindingsReader[]
} {
  if (plans.length === 0) {
    return { statement: { text: 'select pupil_id from pupil_facts', parameters: [] }, readers: [] }
  }
  const parameters = newParameters()
  const source = findingsSource(plans, parameters)
  const text = `${withClause(source.with)}select f.pupil_id,
    ${source.found} as found
from ${source.from}`
  return { statement: { text, parameters: parameters.values }, readers: source.plans.map(findingsReader) }
}

/**
 * One case with what leaves of each pupil: for every item of the pupil and the school that may leave at all, its value in
 * the agreed form where this pupil's findings permit it, else null. What is refused is never read out of the database.
 */
export function projectionStatement(plan: CasePlan): Statement {
  const parameters = newParameters()
  const decided = decidedCte(plan, parameters, (item) => isScalarItem(plan, item), null)
  const columns = decided.items.flatMap((item) =>
    formsOf(plan, item).map(
      ({ as, objected }) =>
        `case when ${permittedSql(plan, item, objected)} then ${valueSql(plan, item, as, 'd', 'd.pupil_id', parameters)} end as "${item}${objected === true ? objectedSuffix : ''}"`,
    ),
  )
  return {
    text: `${withClause(decided.with)}select ${['d.pupil_id', 'd.found', ...columns].join(',\n  ')}
from decided d order by d.pupil_id`,
    parameters: parameters.values,
  }
}

const views: Readonly<
  Record<Exclude<Subject, 'pupil' | 'school'>, { name: string; reference: string; order: string }>
> = {
  contact: { name: 'contact_facts', reference: 's.contact_id', order: 's."contact.priority", s.contact_id' },
  attendance: {
    name: 'attendance_facts',
    reference: 's.pupil_id',
    order: 's."attendance.date", s."attendance.session"',
  },
  result: {
    name: 'result_facts',
    reference: 's.pupil_id',
    order: 's."result.stage", s."result.subject", s."result.method", s."result.component", s."result.year"',
  },
  suspension: { name: 'suspension_facts', reference: 's.pupil_id', order: 's."suspension.startDate"' },
  freeMeals: { name: 'free_meals_facts', reference: 's.pupil_id', order: 's."freeMeals.startDate"' },
  senNeed: { name: 'sen_need_facts', reference: 's.pupil_id', order: 's."senNeed.rank"' },
  schoolHistory: {
    name: 'school_history_facts',
    reference: 's.pupil_id',
    order: 's."schoolHistory.entryDate"',
  },
}

/**
 * The rows of a subject that has several a pupil, for the pupils whose ids are the last parameter (`text[]`), in the form
 * agreed, each item null where it isn't permitted for that pupil; null when no item of the subject may leave at all. A
 * contact whom a court order binds is left out, unless the pupil's mark for that contact allows this recipient.
 */
export function childrenStatement(plan: CasePlan, subject: Subject): Statement | null {
  if (subject === 'pupil' || subject === 'school') return null
  const view = views[subject]
  const parameters = newParameters()
  const pupils = 'pupil_id = any(:pupils::text[]::uuid[])'
  const decided = decidedCte(
    plan,
    parameters,
    (item) => plan.context.items.get(item)?.subject === subject,
    pupils,
  )
  if (decided.items.length === 0) return null
  const permits = decided.items.flatMap((item) =>
    formsOf(plan, item).map(({ objected }) => permittedSql(plan, item, objected)),
  )
  const columns = decided.items.flatMap((item) =>
    formsOf(plan, item).map(
      ({ as, objected }) =>
        `case when ${permittedSql(plan, item, objected)} then ${valueSql(plan, item, as, 's', view.reference, parameters)} end as "${item}${objected === true ? objectedSuffix : ''}"`,
    ),
  )
  const bound =
    subject === 'contact'
      ? `\n  and not (${boundByCourtOrder(plan, parameters)})${concerned(plan, parameters)}`
      : ''
  const text = `${withClause(decided.with)}select ${['s.pupil_id', ...columns].join(',\n  ')}
from decided d join ${view.name} s on s.school_urn = d.school_urn and s.pupil_id = d.pupil_id
where (${[...new Set(permits)].join(' or ')})${bound}
order by s.pupil_id, ${view.order}`
  return {
    text: text.replaceAll(':pupils', `$${parameters.values.length + 1}`),
    parameters: parameters.values,
  }
}

const withClause = (ctes: readonly string[]): string =>
  ctes.length === 0 ? '' : `with ${ctes.join(',\n')}\n`

const isScalarItem = ({ context }: CasePlan, id: ItemId): boolean => {
  const item = context.items.get(id)
  return item !== undefined && isScalar(item)
}

/**
 * `decided`: one row a pupil with its findings as columns and as letters, and, of the items asked for that some pupil may be
 * permitted, the value as it is in the register.
 */
function decidedCte(
  plan: CasePlan,
  parameters: Parameters,
  wanted: (item: ItemId) => boolean,
  pupils: string | null,
): { with: readonly string[]; items: readonly ItemId[] } {
  const source = findingsSource([plan], parameters, pupils)
  const [found] = source.plans
  if (!found) throw new Error('there is nothing to decide')
  const items = [...plan.grants.keys()].filter((item) => wanted(item) && formsOf(plan, item).length > 0)
  const raw = items
    .filter((item) => isScalarItem(plan, item))
    .map((item) => columnOf(item, plan.context.items))
  const columns = [
    'f.school_urn',
    'f.pupil_id',
    ...findingColumns(found).map(({ test, name }) => `${test} as ${name}`),
    `${source.found} as found`,
    ...raw,
  ]
  const decided = `decided as materialized (
  select ${columns.join(',\n    ')}
  from ${source.from})`
  return { with: [...source.with, decided], items }
}

/** The findings as named boolean columns: `c0` is true when the first rule holds, `b0` when the first prohibition bites. */
const findingColumns = ({
  inPopulation,
  objected,
  consent,
  bites,
}: SqlFindings): readonly { test: string; name: string }[] => [
  { name: 'in_population', test: inPopulation.sql },
  { name: 'objected', test: objected?.sql ?? 'false' },
  ...consent.map(({ answer, childRefuses, notNotified }, i) => ({
    name: `c${i}`,
    test: [
      `${answer.sql} = '.'`,
      ...(childRefuses ? [`not ${childRefuses.sql}`] : []),
      ...(notNotified ? [`not ${notNotified.sql}`] : []),
    ].join(' and '),
  })),
  ...bites.map((tests, i) => ({
    name: `b${i}`,
    test: tests.length === 0 ? 'true' : tests.map(({ sql }) => sql).join(' and '),
  })),
]

/**
 * The forms an item may leave in: one for all pupils (`objected: null`), or one for those without an objection and one for
 * those with. A form that is refused whoever the pupil is has no column at all.
 */
function formsOf(plan: CasePlan, item: ItemId): readonly { as: Transformation; objected: boolean | null }[] {
  const grant = plan.grants.get(item)
  if (!grant) return []
  const { ifObjected } = grant
  const forms =
    plan.agreement.objection !== 'pseudonymise' || ifObjected === undefined || ifObjected === grant.as
      ? [{ as: grant.as, objected: null }]
      : [
          { as: grant.as, objected: false },
          { as: ifObjected, objected: true },
        ]
  return forms.filter(({ objected }) => {
    const findings = { ...nothingInTheWay(plan), objected: objected === true }
    return reasonsAgainst(plan, findings, item).length === 0
  })
}

/** The test, over the columns of `decided`, that this pupil's findings let the item leave in the form that goes with `objected`. */
function permittedSql(plan: CasePlan, id: ItemId, objected: boolean | null): string {
  const item = plan.context.items.get(id)
  const form = formOf(plan, { ...nothingInTheWay(plan), objected: objected === true }, id)
  const rules = rulesFor(plan, id).map((rule) =>
    plan.rules.findIndex((each) => ruleKey(each.rule) === ruleKey(rule)),
  )
  const objection =
    plan.agreement.objection === 'unavailable'
      ? null
      : plan.agreement.objection === 'refuse' ||
          (objected === null && form !== 'pseudonym' && keptBackIfObjected(plan, id))
        ? 'not d.objected'
        : objected === null
          ? null
          : objected
            ? 'd.objected'
            : 'not d.objected'
  const prohibitions = plan.prohibitions.flatMap(({ prohibition }, i) =>
    forbids(prohibition, id, item, form) ? [`not d.b${i}`] : [],
  )
  return ['d.in_population', ...new Set(rules.map((i) => `d.c${i}`)), objection, ...prohibitions]
    .filter((part) => part !== null)
    .join(' and ')
}

const keptBackIfObjected = ({ context, grants }: CasePlan, id: ItemId): boolean =>
  grants.get(id)?.ifObjected === undefined && (context.items.get(id)?.identificationRisk ?? 1) <= 2

function valueSql(
  plan: CasePlan,
  id: ItemId,
  as: Transformation,
  alias: string,
  reference: string,
  parameters: Parameters,
): string {
  const type = plan.context.items.get(id)?.type ?? 'text'
  return transformSql(
    as,
    columnOf(id, plan.context.items, alias),
    type,
    `${reference}::text`,
    plan.today,
    parameters,
  )
}

/** The test that a contact of `contact_facts s` is one of those whom the agreement is about; nothing when it is about all. */
function concerned(plan: CasePlan, parameters: Parameters): string {
  const { contacts, consent } = plan.agreement
  if (contacts === undefined) return ''
  const responsible = ` and s."contact.parentalResponsibility"`
  if (contacts === 'parental-responsibility') return responsible
  if (consent.rule === 'none') return ' and false'
  const at = parameters.put(plan.at.toISOString(), 'timestamptz')
  const wording = plan.rules.find(({ rule }) => ruleKey(rule) === ruleKey(consent))?.wordingSha256 ?? null
  const tied =
    consent.rule === 'permission' && consent.tiedTo !== undefined
      ? ` and g.tied_to = (select ${columnOf(consent.tiedTo, plan.context.items, 't')} from pupil_facts t
        where t.school_urn = s.school_urn and t.pupil_id = s.pupil_id)`
      : ''
  const written = consent.rule === 'opt-in' ? '' : ` and g.method in ('paper', 'portal', 'written')`
  // Whether the pupil's permission stands is decided before; this finds whose it is: their own latest answer grants it,
  // they are entitled to, and the school has not ended it since. `grantersOf` says the same.
  return `${responsible} and not s.court_order
    and not ((s.pupil_id, s.contact_id) in (${boundSql(plan.today, plan.at, parameters)}))
    and exists (select 1 from consent_choice g
    where g.school_urn = s.school_urn and g.pupil_id = s.pupil_id and g.giver_contact_id = s.contact_id
      and g.purpose = ${parameters.put(consent.purpose, 'text')} and g.kind = ${parameters.put(kindOf[consent.rule], 'text')}
      and g.state in ('given', 'renewed') and g.wording_sha256 = ${parameters.put(wording, 'text')}
      and g.recorded_at <= ${at} and (g.expires_at is null or g.expires_at > ${at})${written}${tied}
      and not exists (select 1 from consent_choice n
        where n.school_urn = g.school_urn and n.pupil_id = g.pupil_id and n.purpose = g.purpose and n.kind = g.kind
          and n.recorded_at <= ${at} and n.sequence > g.sequence
          and (n.giver_contact_id = g.giver_contact_id and n.state not in ('requested', 'deferred')
            or n.giver = 'school' and n.state in ('revoked', 'expired', 'invalidated'))))`
}

/** True for a contact of `contact_facts s` who may not be named to this recipient. */
function boundByCourtOrder(plan: CasePlan, parameters: Parameters): string {
  const today = parameters.put(plan.today, 'date')
  const live = `select 1 from protection o where o.school_urn = s.school_urn and o.pupil_id = s.pupil_id
    and o.contact_id = s.contact_id and o.kind = 'court-order'
    and o.from_date <= ${today} and (o.to_date is null or o.to_date >= ${today})
    and (o.lifted_at is null or o.lifted_at > ${parameters.put(plan.at.toISOString(), 'timestamptz')})
    and (o.agreement_id is null or o.agreement_id = ${parameters.put(plan.agreement.id, 'text')})`
  const allows = `${parameters.put(plan.recipient.id, 'text')} = any(o.allowed_recipients)`
  return `exists (${live} and not ${allows}) or s.court_order and not exists (${live} and ${allows})`
}
