// Run as a process of its own by build-holdings.faults.test.ts: says in one line of JSON what readers see, then does what it is told
// (`prepare`, or a build that is killed before the step that it is told; `none` for a whole one), and says it again.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '../../../core/store/index.ts'
import { openCollector, operator, registerSources } from '../../collect/index.ts'
import { testSource, testTime } from '../../collect/testing/test-collector.ts'
import { buildHoldings, openHoldings, openHoldingsHome, verifyHoldings } from '../index.ts'
import { holdCensus } from './held-census.ts'
import { linksByNumber } from './links-by-number.ts'

export interface Seen {
  readonly edition: number
  readonly rows: number
  readonly faults: number
  /** Versions on the disk, named by an edition or not; drafts; versions that an edition names. */
  readonly versions: number
  readonly drafts: number
  readonly named: number
}

const [, , folder = '', what = ''] = process.argv
const store = await openStore({
  databaseUrl: process.env['FAULT_DATABASE_URL'],
  folder: join(folder, 'store'),
})
const collector = await openCollector({
  store,
  home: folder,
  policyFolder: 'policy',
  origin: 'https://collector.example',
})
const person = operator('test')
const home = await openHoldingsHome(collector, {
  step: (name) => {
    if (name === what) process.kill(process.pid, 'SIGKILL')
  },
})
const count = (path: string, wanted: (name: string) => boolean): number => {
  try {
    return readdirSync(path, { recursive: true }).filter((name) => wanted(String(name))).length
  } catch {
    return 0
  }
}
const say = async (): Promise<void> => {
  const open = await openHoldings(home)
  const [row] = await open.rows('SELECT count(*) AS rows FROM school_census')
  const { edition } = open
  await open.done()
  const verified = await verifyHoldings(home, person)
  const seen: Seen = {
    edition,
    rows: Number(row?.['rows']),
    faults: verified.faults.length,
    named: verified.versions,
    versions: count(join(home.folder, 'parts'), (name) => /version=[^/]*$/.test(name)),
    drafts: count(join(home.folder, '.drafts'), (name) => name.endsWith('.parquet')),
  }
  process.stdout.write(`${JSON.stringify(seen)}\n`)
}
const build = () => buildHoldings(home, person, linksByNumber(collector), testTime)
if (what === 'prepare') {
  await registerSources(collector, person, [testSource('100001')], testTime)
  await holdCensus(collector, '100001', [{}, {}, {}])
  await build()
  await holdCensus(collector, '100001', [{}, {}], { replace: 'A pupil had left.' })
  await say()
} else {
  await say()
  await build()
  await say()
}
await store.close()
