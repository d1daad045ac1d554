// One process: England’s returns through the collector, as far as it is told; prints one line of JSON. Started again with the
// same folder it goes on. `node collect-england.ts FOLDER [--returns N] [--minutes M] [--store postgres] …`
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  asCollector,
  asPerson,
  findDuplicates,
  moveIn,
  openCollector,
  openTheRound,
  operator,
  receiveMany,
  registerSources,
  resume,
  type Collector,
  type Delivery,
  type ReceivedReturn,
  type Source,
} from '../../src/national/collect/index.ts'
import { englandSchools, type PlannedSchool } from '../../world/index.ts'
import { madeReturns, type Made } from './made-returns.ts'
import { openPlace } from './open-place.ts'
import { readOptions } from './options.ts'
import { paceFile, paceOf } from './pace.ts'
import { progressLine } from './progress-line.ts'
import type { England } from './report.ts'

const options = readOptions(process.argv.slice(2))
const round = { collection: 'school-census', year: 2026, term: 'AUT' }
const person = operator('bench')
const now = (): Date => new Date()

const sourceOf = ({ urn, authority, establishment, name, kind }: PlannedSchool): Source => ({
  laNumber: authority,
  source: urn,
  kind: 'school',
  name,
  establishment,
  phase: kind.phase,
  schoolType: kind.type,
  governance: kind.governance,
  sixthForm: kind.sixthForm,
  publicKey: null,
})

/** Every source of the country is expected from the beginning, whatever is received. */
async function prepare(collector: Collector, schools: readonly PlannedSchool[]): Promise<void> {
  const known = await asCollector(collector).read((tx) =>
    tx.selectFrom('expected_return').select('source').limit(1).executeTakeFirst(),
  )
  if (known) return
  await registerSources(collector, person, schools.map(sourceOf), now())
  await openTheRound(collector, person, round, now())
  await collector.store.refreshStatistics()
}

interface In {
  readonly id: string
  readonly source: string
  readonly state: string
  readonly errors: number
  readonly queries: number
  readonly pupils: number
}

const whatIsIn = async (collector: Collector): Promise<readonly In[]> =>
  (
    await asCollector(collector).read((tx) =>
      tx
        .selectFrom('collected_return')
        .select(['id', 'source', 'state', 'errors', 'queries', 'records'])
        .execute(),
    )
  ).map(({ records, ...row }) => ({ ...row, pupils: (records as { pupil?: number }).pupil ?? 0 }))

const chunk = 1 << 16

const deliveryOf = ({ name, message }: Made): Delivery => ({
  name,
  // eslint-disable-next-line @typescript-eslint/require-await
  open: async function* () {
    for (let at = 0; at < message.length; at += chunk) yield message.subarray(at, at + chunk)
  },
})

interface Validated {
  readonly return: string
  readonly errors: number
  readonly queries: number
}

/** What needs nobody’s explanation is submitted, approved where its authority does that, and authorised. */
async function authorise(collector: Collector, returns: readonly Validated[]): Promise<number> {
  const clean = returns.filter(({ errors, queries }) => errors === 0 && queries === 0)
  if (clean.length === 0) return 0
  await collector.turn.pass(() =>
    asPerson(collector, person).write(async (tx) => {
      for (const { return: id } of clean)
        for (const move of ['submit', 'approve', 'authorise'] as const) {
          const moved = await moveIn(tx, person, id, move, null, now())
          if (!moved.ok && move !== 'approve') throw new Error(`${move}: ${moved.error.detail}`)
        }
    }),
  )
  return clean.length
}

async function sizeOf(folder: string): Promise<number> {
  let size = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const found = await stat(join(entry.parentPath, entry.name)).catch(() => null)
      size += (found?.blocks ?? 0) * 512
    }
  return size
}

const schools = englandSchools({ schools: options.schools }).filter(({ places }) => places <= options.places)
const asked = schools.slice(0, options.returns)
const place = await openPlace(options.folder, options.store)
const home = join(options.folder, 'collector')
const collector = await openCollector({
  store: place.store,
  home,
  policyFolder: new URL('../../policy', import.meta.url).pathname,
  origin: 'https://collector.example',
})
await prepare(collector, schools)

const pace = paceFile(join(options.folder, 'pace.csv'))
const run = (pace.samples.at(-1)?.run ?? 0) + 1
const resumed = await resume(collector, now())
const before = await whatIsIn(collector)
// Killed between validation and the moves that follow it.
const left = before.filter(({ state }) => state === 'loaded-and-validated')
await authorise(
  collector,
  left.map((each) => ({ ...each, return: each.id })),
)
let returns = before.length
let pupils = before.reduce((sum, each) => sum + each.pupils, 0)
const perPlace = (left: readonly PlannedSchool[]): number => left.reduce((sum, each) => sum + each.places, 0)
const here = new Set(before.map(({ source }) => source))
const bar = progressLine({
  returns: asked.length,
  pupils: pupils + perPlace(asked.filter(({ urn }) => !here.has(urn))),
})

let stopping = false
process.once('SIGINT', () => (stopping = true))
const began = performance.now()
const seconds = (): number => (performance.now() - began) / 1000
const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
let peak = 0
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 250)
const sizes = new Map<string, number>()
const sample = (): void => {
  pace.add({ run, seconds: seconds(), returns, pupils })
  bar.at(pace.samples)
}

async function* deliveries(): AsyncGenerator<Delivery> {
  const making = {
    schools: options.schools,
    places: options.places,
    returns: options.returns,
    known: [...here],
  }
  for await (const made of madeReturns(making)) {
    if (stopping || seconds() >= options.minutes * 60) return
    sizes.set(made.name, made.pupils)
    yield deliveryOf(made)
  }
}

sample()
let refused = 0
let authorised = before.filter(({ errors, queries }) => errors + queries === 0).length
let findings = before.reduce((sum, each) => sum + each.errors + each.queries, 0)
const validated: ReceivedReturn[] = []
async function further(): Promise<void> {
  authorised += await authorise(collector, validated.splice(0))
  sample()
}
for await (const { name, result } of receiveMany(collector, person, deliveries(), now)) {
  if (result.ok) {
    returns++
    here.add(result.value.source)
    pupils += sizes.get(name) ?? 0
    findings += result.value.errors + result.value.queries
    validated.push(result.value)
  } else {
    refused++
    console.error(`${name}: ${result.error.detail}`)
  }
  sizes.delete(name)
  if (validated.length >= 40) await further()
}
await further()
bar.end()
delay.disable()
clearInterval(watch)

const after = await whatIsIn(collector)
const begunDuplicates = performance.now()
const duplicates = options.duplicates ? await findDuplicates(collector, person, round, now()) : null
const england: England = {
  returns: after.length,
  pupils: after.reduce((sum, each) => sum + each.pupils, 0),
  ofReturns: schools.length,
  ofPupils: pupils + perPlace(schools.filter(({ urn }) => !here.has(urn))),
  resumed: before.length,
  again: resumed.validated.length,
  refused,
  distinct: new Set(after.map(({ source }) => source)).size,
  waiting: after.filter(({ state }) => state === 'waiting-for-validation').length,
  folders: (await readdir(join(home, 'collected', round.collection, String(round.year), round.term))).length,
  findings,
  authorised,
  pace: paceOf(pace.samples),
  peak: peak / 2 ** 20,
  collected: await sizeOf(join(home, 'collected')),
  database: await sizeOf(place.data),
  duplicates: duplicates && { ...duplicates, seconds: (performance.now() - begunDuplicates) / 1000 },
  waits: { most: delay.max / 1e6, ninetyNine: delay.percentile(99) / 1e6 },
}
await place.close()
console.log(JSON.stringify(england))
