import { join } from 'node:path'
import { canonicalSha256 } from '../../core/standards/index.ts'
import type { Collector } from '../collect/index.ts'
import type { Declarations } from './declare/declaration.ts'
import { declarationsOf } from './declare/read-declarations.ts'
import { createOrLoadHoldingsKeys, type HoldingsKeys, type KeyGroup } from './keep/holdings-keys.ts'

/** The holdings as every part of them is handed them. */
export interface HoldingsHome {
  readonly collector: Collector
  /** `holdings/` of the data folder, and `identities/` beside it. */
  readonly folder: string
  readonly identitiesFolder: string
  readonly keys: HoldingsKeys
  readonly declarations: Declarations
  readonly memory: string
  readonly threads: number
  /** Told before each step of a build; tests stop there. */
  readonly step: (name: string) => void | Promise<void>
}

export interface HoldingsSettings {
  readonly memory?: string
  readonly threads?: number
  /** The keys that this process may use; both unless told. */
  readonly keys?: readonly KeyGroup[]
  readonly declarations?: Declarations
  readonly step?: HoldingsHome['step']
}

/** @throws GatehouseError `bad-policy`, `misconfigured` */
export async function openHoldingsHome(
  collector: Collector,
  settings: HoldingsSettings = {},
): Promise<HoldingsHome> {
  return {
    collector,
    folder: join(collector.home, 'holdings'),
    identitiesFolder: join(collector.home, 'identities'),
    keys: await createOrLoadHoldingsKeys(join(collector.home, 'keys'), settings.keys),
    declarations: settings.declarations ?? (await declarationsOf(collector.policyFolder)),
    memory: settings.memory ?? '2GB',
    threads: settings.threads ?? 2,
    step: settings.step ?? (() => undefined),
  }
}

/** Names the code that builds: changed whenever the same inputs would give other rows. */
export const buildVersion = '1'

export const declarationDigest = (of: unknown): string =>
  canonicalSha256(JSON.parse(JSON.stringify(of, replaceMaps)))

const replaceMaps = (_: string, value: unknown): unknown => (value instanceof Map ? [...value] : value)
