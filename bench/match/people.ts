import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAnalytics } from '../../src/core/analytics/index.ts'
import { evaluate } from '../../src/core/linkage/index.ts'
import { openStore } from '../../src/core/store/index.ts'
import { openCollector } from '../../src/national/collect/index.ts'
import { linksOf, openMatching, type Matching } from '../../src/national/match/index.ts'
import { streamPeople } from '../../world/people-stream/index.ts'
import type { Measure } from '../import/index.ts'
import { matchFile, rawPeople } from './match-people.ts'

const seed = 5
/** One in a hundred of the third term’s schools. */
const some = `CAST(urn AS BIGINT) % 100 = 7`

/** Generated pupils, a term after the other: speed, memory, quality, and what it costs to add few to many. */
export async function run(options: readonly string[]): Promise<readonly Measure[]> {
  const people = Number(options[options.indexOf('--people') + 1] ?? 0) || 1_000_000
  const home = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'gatehouse-bench-people-'))
  try {
    const { files } = await streamPeople(join(home, 'people'), { people, terms: 3, seed })
    const store = await openStore({})
    const collector = await openCollector({
      store,
      home,
      policyFolder: 'policy',
      origin: 'https://bench.example',
    })
    const matching = await openMatching(collector, { memory: '6GB' })
    const measures: Measure[] = []
    const [first = '', second = '', third = ''] = files
    const plan = [
      ['first term', first, 'true'],
      ['second term, the first standing', second, 'true'],
      ['one in a hundred of a third, both standing', third, some],
    ] as const
    const name = `${people.toLocaleString('en-GB')} pupils`
    for (const [what, file, where] of plan) {
      const began = performance.now()
      const { counts } = await matchFile(matching, collector, file, where)
      const seconds = (performance.now() - began) / 1000
      measures.push(
        {
          what: `${name}, ${what}: ${counts.records.toLocaleString('en-GB')} records`,
          value: seconds,
          unit: 's',
        },
        { what: `${name}, ${what}: records a second`, value: counts.records / seconds, unit: '' },
      )
    }
    measures.push({
      what: `${name}: most memory resident`,
      value: process.resourceUsage().maxRSS / 1024,
      unit: 'MiB',
    })
    measures.push(...(await qualityOf(matching, home, plan, name)))
    await store.close()
    return measures
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function qualityOf(
  matching: Matching,
  home: string,
  plan: readonly (readonly [string, string, string])[],
  name: string,
): Promise<readonly Measure[]> {
  const analytics = await openAnalytics({ folders: [home], memory: '4GB' })
  try {
    const truth = plan
      .map(
        ([, file, where]) =>
          `SELECT r.return_id, r.n, t.person, t.never FROM (${rawPeople(file, where)}) AS r JOIN (SELECT CAST(substr(record, 4) AS BIGINT) AS n, person, never FROM read_parquet('${file}')) AS t USING (n)`,
      )
      .join(' UNION ALL ')
    const returns = await analytics.rows(`SELECT DISTINCT return_id FROM (${truth})`)
    const file = join(home, 'links.parquet')
    await linksOf(
      matching,
      returns.map((row) => String(row['return_id'])),
      file,
    )
    await analytics.run(
      `CREATE TABLE told AS SELECT dense_rank() OVER (ORDER BY pmr) AS pmr, dense_rank() OVER (ORDER BY person) AS person, l.pmr AS reference, t.person AS name, never FROM read_parquet('${file}') AS l JOIN (${truth}) AS t USING (return_id, n)`,
    )
    const [predicted, real]: [number[], number[]] = [[], []]
    for await (const rows of analytics.stream('SELECT pmr, person FROM told'))
      for (const row of rows) {
        predicted.push(Number(row['pmr']))
        real.push(Number(row['person']))
      }
    const { pairwise, overSplit, overMerged } = evaluate(predicted, real)
    const [adopted] = await analytics.rows(
      `SELECT count(DISTINCT a.name) AS many FROM told AS a JOIN told AS b ON a.never = b.name AND a.reference = b.reference WHERE a.never <> ''`,
    )
    const precision = { value: pairwise.precision, aim: 'at least 0.999', met: pairwise.precision >= 0.999 }
    return [
      { what: `${name}: precision of pairs, people closed`, unit: '', ...precision },
      { what: `${name}: recall of pairs, people closed`, value: pairwise.recall, unit: '' },
      { what: `${name}: references that hold two pupils`, value: overMerged.people, unit: '' },
      { what: `${name}: pupils with two references`, value: overSplit, unit: '' },
      {
        what: `${name}: adopted pupils joined to who they were`,
        value: Number(adopted?.['many'] ?? 0),
        unit: '',
        aim: 'none',
        met: Number(adopted?.['many'] ?? 0) === 0,
      },
    ]
  } finally {
    analytics.close()
  }
}
