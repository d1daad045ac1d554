import { join } from 'node:path'
import { openAnalytics } from '../../../core/analytics/index.ts'
import { asCollector, findReturn, tableOf, tablesFolder, type Collector } from '../../collect/index.ts'
import type { LinksOf } from '../index.ts'

const tables: Readonly<Record<string, { table: string; key: string }>> = {
  'school-census': { table: 'pupil', key: 'upn' },
  'key-stage-2': { table: 'result', key: 'upn' },
  phonics: { table: 'check', key: 'upn' },
  'children-in-need': { table: 'child', key: 'upn' },
  gcse: { table: 'result', key: `lastName" || "firstName" || "birthDate` },
}

/**
 * In the place of a matching: one person a number. `merged` are numbers that are taken for other ones, as after a merge; it is read
 * each time, so that a test can merge and take back.
 */
export const linksByNumber =
  (collector: Collector, merged: ReadonlyMap<string, string> = new Map(), run = 1): LinksOf =>
  async (returnIds, file) => {
    const parts: string[] = []
    for (const id of returnIds) {
      const of = await asCollector(collector).read((tx) => findReturn(tx, id))
      const { table = '', key = '' } = tables[of.collection] ?? {}
      const path = await tableOf(collector, of, table)
      if (path === null) continue
      const person = [...merged].reduce(
        (sql, [from, to]) => `replace(${sql}, '${from}', '${to}')`,
        `"${key}"`,
      )
      parts.push(
        `SELECT return_id, '${table}' AS "table", n, 'P' || substr(sha256(${person}), 1, 16) AS pmr, 1 AS run FROM read_parquet('${path}') WHERE "${key}" IS NOT NULL AND "${key}" NOT IN ('', '-2')`,
      )
    }
    const analytics = await openAnalytics({ folders: [tablesFolder(collector), join(file, '..')] })
    try {
      const rows =
        parts.length > 0
          ? parts.join(' UNION ALL ')
          : `SELECT '' AS return_id, '' AS "table", 0 AS n, '' AS pmr, 0 AS run WHERE false`
      await analytics.run(
        `COPY (SELECT * FROM (${rows}) ORDER BY return_id, n) TO '${file}' (FORMAT parquet)`,
      )
    } finally {
      analytics.close()
    }
    return { run, unmatched: [] }
  }
