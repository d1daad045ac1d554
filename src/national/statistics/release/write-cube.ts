import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { openAnalytics } from '../../../core/analytics/index.ts'
import { readRows, type EesMeta, type EesStandards } from '../../../core/standards/ees/index.ts'
import { facetGatherer, inOrder, type Facets } from './facets.ts'

/** Columns of a cube: the row's place in the order of answers, time, level, places, filters, values as texts. */
export const cubeColumns = ({ filters, indicators, locations }: Facets) => ({
  number: 'n',
  time: 't',
  level: 'g',
  places: locations.map(({ level }) => `l_${level}`),
  filters: filters.map((_, i) => `f${String(i)}`),
  values: indicators.map((_, i) => `v${String(i)}`),
})

const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/**
 * Writes the data file as Parquet, every facet as a small number, in the order in which answers come: latest period first, then
 * the file's own. DuckDB opens only what is written here by ourselves, never the data file.
 */
export async function writeCube(
  data: string,
  folder: string,
  {
    dataSet,
    meta,
    standards,
  }: { readonly dataSet: string; readonly meta: EesMeta; readonly standards: EesStandards },
): Promise<{ readonly facets: Facets; readonly rows: number }> {
  const passing = join(folder, 'cube.passing.csv')
  const part = join(folder, 'cube.parquet.part')
  let gather: ReturnType<typeof facetGatherer> | null = null
  let rows = 0
  const out = createWriteStream(passing)
  for await (const portion of readRows(createReadStream(data, { highWaterMark: 1 << 20 }))) {
    let lines = ''
    for (const cells of portion.rows) {
      if (gather === null) {
        gather = facetGatherer(dataSet, meta, cells, standards)
        continue
      }
      lines += `${String(rows++)},${gather.row(cells).join(',')}${gather
        .values(cells)
        .map((value) => `,${quoted(value)}`)
        .join('')}\n`
    }
    if (!out.write(lines)) await once(out, 'drain')
  }
  out.end()
  await finished(out)
  const found = gather?.facets()
  if (!found) throw new Error('a data file without a header')
  const order = inOrder(found.timePeriods)
  const facets: Facets = { ...found, timePeriods: order.flatMap((i) => found.timePeriods[i] ?? []) }
  const names = cubeColumns(facets)
  const whole = [names.time, names.level, ...names.places, ...names.filters]
  const columns = [
    ...['pos', ...whole].map((name) => `${text(name)}: 'INTEGER'`),
    ...names.values.map((name) => `${text(name)}: 'VARCHAR'`),
  ]
  const times = order.map((met, at) => `WHEN ${String(met)} THEN ${String(at)}`).join(' ')
  const analytics = await openAnalytics({ folders: [folder], memory: '1GB' })
  try {
    await analytics.run(`COPY (
      SELECT CAST(row_number() OVER (ORDER BY t DESC, pos) - 1 AS INTEGER) AS n, * EXCLUDE (pos) FROM (
        SELECT pos, CASE t ${times === '' ? 'WHEN -1 THEN -1' : times} END::INTEGER AS t, * EXCLUDE (pos, t)
        FROM read_csv(${text(passing)}, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', nullstr = '', force_not_null = [${names.values.map(text).join(', ')}], columns = {${columns.join(', ')}}))
      ORDER BY n
    ) TO ${text(part)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`)
  } finally {
    analytics.close()
  }
  await rm(passing)
  const file = await open(part, 'r+')
  await file.sync()
  await file.close()
  await rename(part, join(folder, 'cube.parquet'))
  return { facets, rows }
}
