import { sql } from 'kysely'
import type { Tx } from '../../core/store/index.ts'
import type { SourceClaim } from './recognise-return.ts'

/** Who sends returns: a school, an authority, a board. */
export interface Source {
  readonly laNumber: string
  readonly source: string
  readonly kind: SourceClaim['kind']
  readonly name: string
  readonly establishment: string
  readonly phase: string
  readonly schoolType: string
  readonly governance: string
  readonly sixthForm: boolean | null
  readonly publicKey: string | null
  /** For SFTP, as OpenSSH writes it. */
  readonly sftpKey?: string | null
}

const columns = [
  'la_number',
  'source',
  'kind',
  'name',
  'establishment_number',
  'phase',
  'school_type',
  'governance',
  'sixth_form',
  'public_key',
  'sftp_key',
] as const

const selectSources = (tx: Tx) => tx.selectFrom('national_source').select(columns)

type Row = Awaited<ReturnType<ReturnType<typeof selectSources>['executeTakeFirstOrThrow']>>

const sourceOf = (row: Row): Source => ({
  laNumber: row.la_number,
  source: row.source,
  kind: row.kind as Source['kind'],
  name: row.name,
  establishment: row.establishment_number,
  phase: row.phase,
  schoolType: row.school_type,
  governance: row.governance,
  sixthForm: row.sixth_form,
  publicKey: row.public_key,
  sftpKey: row.sftp_key,
})

/**
 * The source that a message is of; `contradicts` where its numbers belong to different ones. A school is known by its URN,
 * else by its authority's number and its own.
 */
export async function findClaimed(tx: Tx, claim: SourceClaim): Promise<Source | 'contradicts' | null> {
  if (claim.kind !== 'school' || claim.urn !== '') {
    const number = claim.kind === 'school' ? claim.urn : claim.urn || claim.laNumber
    const rows = await selectSources(tx).where('source', '=', number).where('kind', '=', claim.kind).execute()
    const row = rows.find(({ la_number }) => la_number === claim.laNumber) ?? rows[0]
    if (!row) return null
    const elsewhere = claim.laNumber !== '' && row.la_number !== claim.laNumber
    const other =
      claim.establishment !== '' &&
      row.establishment_number !== '' &&
      row.establishment_number !== claim.establishment
    return elsewhere || other ? 'contradicts' : sourceOf(row)
  }
  const rows = await selectSources(tx)
    .where('la_number', '=', claim.laNumber)
    .where('establishment_number', '=', claim.establishment)
    .where('kind', '=', 'school')
    .execute()
  return rows.length === 1 && rows[0] && claim.establishment !== '' ? sourceOf(rows[0]) : null
}

/**
 * The one source of this number, within an authority where one is named. Null where there is none, and where a number stands under two
 * authorities (a school that moved) and none is named: nobody is guessed.
 */
export async function findSource(tx: Tx, number: string, laNumber?: string): Promise<Source | null> {
  let rows = selectSources(tx).where('source', '=', number)
  if (laNumber !== undefined) rows = rows.where('la_number', '=', laNumber)
  const [row, another] = await rows.limit(2).execute()
  return row && !another ? sourceOf(row) : null
}

/** Whether a register was ever entered. Until then the operator’s files say who sends. */
export const hasRegister = async (tx: Tx): Promise<boolean> =>
  (await tx
    .selectFrom('national_source')
    .select('source')
    .where('listed', '=', true)
    .limit(1)
    .executeTakeFirst()) !== undefined

/** Enters sources, or changes what is known of them. A key that is not given stays. */
export async function enterSources(
  tx: Tx,
  sources: readonly Source[],
  { listed, by }: { readonly listed: boolean; readonly by: string },
  at: Date,
): Promise<void> {
  const rows = JSON.stringify(
    sources.map((each) => ({
      la_number: each.laNumber,
      source: each.source,
      kind: each.kind,
      name: each.name,
      establishment_number: each.establishment,
      phase: each.phase,
      school_type: each.schoolType,
      governance: each.governance,
      sixth_form: each.sixthForm,
      public_key: each.publicKey,
      sftp_key: each.sftpKey ?? null,
    })),
  )
  await sql`
    insert into national_source (la_number, source, kind, name, establishment_number, phase, school_type, governance,
      sixth_form, public_key, sftp_key, listed, entered_at, entered_by)
    select la_number, source, kind, name, establishment_number, phase, school_type, governance, sixth_form, public_key, sftp_key,
      ${listed}::boolean, ${at.toISOString()}::timestamptz, ${by}::text
    from jsonb_to_recordset(${rows}::text::jsonb) as s(la_number text, source text, kind text, name text,
      establishment_number text, phase text, school_type text, governance text, sixth_form boolean, public_key text, sftp_key text)
    on conflict (la_number, source) do update set kind = excluded.kind, name = excluded.name,
      establishment_number = excluded.establishment_number, phase = excluded.phase, school_type = excluded.school_type,
      governance = excluded.governance, sixth_form = excluded.sixth_form,
      listed = excluded.listed or national_source.listed,
      public_key = coalesce(excluded.public_key, national_source.public_key),
      sftp_key = coalesce(excluded.sftp_key, national_source.sftp_key)`.execute(tx)
}
