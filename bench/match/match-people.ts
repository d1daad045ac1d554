// Matching generated people, a term after the other, as `gatehouse match run` does: state, references and all, but read from one file a term.
import { dirname } from 'node:path'
import { openAnalytics } from '../../src/core/analytics/index.ts'
import { asCollector, operator, type Collector } from '../../src/national/collect/index.ts'
import {
  emptyIncoming,
  foundIn,
  matchRecords,
  takeIn,
  type Matching,
  type MatchRun,
} from '../../src/national/match/index.ts'

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** As raw records: a school’s part of a term is a return. `where` takes some of the file. */
export const rawPeople = (file: string, where = 'true'): string =>
  `SELECT CAST(CAST(md5(concat_ws(' ', 'return', term, urn)) AS UUID) AS VARCHAR) AS return_id, CAST(split_part(substr(record, 4), ' ', 1) AS BIGINT) AS n, '999' AS la, upn, former_upn AS former, uln, NULL::VARCHAR AS local,
    forename AS forenames, NULL::VARCHAR AS middles, surname, birth_date AS born, sex, postcode, sex AS group_sex, ethnicity AS group_ethnicity, NULL::VARCHAR AS group_language,
    CAST(deprivation_tenth AS VARCHAR) AS group_deprivation FROM read_parquet(${quoted(file)}) WHERE ${where}`

/** Matches one file’s people after what is matched already. */
export async function matchFile(
  matching: Matching,
  collector: Collector,
  file: string,
  where = 'true',
): Promise<MatchRun> {
  const folders = [dirname(file)]
  const analytics = await openAnalytics({ folders })
  const rows = await analytics.rows(`SELECT DISTINCT return_id FROM (${rawPeople(file, where)})`)
  analytics.close()
  return matchRecords(matching, operator('bench'), new Date('2026-11-24T00:00:00Z'), {
    returns: rows.map((row) => ({ id: String(row['return_id']) })),
    folders,
    read: async (engine) => {
      await emptyIncoming(matching, engine)
      await takeIn(matching, engine, rawPeople(file, where), { table: 'pupil', once: true })
    },
    found: await asCollector(collector).read(foundIn),
  })
}
