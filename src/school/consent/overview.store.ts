import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { dateInEngland, type ChoiceKind } from '../../core/vocabulary/index.ts'
import { ageOfOwnChoice } from './entitlement.ts'
import { purposesWith, type ConsentPolicy, type Purpose } from './purpose.ts'
import type { PurposeStanding } from './standing-choice.ts'

export interface PurposeOverview {
  readonly purpose: Purpose
  /** Pupils on roll by where they stand; a state that nobody is in is absent. */
  readonly counts: Readonly<Partial<Record<PurposeStanding, number>>>
}

/** One row a pupil on roll and purpose: the rule of `purposeStanding`, set-wise. The two agree by property test. */
function standings(purposes: readonly Purpose[], at: Date): RawBuilder<unknown> {
  const asked = JSON.stringify(
    purposes.map((p) => ({
      purpose: p.id,
      kind: p.kind,
      words: p.kind === 'opt-out' ? null : (p.wording?.sha256 ?? null),
    })),
  )
  const today = dateInEngland(at)
  return sql`
    with asked as (
      select * from jsonb_to_recordset(${asked}::jsonb) as a(purpose text, kind text, words text)),
    entitled as (
      select pc.pupil_id, pc.contact_id from pupil_contact pc
      where pc.parental_responsibility and not pc.court_order and not exists (
        select 1 from protection m
        where m.school_urn = pc.school_urn and m.pupil_id = pc.pupil_id and m.contact_id = pc.contact_id
          and m.kind = 'court-order' and m.from_date <= ${today}::date and (m.to_date is null or m.to_date >= ${today}::date)
          and (m.lifted_at is null or m.lifted_at > ${at}::timestamptz))),
    made as (select c.* from consent_choice c join asked a using (purpose, kind) where c.recorded_at <= ${at}::timestamptz),
    ends as (
      select distinct on (pupil_id, purpose) pupil_id, purpose, sequence, state from made
      where giver = 'school' order by pupil_id, purpose, sequence desc),
    answered as (
      select distinct on (pupil_id, purpose, giver, giver_contact_id) * from made
      where giver <> 'school' and state not in ('requested', 'deferred')
      order by pupil_id, purpose, giver, giver_contact_id, sequence desc),
    latest as (
      select distinct on (pupil_id, purpose, giver, giver_contact_id) * from made
      where giver <> 'school' order by pupil_id, purpose, giver, giver_contact_id, sequence desc),
    -- Where each giver's answer stands now, with the ends that the school recorded after it and the time that ran out.
    effective as (
      select c.pupil_id, c.purpose, c.giver, c.giver_contact_id, kind,
        case when c.state not in ('given', 'renewed') then c.state
          when e.sequence > c.sequence then e.state
          when c.expires_at <= ${at}::timestamptz then 'expired'
          when a.words is distinct from c.wording_sha256 and a.words is not null then 'other-wording'
          else 'given' end as state
      from answered c join asked a using (purpose, kind)
      left join ends e on e.pupil_id = c.pupil_id and e.purpose = c.purpose
      union all
      select c.pupil_id, c.purpose, c.giver, c.giver_contact_id, kind, c.state
      from latest c join asked a using (purpose, kind) where c.state in ('requested', 'deferred')),
    counting as (
      select f.pupil_id, f.purpose, f.state from effective f
      left join entitled n on n.pupil_id = f.pupil_id and n.contact_id = f.giver_contact_id
      join pupil p on p.id = f.pupil_id
      where n.contact_id is not null
        or f.giver = 'pupil' and case when f.kind = 'biometric' then f.state in ('refused', 'withdrawn')
          else p.date_of_birth <= (${today}::date - make_interval(years => ${sql.lit(ageOfOwnChoice)})) end),
    together as (
      select pupil_id, purpose, array_agg(distinct state) as states from counting group by pupil_id, purpose)
    select p.id::text as pupil_id, a.purpose,
      case
        when t.states && array['refused', 'withdrawn'] then
          case when 'given' = any(t.states) and a.kind in ('consent', 'permission') then 'disagreement'
            when 'refused' = any(t.states) then 'refused' else 'withdrawn' end
        when 'given' = any(t.states) then 'given'
        when 'other-wording' = any(t.states) then 'other-wording'
        when 'invalidated' = any(t.states) then 'invalidated'
        when 'revoked' = any(t.states) then 'revoked'
        when 'expired' = any(t.states) then 'expired'
        when 'requested' = any(t.states) then 'requested'
        when 'deferred' = any(t.states) then 'deferred'
        else 'unknown' end as standing
    from pupil p cross join asked a
    left join together t on t.pupil_id = p.id and t.purpose = a.purpose
    where p.enrolment_status in ('C', 'M', 'S') and p.entry_date <= ${today}::date and (p.leaving_date is null or p.leaving_date >= ${today}::date)`
}

/** Where every pupil on roll stands for one purpose. */
export async function standingsFor(
  tx: Tx,
  purpose: Purpose,
  at: Date,
): Promise<ReadonlyMap<string, PurposeStanding>> {
  const { rows } = await sql<{
    pupil_id: string
    standing: PurposeStanding
  }>`${standings([purpose], at)}`.execute(tx)
  return new Map(rows.map((row) => [row.pupil_id, row.standing]))
}

/** Every purpose that some choice is on record for, with the kind of its latest. */
async function purposesOnRecord(tx: Tx): Promise<readonly { purpose: string; kind: ChoiceKind }[]> {
  const rows = await tx
    .selectFrom('consent_choice')
    .select(['purpose', 'kind'])
    .distinctOn('purpose')
    .orderBy('purpose')
    .orderBy('sequence', 'desc')
    .execute()
  return rows.map(({ purpose, kind }) => ({ purpose, kind: kind as ChoiceKind }))
}

/**
 * Every purpose that the policy has words for or a choice is on record for, with the pupils on roll counted by where they stand. It counts choices, not
 * permits: whether a permission names the pupil's own code is for `decide`.
 */
export async function consentOverview(
  tx: Tx,
  policy: ConsentPolicy,
  at: Date,
): Promise<readonly PurposeOverview[]> {
  const purposes = [...purposesWith(policy, await purposesOnRecord(tx)).values()]
  const { rows } = await sql<{ purpose: string; standing: PurposeStanding; pupils: number }>`
    select purpose, standing, count(*)::int as pupils from (${standings(purposes, at)}) s group by purpose, standing`.execute(
    tx,
  )
  return purposes.map((purpose) => ({
    purpose,
    counts: Object.fromEntries(
      rows.filter((row) => row.purpose === purpose.id).map((row) => [row.standing, row.pupils]),
    ),
  }))
}
