// Run as a process of its own by kills.test.ts: receives what it is told, matches it, and is killed before the step that it is told; says in
// a line of JSON what stood before and after.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '../../../core/store/index.ts'
import { asCollector, openCollector, operator, registerSources } from '../../collect/index.ts'
import { openMatching, runMatching, stateOf } from '../index.ts'
import { authorised } from './authorised.ts'
import { seededPupils } from './pupils.ts'

export interface Stood {
  readonly before: number
  readonly run: number | null
  readonly newPeople: number
  /** Files of the state that no run lists, and what lies in the spill folder, after the run. */
  readonly stray: readonly string[]
  readonly spill: readonly string[]
}

const [, , home = '', dieBefore = '', receive = ''] = process.argv
const at = new Date('2026-10-20T09:00:00Z')
const person = operator('test')
const store = await openStore({ folder: join(home, 'store') })
const collector = await openCollector({
  store,
  home,
  policyFolder: 'policy',
  origin: 'https://collector.example',
})
const made = seededPupils(3)
const source = (urn: string) => ({
  laNumber: '894',
  source: urn,
  kind: 'school' as const,
  name: `School ${urn}`,
  establishment: '',
  phase: '',
  schoolType: '',
  governance: 'CO',
  sixthForm: null,
  publicKey: null,
})
if (receive !== '') {
  const own = made[Number(receive)]
  if (!own) throw new Error('no such return')
  await registerSources(collector, person, [source(own.urn)], at)
  await authorised(collector, own.urn, own.pupils)
}
const matching = await openMatching(collector, {
  step: (name) => {
    if (name !== dieBefore) return
    process.kill(process.pid, 'SIGKILL')
    throw new Error('SIGKILL can’t be survived')
  },
})
const before = await asCollector(collector).read((tx) => stateOf(tx))
const { run, counts } = await runMatching(matching, person, at)
const state = await asCollector(collector).read((tx) => stateOf(tx))
const listed = new Set(state.segments.map(({ name }) => name))
const names = (folder: string): readonly string[] => {
  try {
    return readdirSync(join(matching.folder, folder))
  } catch {
    return []
  }
}
const stood: Stood = {
  before: before.run,
  run,
  newPeople: counts.newPeople,
  stray: names('state').filter((name) => !listed.has(name)),
  spill: names('spill'),
}
process.stdout.write(`${JSON.stringify(stood)}\n`)
await store.close()
