import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openAnalytics } from '../../core/analytics/index.ts'
import { asCollector } from '../collect/index.ts'
import type { Matching } from './matching.ts'
import { personSql } from './person-sql.ts'
import { ofKind, runsOfReturns, stateOf } from './runs.store.ts'
import { keepFile, segmentPath, stateFolder } from './state-files.ts'
import { parquet, quoted } from './sql-words.ts'

export interface Links {
  /** The last run that the links tell of; 0: nothing was matched yet. */
  readonly run: number
  readonly records: number
  /** Returns of which nothing is known: matched by no run so far. */
  readonly unmatched: readonly string[]
}

/**
 * Writes who the records of these returns are into a Parquet file: `return_id`, `table`, `n` (as in the return’s own tables), `pmr`,
 * `run` (the one that read the record), in that order of rows. References are those of now, or as they were after run `asOf`.
 */
export async function linksOf(
  matching: Matching,
  returnIds: readonly string[],
  file: string,
  asOf: number | null = null,
): Promise<Links> {
  const { state, runs } = await asCollector(matching.collector).read(async (tx) => ({
    state: await stateOf(tx, asOf),
    runs: await runsOfReturns(tx, returnIds),
  }))
  const known = new Map([...runs].filter(([, run]) => run <= state.run))
  const wanted = new Set(known.values())
  const segments = ofKind(state, 'links').filter(({ run }) => wanted.has(run))
  const draft = join(dirname(file), `.${randomUUID()}.parquet`)
  const analytics = await openAnalytics({
    folders: [stateFolder(matching), dirname(file)],
    memory: matching.memory,
    threads: matching.threads,
  })
  try {
    await analytics.run('CREATE TABLE asked (return_id VARCHAR)')
    const ids = [...known.keys()]
    for (let i = 0; i < ids.length; i += 1000)
      await analytics.run(
        `INSERT INTO asked VALUES ${ids
          .slice(i, i + 1000)
          .map((id) => `(${quoted(id)})`)
          .join(', ')}`,
      )
    await analytics.run(
      segments.length === 0
        ? 'CREATE TABLE link (return_id VARCHAR, "table" VARCHAR, n BIGINT, node UUID, run INTEGER)'
        : `CREATE TABLE link AS SELECT return_id, "table", n, node, run FROM ${parquet(segments.map((each) => segmentPath(matching, each)))} WHERE return_id IN (SELECT return_id FROM asked)`,
    )
    await analytics.run(
      `COPY (SELECT return_id, "table", n, pmr, link.run AS run FROM link JOIN (${personSql(matching, state, 'node IN (SELECT node FROM link)')}) AS person USING (node) ORDER BY return_id, "table", n) TO ${quoted(draft)} (FORMAT parquet, COMPRESSION zstd)`,
    )
    const [row] = await analytics.rows('SELECT count(*) AS many FROM link')
    await keepFile(draft, file)
    return {
      run: state.run,
      records: Number(row?.['many'] ?? 0),
      unmatched: returnIds.filter((id) => !known.has(id)),
    }
  } finally {
    analytics.close()
    await rm(draft, { force: true })
  }
}
