import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import { dateInEngland, type MarkKind } from '../../core/vocabulary/index.ts'

/** One line of a list of pupils. The admission number is the general reference: a UPN is never one (UPN guide s.2). */
export interface PupilLine {
  readonly id: string
  readonly admissionNumber: string | null
  readonly surname: string
  readonly forename: string
  readonly preferredForename: string | null
  readonly yearGroup: string
  readonly registrationGroup: string | null
  readonly enrolmentStatus: string
  readonly leavingDate: string | null
  /** Kinds of protection in force. */
  readonly marks: readonly MarkKind[]
}

export interface PupilSearch {
  /** Part of a name, or a whole admission number. */
  readonly search?: string | undefined
  readonly yearGroup?: string | undefined
  /** Only those registered here on that day. */
  readonly onRollAt?: Date | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/**
 * Kinds of mark that nobody lifted: those in force on a day, or of any. Whom the roll calls adopted is marked as one whom a
 * person marked, unless a person lifted that (`protection_reach` says the same to whoever decides).
 */
function marksOn(day: string | null): RawBuilder<MarkKind[]> {
  const inForce =
    day === null
      ? sql``
      : sql`and m.from_date <= ${day}::date and (m.to_date is null or m.to_date >= ${day}::date)`
  return sql<MarkKind[]>`array(select m.kind from protection m
      where m.school_urn = p.school_urn and m.pupil_id = p.id and m.lifted_at is null ${inForce}
    union select 'adoption' where p.adopted and not exists (select from protection m
      where m.school_urn = p.school_urn and m.pupil_id = p.id and m.kind = 'adoption')
    order by kind)`
}

/** Registered here on a day: current, main or subsidiary, entered and not yet left. */
const onRoll = (day: string) => sql`p.enrolment_status in ('C', 'M', 'S') and p.entry_date <= ${day}::date
  and (p.leaving_date is null or p.leaving_date >= ${day}::date)`

/** A database in the C locale folds the case of A to Z only: accented letters are asked for in each case. */
const spellings = (word: string): string[] => {
  const lower = word.toLowerCase()
  return [...new Set([word, lower, word.toUpperCase(), lower.replace(/^./u, (first) => first.toUpperCase())])]
}

/** Pupils by name. `at` is the day whose protections are shown: `onRollAt`, or else any that was not lifted counts. */
export async function findPupils(tx: Tx, by: PupilSearch): Promise<readonly PupilLine[]> {
  const day = by.onRollAt === undefined ? null : dateInEngland(by.onRollAt)
  const words = (by.search ?? '')
    .normalize('NFC')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  const named = words.map((word) => {
    const patterns = spellings(word).map((each) => `%${each.replace(/[\\%_]/g, '\\$&')}%`)
    return sql`(p.surname ilike any (${patterns}::text[]) or p.forename ilike any (${patterns}::text[])
      or p.preferred_surname ilike any (${patterns}::text[]) or p.preferred_forename ilike any (${patterns}::text[])
      or p.admission_number = ${word})`
  })
  const where = [
    ...named,
    ...(by.yearGroup === undefined || by.yearGroup === '' ? [] : [sql`p.year_group = ${by.yearGroup}`]),
    ...(day === null ? [] : [onRoll(day)]),
  ]
  const { rows } =
    await sql<PupilLine>`select p.id, p.admission_number as "admissionNumber", p.surname, p.forename,
      p.preferred_forename as "preferredForename", p.year_group as "yearGroup", p.registration_group as "registrationGroup",
      p.enrolment_status as "enrolmentStatus", p.leaving_date as "leavingDate", ${marksOn(day)} as marks
    from pupil p where ${where.length === 0 ? sql`true` : sql.join(where, sql` and `)}
    order by lower(p.surname), lower(p.forename), p.id
    limit ${by.limit ?? 500} offset ${by.offset ?? 0}`.execute(tx)
  return rows
}

/** How many pupils are registered here on the day. */
export async function rollCount(tx: Tx, at: Date): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from pupil p where ${onRoll(dateInEngland(at))}`.execute(tx)
  return rows[0]?.n ?? 0
}

export interface Protection {
  readonly id: string
  readonly kind: MarkKind
  readonly agreementId: string | null
  readonly allowedRecipients: readonly string[]
  readonly contactId: string | null
  readonly fromDate: string
  readonly toDate: string | null
  readonly ground: string
  readonly recordedBy: string
  readonly recordedAt: Date
  readonly liftedAt: Date | null
  readonly liftedBy: string | null
}

/** What the office sees of one pupil first. Not for sharing: what leaves is read by release alone. */
export interface PupilSummary extends PupilLine {
  readonly preferredSurname: string | null
  readonly middleNames: string | null
  readonly dateOfBirth: string
  readonly entryDate: string
  readonly adopted: boolean
  readonly siblings: readonly { readonly id: string; readonly forename: string; readonly surname: string }[]
  readonly protections: readonly Protection[]
}

/** One pupil, or undefined when the school has no such pupil. Protections come with those already lifted. */
export async function pupilSummary(tx: Tx, id: string): Promise<PupilSummary | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return undefined
  const { rows } = await sql<Omit<PupilSummary, 'siblings' | 'protections'> & { familyId: string | null }>`
    select p.id, p.admission_number as "admissionNumber", p.surname, p.forename, p.preferred_forename as "preferredForename",
      p.preferred_surname as "preferredSurname", p.middle_names as "middleNames", p.date_of_birth as "dateOfBirth",
      p.year_group as "yearGroup", p.registration_group as "registrationGroup", p.enrolment_status as "enrolmentStatus",
      p.entry_date as "entryDate", p.leaving_date as "leavingDate", p.adopted, p.family_id as "familyId",
      ${marksOn(null)} as marks
    from pupil p where p.id = ${id}::uuid`.execute(tx)
  const [pupil] = rows
  if (!pupil) return undefined
  const { familyId, ...summary } = pupil
  const siblings = await sql<{
    id: string
    forename: string
    surname: string
  }>`select id, forename, surname from pupil
    where family_id = ${familyId} and id <> ${id} order by date_of_birth, id`.execute(tx)
  const protections =
    await sql<Protection>`select id, kind, agreement_id as "agreementId", allowed_recipients as "allowedRecipients",
      contact_id as "contactId", from_date as "fromDate", to_date as "toDate", ground, recorded_by as "recordedBy",
      recorded_at as "recordedAt", lifted_at as "liftedAt", lifted_by as "liftedBy"
    from protection where pupil_id = ${id} order by from_date, recorded_at, id`.execute(tx)
  return { ...summary, siblings: siblings.rows, protections: protections.rows }
}

export interface ContactOfPupil {
  readonly id: string
  readonly title: string | null
  readonly surname: string
  readonly forename: string
  readonly relationship: string
  readonly priority: number
  readonly parentalResponsibility: boolean
  readonly livesWithPupil: boolean
  readonly emergency: boolean
  readonly mayCollect: boolean
  readonly courtOrder: boolean
  readonly phone: string | null
  readonly mobile: string | null
  readonly email: string | null
  /** The parent's own sign-in, when there is one. */
  readonly accountEmail: string | null
}

/** A pupil's contacts, first to call first. */
export async function contactsOf(tx: Tx, pupilId: string): Promise<readonly ContactOfPupil[]> {
  const { rows } =
    await sql<ContactOfPupil>`select c.id, c.title, c.surname, c.forename, l.relationship, l.priority,
      l.parental_responsibility as "parentalResponsibility", l.lives_with_pupil as "livesWithPupil", l.emergency,
      l.may_collect as "mayCollect", l.court_order as "courtOrder", c.phone, c.mobile, c.email, c.account_email as "accountEmail"
    from pupil_contact l join contact c on c.school_urn = l.school_urn and c.id = l.contact_id
    where l.pupil_id = ${pupilId} order by l.priority, lower(c.surname), c.id`.execute(tx)
  return rows
}
