import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { PupilFinding } from './pupil-findings.ts'

/** A finding as it is remembered: with its number among those of its build, from 1. */
export interface NumberedFinding extends PupilFinding {
  readonly number: number
}

/** Remembers what the check of a build found, in place of what was found in builds of the term before it. */
export async function recordFindings(
  tx: Tx,
  school: SchoolStore,
  buildId: string,
  findings: readonly PupilFinding[],
): Promise<void> {
  const rows = findings.map(({ rule, severity, pupilId, ...body }, i) => ({
    school_urn: school.urn,
    build_id: buildId,
    number: i + 1,
    rule,
    severity,
    pupil_id: pupilId,
    body: JSON.stringify(body),
  }))
  for (let from = 0; from < rows.length; from += 1000)
    await tx
      .insertInto('return_finding')
      .values(rows.slice(from, from + 1000))
      .execute()
}

/** What the check of a build found, in its order; of one rule where one is named. Empty for a build that is not the newest. */
export async function findingsOfBuild(
  tx: Tx,
  buildId: string,
  rule?: string,
): Promise<readonly NumberedFinding[]> {
  let query = tx.selectFrom('return_finding').selectAll().where('build_id', '=', buildId)
  if (rule !== undefined) query = query.where('rule', '=', rule)
  const rows = await query.orderBy('number').execute()
  return rows.map((row) => ({
    ...(row.body as Omit<PupilFinding, 'rule' | 'severity' | 'pupilId'>),
    number: row.number,
    rule: row.rule,
    severity: row.severity as PupilFinding['severity'],
    pupilId: row.pupil_id,
  }))
}

export const forgetFindings = (tx: Tx, buildIds: readonly string[]): Promise<unknown> =>
  buildIds.length === 0
    ? Promise.resolve()
    : tx.deleteFrom('return_finding').where('build_id', 'in', buildIds).execute()
