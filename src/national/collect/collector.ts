import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { NationalStore, Store } from '../../core/store/index.ts'
import type { Duty, NationalActor, NationalScope } from '../../core/vocabulary/index.ts'
import { createOrLoadCollectorKeys, type CollectorKeys } from './collector-keys.ts'
import { definitionsOf, type Definitions } from './definitions.ts'
import { readDuplicateRules, type DuplicateRules } from './duplicates-file.ts'
import { turnstile, type Turnstile } from './turnstile.ts'
import { readWorkflow, type Workflow } from './workflow-file.ts'

/** The collector as every part of it is handed it. */
export interface Collector {
  readonly store: Store
  /** The data folder: `collected/` lies in it, and `keys/`. */
  readonly home: string
  /** Where the policy lies: what it says beyond collections is read by who needs it. */
  readonly policyFolder: string
  /** How sources know it: the audience of their tokens, the issuer of its receipts. */
  readonly origin: string
  readonly keys: CollectorKeys
  readonly workflow: Workflow
  readonly definitions: Definitions
  /** Null: the collection looks for no duplicates. */
  readonly duplicateRules: (collection: string) => Promise<DuplicateRules | null>
  /** Names this run among all that may work on the same returns. */
  readonly owner: string
  /** Short transactions take turns: at once they would only make each other start again. */
  readonly turn: Turnstile
  /** Validations that run at once. */
  readonly validating: Turnstile
  /** Returns that this run reads at this moment and that stand nowhere yet. */
  readonly staging: Set<string>
  /** Told before each step of receiving; tests stop there. */
  readonly step: (name: string) => void | Promise<void>
}

export interface CollectorSettings {
  readonly store: Store
  readonly home: string
  readonly policyFolder: string
  readonly origin: string
  readonly step?: Collector['step']
}

/** @throws GatehouseError `bad-policy`, `misconfigured` */
export async function openCollector(settings: CollectorSettings): Promise<Collector> {
  const { store, home, policyFolder, origin } = settings
  return {
    store,
    home,
    policyFolder,
    origin,
    keys: await createOrLoadCollectorKeys(join(home, 'keys')),
    workflow: await readWorkflow(policyFolder),
    definitions: definitionsOf(policyFolder),
    duplicateRules: (collection) => readDuplicateRules(policyFolder, collection),
    owner: `${hostname()}/${String(process.pid)}/${randomUUID()}`,
    turn: turnstile(1),
    validating: turnstile(2),
    staging: new Set(),
    step: settings.step ?? (() => undefined),
  }
}

const machine: NationalActor = { kind: 'job', name: 'collector', role: 'collector' }

/** The collector's own view, for what it does by itself: recognise a source, keep what came in. */
export const asCollector = (collector: Collector, actor: NationalActor = machine): NationalStore =>
  collector.store.national({ kind: 'collector' }, actor)

/** A person on the national side: what they may see, and who they are. */
export interface Person {
  readonly scope: NationalScope
  readonly actor: NationalActor
  /** Of the department's own people; absent: none. */
  readonly duties?: readonly Duty[]
}

export const asPerson = (collector: Collector, { scope, actor }: Person): NationalStore =>
  collector.store.national(scope, actor)
