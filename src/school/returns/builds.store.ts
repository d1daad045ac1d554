import { sql } from 'kysely'
import type { Measures } from '../../core/collections/index.ts'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { BuiltReturn } from './build-return.ts'
import type { CheckedBuild } from './check-built.ts'
import { forgetFindings, recordFindings } from './findings.store.ts'
import type { ReturnSummary } from './return-summary.ts'

/** A return that was built, as it is remembered: its hash and its numbers, never its bytes. */
export interface StoredBuild {
  readonly id: string
  readonly collection: string
  readonly year: number
  readonly term: string
  readonly census: string
  readonly fileName: string
  readonly sha256: string
  readonly builtAt: Date
  readonly builtBy: string
  readonly measures: Measures
  readonly summary: ReturnSummary
  readonly findings: StoredFindings
  /** Pupils of whom something stands in the file, by place: `table.item`. */
  readonly contents: Readonly<Record<string, number>>
  /** Items that were not permitted, by the pupils of whom they are missing. */
  readonly leftOut: Readonly<Record<string, number>>
  readonly omitted: Pick<BuiltReturn, 'missing' | 'unwritable'>
  readonly signedOff: { readonly at: Date; readonly by: string; readonly statement: string } | null
  /** Whether it is the newest of its term: only that one can be signed off and submitted. */
  readonly isNewest: boolean
}

/** Records by severity and rule. */
export type StoredFindings = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Remembers a build and whose records are in it. Building the same bytes again gives the build that stands. */
export async function recordBuild(
  tx: Tx,
  school: SchoolStore,
  built: BuiltReturn,
  { findings, measures, summary }: CheckedBuild,
  at: Date,
): Promise<string> {
  const { definition } = built
  const { id } = await tx
    .insertInto('return_build')
    .values({
      school_urn: school.urn,
      collection: definition.id,
      year: definition.year,
      term: definition.term.name,
      census: definition.term.census,
      file_name: built.fileName,
      sha256: built.sha256,
      bytes: built.bytes.length,
      built_at: at,
      built_by: school.actor.name,
      measures: JSON.stringify(measures),
      summary: JSON.stringify(summary),
      findings: JSON.stringify(countedFindings(findings)),
      left_out: JSON.stringify(
        Object.fromEntries(built.leftOut.map(({ item, pupilIds }) => [item, pupilIds.length])),
      ),
      contents: JSON.stringify(built.contents),
      omitted: JSON.stringify({ missing: built.missing, unwritable: built.unwritable }),
    })
    .onConflict((conflict) =>
      conflict.columns(['school_urn', 'collection', 'year', 'term', 'sha256']).doUpdateSet({ built_at: at }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx.deleteFrom('return_pupil').where('build_id', '=', id).execute()
  const rows = built.pupilIds.map((pupil_id, i) => ({
    school_urn: school.urn,
    build_id: id,
    ordinal: i + 1,
    pupil_id,
  }))
  for (let from = 0; from < rows.length; from += 1000)
    await tx
      .insertInto('return_pupil')
      .values(rows.slice(from, from + 1000))
      .execute()
  const others = await buildsBeside(tx, id)
  await forgetFindings(tx, [id, ...others.map((one) => one.id)])
  await recordFindings(tx, school, id, findings)
  return id
}

/** Other builds of the term of a build. */
const buildsBeside = (tx: Tx, id: string): Promise<readonly { id: string; sha256: string }[]> =>
  tx
    .selectFrom('return_build as b')
    .innerJoin('return_build as o', (join) =>
      join
        .onRef('o.school_urn', '=', 'b.school_urn')
        .onRef('o.collection', '=', 'b.collection')
        .onRef('o.year', '=', 'b.year')
        .onRef('o.term', '=', 'b.term'),
    )
    .select(['o.id', 'o.sha256'])
    .where('b.id', '=', id)
    .whereRef('o.id', '<>', 'b.id')
    .execute()

/** The hashes of the other builds of its term: their files need not be kept any longer. */
export const otherBuilds = async (tx: Tx, id: string): Promise<readonly string[]> =>
  (await buildsBeside(tx, id)).map(({ sha256 }) => sha256)

/**
 * The hashes of builds from which a pupil's place was taken, as severing an identity takes it: none can be sent, and their files
 * hold what may lie nowhere any more.
 */
export async function voidBuilds(tx: Tx): Promise<readonly string[]> {
  const { rows } = await sql<{ sha256: string }>`
    select b.sha256 from return_build b
    where (b.summary->>'onRoll')::int + (b.summary->>'left')::int >
      (select count(*) from return_pupil p where p.school_urn = b.school_urn and p.build_id = b.id)`.execute(
    tx,
  )
  return rows.map(({ sha256 }) => sha256)
}

function countedFindings(findings: CheckedBuild['findings']): StoredFindings {
  const counted: Record<string, Record<string, number>> = {}
  for (const { severity, rule } of findings) {
    const ofSeverity = (counted[severity] ??= {})
    ofSeverity[rule] = (ofSeverity[rule] ?? 0) + 1
  }
  return counted
}

/** The build of a file, by the hash of its bytes; null: no such file was built here. */
export async function buildOfFile(tx: Tx, sha256: string): Promise<StoredBuild | null> {
  const row = await tx.selectFrom('return_build').selectAll().where('sha256', '=', sha256).executeTakeFirst()
  return row ? storedBuild(tx, row) : null
}

/** A build by its id. */
export async function buildById(tx: Tx, id: string): Promise<StoredBuild | null> {
  const row = await tx.selectFrom('return_build').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? storedBuild(tx, row) : null
}

/** The newest build of a term. */
export async function newestBuild(
  tx: Tx,
  of: { readonly collection: string; readonly year: number; readonly term: string },
): Promise<StoredBuild | null> {
  const row = await tx
    .selectFrom('return_build')
    .selectAll()
    .where('collection', '=', of.collection)
    .where('year', '=', of.year)
    .where('term', '=', of.term)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? storedBuild(tx, row) : null
}

export interface ReturnBefore {
  readonly census: string
  readonly measures: Measures
  readonly summary: ReturnSummary
}

/**
 * The return of the last census before a day: the one submitted last, and where none was, the one built last. Its measures
 * are filled up from those before it, for not every term has all.
 */
export async function returnBefore(tx: Tx, collection: string, census: string): Promise<ReturnBefore | null> {
  const rows = await tx
    .selectFrom('return_build as b')
    .leftJoin('return_submission as s', (join) =>
      join.onRef('s.school_urn', '=', 'b.school_urn').onRef('s.build_id', '=', 'b.id'),
    )
    .select(['b.census', 'b.measures', 'b.summary', 's.release_id'])
    .where('b.collection', '=', collection)
    .where('b.census', '<', census)
    .orderBy('b.census', 'desc')
    .orderBy('b.sequence', 'desc')
    .execute()
  const ofCensus = [...Map.groupBy(rows, (row) => row.census).values()].map(
    (builds) => builds.find(({ release_id }) => release_id !== null) ?? builds[0],
  )
  const [last, ...earlier] = ofCensus.filter((build) => build !== undefined)
  if (!last) return null
  let measures: Measures = last.measures as Measures
  for (const build of earlier) measures = { ...(build.measures as Measures), ...measures }
  return { census: last.census, measures, summary: last.summary as ReturnSummary }
}

/** Whose record is which in a file, by place. */
export async function pupilsOfBuild(tx: Tx, buildId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('return_pupil')
    .select('pupil_id')
    .where('build_id', '=', buildId)
    .orderBy('ordinal')
    .execute()
  return rows.map(({ pupil_id }) => pupil_id)
}

interface BuildRow {
  readonly id: string
  readonly sequence: number
  readonly collection: string
  readonly year: number
  readonly term: string
  readonly census: string
  readonly file_name: string
  readonly sha256: string
  readonly built_at: Date
  readonly built_by: string
  readonly measures: unknown
  readonly summary: unknown
  readonly findings: unknown
  readonly contents: unknown
  readonly left_out: unknown
  readonly omitted: unknown
  readonly signed_off_at: Date | null
  readonly signed_off_by: string | null
  readonly statement: string | null
}

async function storedBuild(tx: Tx, row: BuildRow): Promise<StoredBuild> {
  const newer = await tx
    .selectFrom('return_build')
    .select('id')
    .where('collection', '=', row.collection)
    .where('year', '=', row.year)
    .where('term', '=', row.term)
    .where('sequence', '>', row.sequence)
    .limit(1)
    .executeTakeFirst()
  return {
    id: row.id,
    collection: row.collection,
    year: row.year,
    term: row.term,
    census: row.census,
    fileName: row.file_name,
    sha256: row.sha256,
    builtAt: row.built_at,
    builtBy: row.built_by,
    measures: row.measures as Measures,
    summary: row.summary as ReturnSummary,
    findings: row.findings as StoredFindings,
    contents: row.contents as StoredBuild['contents'],
    leftOut: row.left_out as StoredBuild['leftOut'],
    omitted: row.omitted as StoredBuild['omitted'],
    signedOff:
      row.signed_off_at === null
        ? null
        : { at: row.signed_off_at, by: row.signed_off_by ?? '', statement: row.statement ?? '' },
    isNewest: newer === undefined,
  }
}
