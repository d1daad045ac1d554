import { sql } from 'kysely'
import type { SchoolStore } from '../../core/store/index.ts'
import { applyStaged, compareStaged, type Compared, type Staged } from './compare-and-apply.store.ts'
import type { ImportReport, NotApplied } from './import-report.ts'
import { reject, type Rejection } from './rejection.ts'
import { countFields, countVerdicts, exampleDifferences } from './report.store.ts'
import { checkStaged, clearStage, refreshStatistics } from './stage.store.ts'

export interface Finishing extends Staged {
  readonly at: Date
  readonly apply: boolean
  readonly withoutRejected: boolean
  readonly confirmShortRead: boolean
  readonly shortReadShare: number
  /** The file's own name of a field's column. */
  readonly columnOf: (kind: string, field: string) => string
  /** What reading the file came to. */
  readonly read: Pick<
    ImportReport,
    | 'source'
    | 'fileName'
    | 'sha256'
    | 'rows'
    | 'rejected'
    | 'rejectedMore'
    | 'warnings'
    | 'ignored'
    | 'absent'
  >
}

function notApplied(
  finishing: Finishing,
  rejected: readonly Rejection[],
  missing: Compared['missing'],
): NotApplied | null {
  if (rejected.length > 0 && !finishing.withoutRejected) return { reason: 'rejected-rows' }
  if (missing.count > missing.of * finishing.shortReadShare && !finishing.confirmShortRead) {
    return { reason: 'short-read', onRoll: missing.of, missing: missing.count }
  }
  return finishing.apply ? null : { reason: 'preview' }
}

/** Compares, applies if it may, records the run and clears the staging: one transaction. */
export const finishRun = (school: SchoolStore, finishing: Finishing): Promise<ImportReport> =>
  school.write(async (tx) => {
    const { runId, main, read, at } = finishing
    // Without statistics the planner takes fresh rows for a handful, to be searched once for each other one.
    await sql`set local enable_nestloop = off`.execute(tx)
    await checkStaged(tx, runId, finishing.stagedRows)
    await refreshStatistics(tx, finishing.stagedRows, 'staging')
    const compared = await compareStaged(tx, finishing)
    const rejected = [
      ...read.rejected,
      ...compared.faults.map(({ kind, line, field, code }) =>
        reject(line, finishing.columnOf(kind, field), code),
      ),
    ].sort((a, b) => a.line - b.line)
    const reason = notApplied(finishing, rejected, compared.missing)
    const applied = reason === null
    const counts = await countVerdicts(tx, runId, main)
    const difference = {
      fields: await countFields(tx, runId, main),
      children: compared.children,
      examples: await exampleDifferences(tx, runId, main, compared.missing.pupilIds),
    }
    const followed = applied ? await applyStaged(tx, finishing, compared, school.actor.name, at) : null
    const report: ImportReport = {
      ...read,
      runId,
      new: counts.new,
      changed: counts.changed,
      left: compared.missing.count,
      unchanged: counts.unchanged,
      held: counts.held,
      rejected,
      difference,
      applied,
      followed,
      notApplied: reason,
    }
    await sql`update import_run set sha256 = ${read.sha256}, applied_at = ${applied ? at : null}, new_count = ${report.new},
        changed_count = ${report.changed}, left_count = ${report.left}, unchanged_count = ${report.unchanged},
        rejections = ${JSON.stringify(rejected.map(({ line, column, code }) => ({ line, column, code })))}::text::jsonb
      where id = ${runId}`.execute(tx)
    await clearStage(tx, runId)
    return report
  })
