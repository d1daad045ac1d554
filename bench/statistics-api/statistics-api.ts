import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { readFile } from 'node:fs/promises'
import {
  writeDataFile,
  writeMetaFile,
  type EesMeta,
  type EesRow,
} from '../../src/core/standards/ees/index.ts'
import { openStore } from '../../src/core/store/index.ts'
import { createCollectorApp, openLog, startServer } from '../../src/faces/api/index.ts'
import { openCollector, type Person } from '../../src/national/collect/index.ts'
import { draftVersion, publishDue, signOff } from '../../src/national/statistics/release/index.ts'
import { readStandards } from '../../src/national/statistics/standards/index.ts'

// The public statistics API over loopback, on a data set of as many rows as the largest that is known to be published.
const rowsWanted = Number(process.env['ROWS'] ?? 2_846_580)
const requests = Number(process.env['REQUESTS'] ?? 200)

const meta: EesMeta = [
  { type: 'Filter', column: 'sex', label: 'Sex' },
  { type: 'Filter', column: 'year_group', label: 'Year group' },
  { type: 'Filter', column: 'free_meals', label: 'Free school meals' },
  { type: 'Indicator', column: 'pupil_count', label: 'Pupils', decimalPlaces: 0 },
  { type: 'Indicator', column: 'pupil_percent', label: 'Percentage', unit: '%', decimalPlaces: 1 },
]
const standards = await readStandards('policy')
const authorities = (await readFile('policy/geography/authorities.csv', 'utf8'))
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))
  .filter(([, code = '']) => code.startsWith('E'))
  .slice(0, 150)

function* rows(): Generator<EesRow> {
  let n = 0
  for (let year = 2025; ; year--)
    for (const [old = '', code = '', name = '', region = ''] of authorities)
      for (const sex of ['Total', 'Female', 'Male'])
        for (let group = 0; group < 16; group++)
          for (let meals = 0; meals < 40; meals++) {
            if (n++ >= rowsWanted) return
            yield {
              time_period: `${String(year - 1)}${String(year % 100).padStart(2, '0')}`,
              time_identifier: 'Academic year',
              geographic_level: 'Local authority',
              country_code: 'E92000001',
              country_name: 'England',
              region_code: region,
              region_name: region,
              new_la_code: code,
              la_name: name,
              old_la_code: old,
              sex,
              year_group: group === 0 ? 'Total' : `Year ${String(group)}`,
              free_meals: meals === 0 ? 'Total' : `Group ${String(meals)}`,
              pupil_count: String((n * 7919) % 3001),
              pupil_percent: String(((n * 31) % 1000) / 10),
            }
          }
}

const home = await mkdtemp(join(tmpdir(), 'gatehouse-bench-statistics-'))
const folder = join(home, 'built')
await mkdir(folder)
const data = join(folder, 'largest.csv')
await pipeline(
  Readable.from(writeDataFile(standards, { levels: ['Local authority', 'Regional'], meta }, rows())),
  createWriteStream(data),
)
const metadata = writeMetaFile(meta)
await writeFile(join(folder, 'largest.meta.csv'), metadata)
const sha = createHash('sha256')
for await (const piece of createReadStream(data)) sha.update(piece as Uint8Array)
await writeFile(join(folder, 'audit.json'), JSON.stringify({ method: 'none', safe: true }))
await writeFile(
  join(folder, 'lineage.json'),
  JSON.stringify({
    table: 'largest',
    publication: 'bench',
    policy: { id: 'none', kind: 'cell-key' },
    data: sha.digest('hex'),
    metadata: createHash('sha256').update(metadata).digest('hex'),
  }),
)

const store = await openStore({ folder: 'memory' })
const collector = await openCollector({
  store,
  home,
  policyFolder: 'policy',
  origin: 'https://collector.example',
})
const personOf = (name: string): Person => ({
  scope: { kind: 'collector' },
  actor: { kind: 'staff', name, role: 'collector' },
  duties: ['statistics', 'statistics-sign-off'],
})
const at = new Date()
let started = performance.now()
const words = { title: 'Bench', summary: 'Bench' }
const draft = await draftVersion(
  collector,
  personOf('Ada'),
  {
    folder,
    standards,
    about: {
      publication: words,
      dataSet: { ...words, footnotes: [] },
      release: { title: 'Bench', slug: 'bench' },
      policyWords: '',
    },
  },
  at,
)
console.log(
  `drafted ${String(draft.rows)} rows (copy, cube, 83 checks) in ${((performance.now() - started) / 1000).toFixed(1)} s`,
)
// The regions’ names are not those of the list: the bench looks at speed alone.
await store.engine.exclusive(() =>
  store.owner.updateTable('statistic_version').set({ checks: '[]' }).execute(),
)
await signOff(collector, personOf('Sam'), draft.id, at, at)
await publishDue(collector, at)

const silent = openLog(new Writable({ write: (_chunk, _encoding, done) => done() }))
const server = await startServer(
  createCollectorApp(
    { settings: { publicUrl: 'http://127.0.0.1' }, clock: { now: () => new Date() }, collector },
    silent,
  ),
  0,
  '127.0.0.1',
)
const base = `http://127.0.0.1:${String(server.port)}/statistics/v1`
const get = async (path: string): Promise<Record<string, never>> =>
  (await (await fetch(base + path)).json()) as Record<string, never>
const { results } = (await get('/publications')) as unknown as { results: { id: string }[] }
const sets = (await get(`/publications/${results[0]?.id ?? ''}/data-sets`)) as unknown as {
  results: { id: string }[]
}
const set = sets.results[0]?.id ?? ''
const facets = (await get(`/data-sets/${set}/meta`)) as unknown as {
  filters: { id: string; options: { id: string }[] }[]
  indicators: { id: string }[]
}
const any = <T>(some: readonly T[], n: number): T | undefined => some[(n * 7919) % some.length]

const questions: Readonly<Record<string, (n: number) => unknown>> = {
  'one authority, one item of each filter': (n) => ({
    criteria: {
      and: [
        { locations: { eq: { level: 'LA', oldCode: any(authorities, n)?.[0] } } },
        ...facets.filters.map(({ options }) => ({ filters: { eq: any(options, n)?.id } })),
      ],
    },
  }),
  'one authority, all items, a page of 1,000': (n) => ({
    criteria: { locations: { eq: { level: 'LA', oldCode: any(authorities, n)?.[0] } } },
  }),
  'one item everywhere in one year': (n) => ({
    criteria: {
      filters: { in: [any(facets.filters[1]?.options ?? [], n)?.id] },
      timePeriods: { eq: { period: '2024/2025', code: 'AY' } },
    },
    pageSize: 100,
  }),
  'no criteria, page 1,000 of 1,000 rows': (n) => ({ page: 1000 + (n % 10) }),
  'sorted by a figure': (n) => ({
    criteria: { filters: { eq: any(facets.filters[1]?.options ?? [], n)?.id } },
    sorts: [{ field: `indicator|${facets.indicators[0]?.id ?? ''}`, direction: 'Desc' }],
    pageSize: 100,
  }),
}
const ask = async (body: unknown): Promise<number> => {
  const begun = performance.now()
  const response = await fetch(`${base}/data-sets/${set}/query`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  const text = await response.text()
  if (response.status !== 200) throw new Error(text.slice(0, 300))
  return performance.now() - begun
}
const told = (name: string, times: readonly number[]): void => {
  const sorted = times.toSorted((a, b) => a - b)
  const of = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1)
  console.log(
    `${name}: median ${of(0.5)} ms, 95th percentile ${of(0.95)} ms, longest ${of(1)} ms (${String(times.length)} requests)`,
  )
}
for (const question of Object.values(questions)) await ask(question(0))
const all: number[] = []
for (const [name, question] of Object.entries(questions)) {
  const times: number[] = []
  for (let n = 1; n <= requests / 5; n++) times.push(await ask(question(n)))
  told(name, times)
  all.push(...times)
}
told('all, one after the other', all)
started = performance.now()
const many = Object.values(questions)
const together = await Promise.all(
  [0, 1, 2, 3].map(async (lane) => {
    const times: number[] = []
    for (let n = 0; n < requests / 4; n++) times.push(await ask(many[n % many.length]?.(n * 4 + lane) ?? {}))
    return times
  }),
)
told('all, four at a time', together.flat())
console.log(`${(requests / ((performance.now() - started) / 1000)).toFixed(0)} requests a second`)
await server.stop()
await store.close()
await rm(home, { recursive: true, force: true })
