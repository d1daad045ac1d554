import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { openStore } from '../../src/core/store/index.ts'
import { fixedClock, type NationalScope } from '../../src/core/vocabulary/index.ts'
import { createCollectorApp, openLog, startServer } from '../../src/faces/api/index.ts'
import { setNationalPassword } from '../../src/faces/index.ts'
import {
  addAccount,
  asCollector,
  moveReturn,
  openCollector,
  openTheRound,
  operator,
  receiveReturn,
  registerSources,
  type Collector,
  type Source,
} from '../../src/national/collect/index.ts'
import { asBytes, censusMessage, type MessageOf } from '../../src/national/collect/testing/census-message.ts'

/** Six days before the autumn’s returns are due. */
export const at = new Date('2026-10-22T09:00:00Z')
export const password = 'lantern otter quilt'
export const autumn = { collection: 'school-census', year: 2026, term: 'AUT' } as const

export type Side = 'school' | 'authority' | 'collector'
export const emailOf = (side: Side): string => `${side}@returns.example`

const accounts: Readonly<Record<Side, { readonly name: string; readonly scope: NationalScope }>> = {
  school: { name: 'Olive Office', scope: { kind: 'source', laNumber: '894', source: '100001' } },
  authority: { name: 'Alma Agent', scope: { kind: 'authority', laNumber: '894' } },
  collector: { name: 'Colin Lector', scope: { kind: 'collector' } },
}

const schools = [
  ['894', '100001', 'Wrekin View Primary School'],
  ['894', '100002', 'Ercall Wood School'],
  ['894', '100003', 'Old Park Primary School'],
  ['894', '100004', 'Saint Chad’s School'],
  ['933', '100005', 'Quantock Edge School'],
  ['933', '100006', 'Brean Sands Primary School'],
] as const

const establishmentOf = (urn: string): string => `2${urn.slice(3)}`
const laOf = (urn: string): string => schools.find(([, one]) => one === urn)?.[0] ?? ''

/** A census of a school of this country, with what is said otherwise. */
export const messageOf = (urn: string, more: MessageOf = {}): string =>
  censusMessage({ urn, laNumber: laOf(urn), establishment: establishmentOf(urn), ...more })

const sourceOf = (laNumber: string, source: string, name: string, kind: Source['kind']): Source => ({
  laNumber,
  source,
  kind,
  name,
  establishment: kind === 'school' ? establishmentOf(source) : '',
  phase: kind === 'school' ? 'PS' : '',
  schoolType: '',
  governance: 'CO',
  sixthForm: null,
  publicKey: null,
})

/** What is wrong with a pupil’s sex can only be corrected; a date of birth brings errors and queries. */
export const faulty: MessageOf = { pupils: [{}, { sex: 'X' }, { dob: '2030-01-01' }, {}, {}] }

export interface PlayedCollector {
  readonly url: string
  readonly collector: Collector
  /** The return that stands, by the source’s number. */
  readonly returns: ReadonlyMap<string, string>
  stop(): Promise<void>
}

/** A collector in the middle of a round: some have sent, some wait, one is done; one school has sent nothing yet. */
export async function playCollector(): Promise<PlayedCollector> {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-collection-'))
  const store = await openStore({ folder: 'memory' })
  const collector = await openCollector({
    store,
    home,
    policyFolder: 'policy',
    origin: 'https://collector.example',
  })
  const runner = operator('played')
  await registerSources(
    collector,
    runner,
    [
      ...schools.map(([laNumber, urn, name]) => sourceOf(laNumber, urn, name, 'school')),
      sourceOf('894', '894', 'Telford and Wrekin', 'authority'),
      sourceOf('933', '933', 'Somerset', 'authority'),
    ],
    at,
  )
  await openTheRound(collector, runner, autumn, at)
  for (const [side, { name, scope }] of Object.entries(accounts) as [Side, (typeof accounts)[Side]][]) {
    const own = asCollector(collector)
    await own.write((tx) => addAccount(tx, { scope, email: emailOf(side), name }, at))
    await setNationalPassword(own, emailOf(side), password)
  }
  const returns = new Map<string, string>()
  const send = async (urn: string, more: MessageOf, replaceReason?: string): Promise<string> => {
    const received = await receiveReturn(
      collector,
      runner,
      { name: urn, open: asBytes(messageOf(urn, more)), ...(replaceReason ? { replaceReason } : {}) },
      at,
    )
    if (!received.ok) throw new Error(`${urn}: ${received.error.detail}`)
    returns.set(urn, received.value.return)
    return received.value.return
  }
  const move = async (
    id: string,
    ...named: readonly ('submit' | 'approve' | 'authorise')[]
  ): Promise<void> => {
    for (const one of named) {
      const moved = await moveReturn(collector, runner, id, one, null, at)
      if (!moved.ok) throw new Error(moved.error.detail)
    }
  }
  await send('100002', faulty)
  await send('100002', faulty, 'Two pupils were missing')
  await move(await send('100003', { pupils: 3 }), 'submit')
  await move(await send('100005', { pupils: 4 }), 'submit', 'approve')

  const silent = openLog(new Writable({ write: (_chunk, _encoding, done) => done() }))
  const house = {
    settings: { publicUrl: 'http://127.0.0.1' },
    clock: fixedClock(at.toISOString()),
    collector,
  }
  const server = await startServer(createCollectorApp(house, silent), 0, '127.0.0.1')
  const stop = async (): Promise<void> => {
    await server.stop()
    await store.close()
    rmSync(home, { recursive: true, force: true })
  }
  return { url: `http://127.0.0.1:${server.port}`, collector, returns, stop }
}
