import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { Store } from '../../../core/store/index.ts'
import type { NationalScope } from '../../../core/vocabulary/index.ts'
import {
  operator,
  openCollector,
  registerSources,
  type Collector,
  type Person,
  type Source,
} from '../index.ts'

/** In the middle of the autumn’s round of 2026. */
export const testTime = new Date('2026-10-20T09:00:00Z')
export const theOperator = operator('test')
export const theCollector: Person = {
  scope: { kind: 'collector' },
  actor: { kind: 'staff', name: 'Colin Lector', role: 'collector' },
}
export const agentOf = (laNumber: string): Person => ({
  scope: { kind: 'authority', laNumber },
  actor: { kind: 'staff', name: `Agent of ${laNumber}`, role: 'agent' },
})
export const headOf = (source: string, laNumber = '894'): Person => ({
  scope: { kind: 'source', laNumber, source },
  actor: { kind: 'staff', name: `Head of ${source}`, role: 'source' },
})
export const wholeScope: NationalScope = { kind: 'collector' }

export const testSource = (source: string, more: Partial<Source> = {}): Source => ({
  laNumber: '894',
  source,
  kind: 'school',
  name: `School ${source}`,
  establishment: '',
  phase: '',
  schoolType: '',
  governance: 'CO',
  sixthForm: null,
  publicKey: null,
  ...more,
})

/** A collector on this store in a folder of its own, with these sources. */
export async function testCollector(
  store: Store,
  sources: readonly Source[] = [],
  step?: Collector['step'],
): Promise<Collector> {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-collector-'))
  after(() => rmSync(home, { recursive: true, force: true }))
  const collector = await openCollector({
    store,
    home,
    policyFolder: 'policy',
    origin: 'https://collector.example',
    ...(step ? { step } : {}),
  })
  if (sources.length > 0) await registerSources(collector, theOperator, sources, testTime)
  return collector
}

/** Names of every file below `collected/`, dots included. */
export const collectedFiles = ({ home }: Collector): readonly string[] => {
  try {
    return readdirSync(join(home, 'collected'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))
      .sort()
  } catch {
    return []
  }
}
