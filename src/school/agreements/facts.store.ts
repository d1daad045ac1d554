import { sql } from 'kysely'
import type { PupilFacts } from '../../core/decide/index.ts'
import type { Tx } from '../../core/store/index.ts'
import {
  dateInEngland,
  type Choice,
  type ItemId,
  type Mark,
  type Value,
} from '../../core/vocabulary/index.ts'

/**
 * All that is read about one pupil to decide, as known at an instant: every item of the pupil and the school, what people
 * chose, the marks not lifted. Null when the school has no such pupil. For deciding one case with reasons; a whole school
 * is decided set-wise, by `decideSchool`.
 */
export async function takeFacts(tx: Tx, pupilId: string, at: Date): Promise<PupilFacts | null> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(pupilId)) return null
  const row = await tx
    .selectFrom('pupil_facts')
    .selectAll()
    .where('pupil_id', '=', pupilId)
    .executeTakeFirst()
  if (!row) return null
  const values: Record<ItemId, Value> = {}
  for (const [column, value] of Object.entries(row)) if (column.includes('.')) values[column] = value
  const holders = await tx
    .selectFrom('pupil_contact')
    .select('contact_id')
    .where('pupil_id', '=', pupilId)
    .where('parental_responsibility', '=', true)
    .where('court_order', '=', false)
    .where('contact_id', 'not in', boundContacts(pupilId, at))
    .execute()
  return {
    pupilId,
    values,
    choices: await takeChoices(tx, pupilId, at),
    marks: await takeMarks(tx, pupilId, at),
    holders: holders.map(({ contact_id }) => contact_id),
  }
}

/** Contacts whom an order in force binds, by a mark on the pupil: they decide nothing for it. */
const boundContacts = (pupilId: string, at: Date) => sql<string>`(
    select o.contact_id from protection o
    where o.pupil_id = ${pupilId}::uuid and o.kind = 'court-order' and o.contact_id is not null
      and o.from_date <= ${dateInEngland(at)}::date and (o.to_date is null or o.to_date >= ${dateInEngland(at)}::date)
      and (o.lifted_at is null or o.lifted_at > ${at.toISOString()}::timestamptz))`

async function takeChoices(tx: Tx, pupilId: string, at: Date): Promise<readonly Choice[]> {
  // A contact is entitled while it holds parental responsibility and no order limits it; the pupil from the age of 13
  // (UK GDPR Art. 8 as applied by the Data Protection Act 2018 s.9, taken as the general line).
  const { rows } = await sql<{
    sequence: number
    purpose: string
    kind: Choice['kind']
    state: Choice['state']
    giver: Choice['giver']
    giver_contact_id: string | null
    entitled: boolean
    wording_sha256: string
    written: boolean
    tied_to: string | null
    recorded_at: Date
    expires_at: Date | null
  }>`
    select c.sequence, c.purpose, c.kind, c.state, c.giver, c.giver_contact_id, c.wording_sha256, c.tied_to, c.recorded_at,
      c.expires_at, c.method in ('paper', 'portal', 'written') as written,
      case c.giver when 'contact' then coalesce(pc.parental_responsibility and not pc.court_order, false)
          and c.giver_contact_id not in ${boundContacts(pupilId, at)}
        when 'pupil' then extract(year from age(${dateInEngland(at)}::date, p.date_of_birth)) >= 13
        else false end as entitled
    from consent_choice c
    join pupil p on p.school_urn = c.school_urn and p.id = c.pupil_id
    left join pupil_contact pc on pc.school_urn = c.school_urn and pc.pupil_id = c.pupil_id
      and pc.contact_id = c.giver_contact_id
    where c.pupil_id = ${pupilId}::uuid and c.recorded_at <= ${at.toISOString()}::timestamptz
    order by c.sequence`.execute(tx)
  return rows.map((row) => ({
    sequence: row.sequence,
    purpose: row.purpose,
    kind: row.kind,
    state: row.state,
    giver: row.giver,
    giverId: row.giver_contact_id,
    entitled: row.entitled,
    wordingSha256: row.wording_sha256,
    written: row.written,
    tiedTo: row.tied_to,
    recordedAt: row.recorded_at,
    expiresAt: row.expires_at,
  }))
}

async function takeMarks(tx: Tx, pupilId: string, at: Date): Promise<readonly Mark[]> {
  const rows = await tx
    .selectFrom('protection_reach')
    .select(['kind', 'agreement_id', 'allowed_recipients', 'contact_id', 'from_date', 'to_date'])
    .where('pupil_id', '=', pupilId)
    .where((or) => or.or([or('lifted_at', 'is', null), or('lifted_at', '>', at)]))
    .execute()
  return rows.map((row) => ({
    kind: row.kind as Mark['kind'],
    agreementId: row.agreement_id,
    allowedRecipients: row.allowed_recipients ?? [],
    contactId: row.contact_id,
    from: row.from_date ?? '',
    to: row.to_date,
  }))
}
