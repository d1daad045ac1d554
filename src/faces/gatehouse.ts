import type { Ledger } from '../core/ledger/index.ts'
import type { Queue, SchoolStore, Store } from '../core/store/index.ts'
import type { Actor, Clock, Urn } from '../core/vocabulary/index.ts'
import type { Collector } from '../national/collect/index.ts'
import type { Door, Secrets } from '../school/release/index.ts'

/** The wired application, as main.ts makes it: all that a face is handed. */
export interface Gatehouse {
  readonly settings: {
    readonly publicUrl: string
    readonly policyFolder: string
    /** The collector's origin, to which returns are submitted. */
    readonly collectorUrl?: string | undefined
  }
  readonly store: Store
  readonly urn: Urn
  readonly clock: Clock
  readonly queue: Queue
  readonly secrets: Secrets
  readonly ledger: Ledger
  /** The data folder. */
  readonly home: string
  /** Where the ledger publishes its tiles and checkpoint. */
  readonly logFolder: string
  /** Where this machine also collects returns; absent: it is a school's alone. */
  readonly collector?: Collector
}

/** A collector as its faces are handed it; it needs no school. */
export interface CollectorHouse {
  readonly settings: { readonly publicUrl: string }
  readonly clock: Clock
  readonly collector: Collector
}

/** The school's store as this person uses it. */
export const schoolFor = (gatehouse: Gatehouse, actor: Actor): SchoolStore =>
  gatehouse.store.school(gatehouse.urn, actor)

/** The way out, as this person uses it. */
export const doorFor = (gatehouse: Gatehouse, actor: Actor): Door => ({
  school: schoolFor(gatehouse, actor),
  queue: gatehouse.queue,
  secrets: gatehouse.secrets,
  home: gatehouse.home,
})

/** Whether people reach this server by https. */
export const isSecure = (house: Pick<CollectorHouse, 'settings'>): boolean =>
  house.settings.publicUrl.startsWith('https:')
