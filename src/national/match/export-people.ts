import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { join } from 'node:path'
import { openAnalytics } from '../../core/analytics/index.ts'
import { asCollector, authorisedReturns, requireDuty, type Person } from '../collect/index.ts'
import { linksOf } from './links.ts'
import type { Matching } from './matching.ts'
import { withSpill } from './spill.ts'
import { parquet } from './sql-words.ts'

/**
 * Writes every matched record of the authorised returns with its reference as CSV: `record` is `collection/year/term/source/n`, as the
 * truth of generated years names it; `person` the reference. It stays inside: a reference is never released.
 * @returns how many
 */
export async function exportPeople(matching: Matching, person: Person, out: string): Promise<number> {
  requireDuty(person, 'match-review')
  const returns = await asCollector(matching.collector).read((tx) => authorisedReturns(tx))
  const names = new Map(
    returns.map(({ id, collection, year, term, source }) => [
      id,
      `${collection}/${String(year)}/${term}/${source}`,
    ]),
  )
  return withSpill(matching, async (spill) => {
    const file = join(spill, 'links.parquet')
    const { records } = await linksOf(matching, [...names.keys()], file)
    const analytics = await openAnalytics({ folders: [spill] })
    const csv = createWriteStream(out, { mode: 0o600 })
    try {
      csv.write('record,person\n')
      for await (const rows of analytics.stream(
        `SELECT return_id, n, pmr FROM ${parquet([file])} ORDER BY return_id, n`,
      )) {
        const text = rows.map(
          (row) => `${names.get(String(row['return_id'])) ?? ''}/${String(row['n'])},${String(row['pmr'])}\n`,
        )
        if (!csv.write(text.join(''))) await once(csv, 'drain')
      }
    } finally {
      csv.end()
      await finished(csv)
      analytics.close()
    }
    return records
  })
}
