import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import type { Command } from 'commander'
import { checkProperties, readPolicyFolder } from '../../../core/policy/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { currentPolicy } from '../../../school/agreements/index.ts'
import { checkNotice } from '../../../school/notice/index.ts'
import { schoolFor, type Gatehouse } from '../../index.ts'
import { commandActor } from '../acting-person.store.ts'
import { count, table } from '../answer.ts'
import { does, type CommandContext, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { openWork } from '../store-state.store.ts'

/** One thing looked at. `warn` is for a person's attention; `bad` keeps Gatehouse from working. */
interface Finding {
  readonly what: string
  readonly state: 'good' | 'warn' | 'bad'
  readonly text: string
}

export function defineDoctor(command: Command, run: Runner): void {
  does(command, run, async (context) => {
    const findings = [...machine(context), await policy(context), ...(await store(context))]
    const bad = findings.some((finding) => finding.state === 'bad')
    return {
      json: { healthy: !bad, findings },
      text: table(findings.map(({ state, what, text }) => [state, what, text])),
      ...(bad ? { exit: exitCodes.misconfigured } : {}),
    }
  })
}

const good = (what: string, text: string): Finding => ({ what, state: 'good', text })
const warn = (what: string, text: string): Finding => ({ what, state: 'warn', text })
const bad = (what: string, text: string): Finding => ({ what, state: 'bad', text })

const leastFreeBytes = 500_000_000

function machine(context: CommandContext): Finding[] {
  const { home, databaseUrl } = context.settings()
  const node = Number(process.versions.node.split('.')[0])
  const findings = [
    node >= 24 ? good('Node', process.version) : bad('Node', `${process.version}; 24 or later is needed`),
    good('store', databaseUrl ? 'PostgreSQL' : 'embedded'),
  ]
  if (!existsSync(home)) return [...findings, warn('data folder', `${home} does not exist yet`)]
  try {
    accessSync(home, constants.R_OK | constants.W_OK)
  } catch {
    return [...findings, bad('data folder', `${home} can’t be written to`)]
  }
  const { bavail, bsize } = statfsSync(home)
  const free = `${Math.floor((bavail * bsize) / 1_000_000).toLocaleString('en-GB')} MB free`
  return [
    ...findings,
    bavail * bsize < leastFreeBytes ? warn('data folder', free) : good('data folder', `${home}, ${free}`),
  ]
}

async function policy(context: CommandContext): Promise<Finding> {
  const folder = context.settings().policyFolder
  try {
    const read = await readPolicyFolder(folder)
    if (!read.ok)
      return bad('policy folder', `${count(read.error.length, 'fault')}: see gatehouse policy check`)
    const broken = checkProperties(read.value)
    return broken.length > 0
      ? bad(
          'policy folder',
          `${count(broken.length, 'property', 'properties')} not proved: see gatehouse policy check`,
        )
      : good('policy folder', `${count(read.value.agreements.size, 'agreement')}, every property proved`)
  } catch {
    return bad('policy folder', `${folder} can’t be read`)
  }
}

async function store(context: CommandContext): Promise<Finding[]> {
  try {
    return await school(await context.open())
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error
    if (error.code === 'not-found') return [warn('school', error.message)]
    return [
      bad(error.code === 'locked' ? 'lock' : 'store', [error.message, error.why].filter(Boolean).join(' ')),
    ]
  }
}

async function school(gatehouse: Gatehouse): Promise<Finding[]> {
  const at = gatehouse.clock.now()
  const report = await gatehouse.ledger.verify()
  const { drift, work } = await schoolFor(gatehouse, commandActor()).read(async (tx) => ({
    drift: await checkNotice(tx, await currentPolicy(tx), at),
    work: await openWork(tx),
  }))
  const tasks = [...work.tasks.values()].reduce((sum, n) => sum + n, 0)
  const dead = work.deliveries.get('dead') ?? 0
  const waiting = (work.deliveries.get('queued') ?? 0) + (work.deliveries.get('sending') ?? 0)
  return [
    good('school', gatehouse.urn),
    report.ok
      ? good('ledger', `${count(report.size, 'entry', 'entries')}, verifies`)
      : bad('ledger', report.faults.map((fault) => `${fault.place}: ${fault.why}`).join('; ')),
    drift.findings.length === 0
      ? good('notice', `version ${drift.version ?? '-'}, true`)
      : warn('notice', drift.findings.map((finding) => finding.text).join(' ')),
    tasks === 0 ? good('tasks', 'none open') : warn('tasks', `${count(tasks, 'task')} open`),
    dead > 0
      ? warn('deliveries', `${count(dead, 'delivery', 'deliveries')} given up, ${waiting} waiting`)
      : good('deliveries', `${waiting} waiting`),
  ]
}
