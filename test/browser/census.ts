import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { openStore } from '../../src/core/store/index.ts'
import { fixedClock } from '../../src/core/vocabulary/index.ts'
import { createCollectorApp, openLog, startServer } from '../../src/faces/api/index.ts'
import {
  openCollector,
  openTheRound,
  operator,
  registerSources,
  type Collector,
} from '../../src/national/collect/index.ts'
import { recordStanding } from '../../src/school/agreements/index.ts'
import { returnSigningKey } from '../../src/school/deliver/index.ts'
import { recordReturnSettings } from '../../src/school/returns/index.ts'
import { at, playSchool, type PlayedSchool } from './school.ts'

export interface PlayedCensus {
  readonly school: PlayedSchool
  readonly collector: Collector
  stop(): Promise<void>
}

/** A port of loopback that nobody uses: the collector’s origin has to be known before it listens. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

/** The played school beside a collector that has its key, and whose keys it has. */
export async function playCensus(): Promise<PlayedCensus> {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-census-collector-'))
  const store = await openStore({ folder: 'memory' })
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const collector = await openCollector({ store, home, policyFolder: 'policy', origin })
  const silent = openLog(new Writable({ write: (_chunk, _encoding, done) => done() }))
  const house = { settings: { publicUrl: origin }, clock: fixedClock(at.toISOString()), collector }
  const server = await startServer(createCollectorApp(house, silent), port, '127.0.0.1')

  const played = await playSchool(undefined, origin)
  const { gatehouse, school } = played
  const runner = operator('played')
  const { publicText } = await returnSigningKey(gatehouse.home)
  await registerSources(
    collector,
    runner,
    [
      {
        laNumber: '894',
        source: school.urn,
        kind: 'school',
        name: 'Wrekin View Primary School',
        establishment: '2999',
        phase: 'PS',
        schoolType: '',
        governance: 'CO',
        sixthForm: null,
        publicKey: publicText,
      },
    ],
    at,
  )
  await openTheRound(collector, runner, { collection: 'school-census', year: 2026, term: 'AUT' }, at)
  await recordStanding(school, {
    recipientId: 'department-for-education',
    identityVerifiedOn: '2026-09-02',
    contractOn: '2026-09-01',
    ageRecipient: collector.keys.recipient.text,
  })
  mkdirSync(join(gatehouse.home, 'keys'), { recursive: true })
  writeFileSync(join(gatehouse.home, 'keys', 'collector-receipt.pub'), collector.keys.signing.publicText)
  await recordReturnSettings(
    school,
    'school-census',
    {
      school: {
        type: '18',
        intake: 'COMP',
        governance: 'CO',
        lowestYear: 'N1',
        highestYear: '6',
        email: 'office@wrekinview.example',
        phone: '01952 000000',
      },
      pupil: {
        topUpFunding: 'false',
        senUnit: 'false',
        resourcedProvision: 'false',
        classType: { R: 'O', '1': 'O', '2': 'O', '3': 'O', '4': 'O', '5': 'O', '6': 'O', N1: 'N', N2: 'N' },
      },
    },
    at,
  )
  const stop = async (): Promise<void> => {
    await played.stop()
    await server.stop()
    await store.close()
    rmSync(home, { recursive: true, force: true })
  }
  return { school: played, collector, stop }
}
