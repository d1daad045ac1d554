import { join } from 'node:path'
import type { Collector } from '../collect/index.ts'
import { readAliases, type Aliases } from './aliases-file.ts'
import { createOrLoadMatchKeys, type MatchKeys } from './match-keys.ts'
import { readModelFile, type MatchDefinition } from './model-file.ts'
import { readPasses, type Pass } from './passes-file.ts'
import { readMatchSources, type MatchSource } from './sources-file.ts'

/** The matching as every part of it is handed it. */
export interface Matching {
  readonly collector: Collector
  /** `match/` of the data folder. */
  readonly folder: string
  readonly keys: MatchKeys
  readonly sources: readonly MatchSource[]
  readonly passes: readonly Pass[]
  readonly definition: MatchDefinition
  readonly aliases: Aliases
  /** What the engine may use, such as `4GB`. */
  readonly memory: string
  readonly threads: number
  /** Told before each step of a run; tests stop there. */
  readonly step: (name: string) => void | Promise<void>
}

export interface MatchSettings {
  readonly memory?: string
  readonly threads?: number
  readonly step?: Matching['step']
}

/** @throws GatehouseError `bad-policy`, `misconfigured` */
export async function openMatching(collector: Collector, settings: MatchSettings = {}): Promise<Matching> {
  const { home, policyFolder } = collector
  const definition = await readModelFile(policyFolder)
  return {
    collector,
    folder: join(home, 'match'),
    keys: await createOrLoadMatchKeys(join(home, 'keys')),
    sources: await readMatchSources(policyFolder),
    passes: await readPasses(policyFolder, definition),
    definition,
    aliases: await readAliases(policyFolder),
    memory: settings.memory ?? '4GB',
    threads: settings.threads ?? 2,
    step: settings.step ?? (() => undefined),
  }
}
