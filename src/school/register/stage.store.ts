import { sql } from 'kysely'
import type { SchoolStore, Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { digestOf, type StagedRow } from './staged-row.ts'

/**
 * Opens an import's record and clears what a killed one left staged: that of the same source, and anything an hour old. Two
 * imports of one source at once are thereby told apart: the first finds its rows gone and stops.
 */
export const beginRun = (school: SchoolStore, source: string, fileName: string): Promise<string> =>
  school.write(async (tx) => {
    await sql`delete from import_row where run_id in (select id from import_run where source = ${source})
      or run_id in (select run_id from import_row where staged_at < now() - interval '1 hour')`.execute(tx)
    const { id } = await tx
      .insertInto('import_run')
      .values({ school_urn: school.urn, source, file_name: fileName, sha256: '', by: school.actor.name })
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  })

/** Writes checked rows to the staging table, in a transaction of its own: the register is not touched. */
export const stageRows = (school: SchoolStore, runId: string, rows: readonly StagedRow[]): Promise<void> => {
  const staged = JSON.stringify(
    rows.map(({ kind, row, line, parent, pupilKey, upn, body }) => [
      kind,
      row,
      line,
      parent,
      pupilKey,
      upn,
      body,
      digestOf(body),
    ]),
  )
  return school.write(async (tx) => {
    await sql`insert into import_row (school_urn, run_id, kind, row, line, parent, pupil_key, upn, body, digest)
      select ${school.urn}, ${runId}, e->>0, (e->>1)::int, (e->>2)::int, (e->>3)::int, e->>4, e->>5, e->6, e->>7
      from jsonb_array_elements(${staged}::text::jsonb) e`.execute(tx)
  })
}

/**
 * Makes sure that what is about to be compared is what was staged.
 * @throws GatehouseError `conflict` when another import of the same source has begun since.
 */
export async function checkStaged(tx: Tx, runId: string, rows: number): Promise<void> {
  const found = await sql<{
    n: number
  }>`select count(*)::int as n from import_row where run_id = ${runId}`.execute(tx)
  if (found.rows[0]?.n !== rows) {
    throw new GatehouseError(
      'conflict',
      'Another import of the same source began while this one was reading.',
      {
        todo: 'Wait for it to end, look at its report, then run this one again if it is still needed.',
      },
    )
  }
}

/** Takes an import's rows and verdicts out of the store again. */
export async function clearStage(tx: Tx, runId: string): Promise<void> {
  await sql`delete from import_row where run_id = ${runId}`.execute(tx)
  await sql`delete from import_verdict where run_id = ${runId}`.execute(tx)
}

/** From so many staged rows on, statistics are worth gathering in the middle of the transaction. */
const many = 2000

/**
 * Lets the planner know what a big import has just written: it would otherwise search whole tables once for each row. Two
 * big imports at once wait here for each other.
 */
export async function refreshStatistics(tx: Tx, staged: number, of: 'staging' | 'pupils'): Promise<void> {
  if (staged >= many) await sql`select refresh_import_statistics(${of === 'pupils'})`.execute(tx)
}
