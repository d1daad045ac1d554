// Run as a process of its own by receive.faults.test.ts: goes on from whatever the one before left, says in one line of JSON
// what stands, then receives a return and is killed before the step that it is told.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '../../../core/store/index.ts'
import { asCollector } from '../collector.ts'
import { findingsOf, findReturn, openCollector, operator, receiveReturn, resume } from '../index.ts'
import { asBytes, censusMessage } from './census-message.ts'

export interface Left {
  readonly validated: number
  readonly stuck: number
  readonly returns: readonly {
    readonly source: string
    readonly state: string
    readonly findings: number
    readonly counted: number
    readonly files: readonly string[]
  }[]
  /** Files that belong to no return. */
  readonly stray: readonly string[]
}

// `resume:place` is killed while it goes on with what was left, `place` in the return that it receives after that.
const [, , home = '', urn = '', dieBefore = ''] = process.argv
let phase = 'resume:'
const at = new Date('2026-10-20T09:00:00Z')
const person = operator('test')
const store = await openStore({ databaseUrl: process.env['FAULT_DATABASE_URL'], folder: join(home, 'store') })
const collector = await openCollector({
  store,
  home,
  policyFolder: 'policy',
  origin: 'https://collector.example',
  step: (name) => {
    if (`${phase}${name}` !== dieBefore) return
    process.kill(process.pid, 'SIGKILL')
    throw new Error('SIGKILL can’t be survived')
  },
})

const collected = join(home, 'collected')
const filesBelow = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  } catch {
    return []
  }
}

// At once: whose work it was says that it is over.
const resumed = await resume(collector, new Date())
phase = ''
const ids = await asCollector(collector).read((tx) =>
  tx.selectFrom('collected_return').select('id').orderBy('received_at').orderBy('source').execute(),
)
const files = new Set(filesBelow(collected))
const returns: Left['returns'][number][] = []
for (const { id } of ids) {
  const own = [...files].filter((file) => file.includes(id))
  for (const file of own) files.delete(file)
  returns.push(
    await asCollector(collector).read(async (tx) => {
      const of = await findReturn(tx, id)
      return {
        source: of.source,
        state: of.state,
        findings: (await findingsOf(tx, of)).length,
        counted: of.errors + of.queries,
        files: own.map((file) => file.slice(file.indexOf(id) + id.length + 1)).sort(),
      }
    }),
  )
}
const left: Left = {
  validated: resumed.validated.length,
  stuck: resumed.stuck.length,
  returns,
  stray: [...files],
}
process.stdout.write(`${JSON.stringify(left)}\n`)
if (urn !== '')
  await receiveReturn(collector, person, { name: urn, open: asBytes(censusMessage({ urn })) }, at)
await store.close()
