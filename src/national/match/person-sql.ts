import type { Matching } from './matching.ts'
import { ofKind, type MatchState } from './runs.store.ts'
import { segmentPath } from './state-files.ts'
import { parquet } from './sql-words.ts'

/** Who each identity is, by the last run that said so: `node`, `pmr`, `since` (the run that minted it), `component`. */
export function personSql(
  matching: Pick<Matching, 'folder'>,
  state: Pick<MatchState, 'segments'>,
  where = 'true',
): string {
  const segments = ofKind(state, 'people')
  if (segments.length === 0)
    return 'SELECT NULL::UUID AS node, NULL::VARCHAR AS pmr, NULL::INTEGER AS since, NULL::UUID AS component WHERE false'
  const from = parquet(segments.map((each) => segmentPath(matching, each)))
  if (segments.length === 1) return `SELECT node, pmr, since, component FROM ${from} WHERE ${where}`
  return `SELECT node, arg_max(pmr, run) AS pmr, arg_max(since, run) AS since, arg_max(component, run) AS component FROM ${from} WHERE ${where} GROUP BY node`
}
