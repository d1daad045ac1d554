import type { SchoolStore } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { CodeSets } from './code-sets.ts'

/**
 * Loads the statistical meaning of each attendance code. What the school has corrected since stays: only codes that the
 * store does not have are added.
 * @throws GatehouseError `misconfigured` when the code set is not there.
 */
export async function loadAttendanceCodes(school: SchoolStore, codes: CodeSets): Promise<void> {
  const set = codes.get('attendance-2024')
  if (!set) {
    throw new GatehouseError('misconfigured', 'The attendance codes are missing.', {
      where: 'policy/codes/attendance-2024.csv',
    })
  }
  const rows = [...set.values()].map(({ code, label, more }) => ({
    code,
    label,
    meaning: more['meaning'] ?? '',
    counts_as_possible: more['counts_as_possible'] === 'yes',
  }))
  await school.write((tx) =>
    tx
      .insertInto('attendance_code')
      .values(rows)
      .onConflict((on) => on.column('code').doNothing())
      .execute(),
  )
}
