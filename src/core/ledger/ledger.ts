import type { SchoolStore } from '../store/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import { listEntries, pupilEntries, type ListedEntry, type PupilEntry, type View } from './entries.store.ts'
import type { LedgerKeys } from './keys.ts'
import { openLogFolder } from './log-folder.ts'
import { newestCheckpoint } from './log.store.ts'
import { headOf, publish, type LogHead } from './publish.ts'
import { makeReceipt } from './receipt.ts'
import type { ReceiptRequest } from './receipt.store.ts'
import { verifyLedger, type VerifyOptions, type VerifyReport } from './verify.ts'

/** One school's ledger: its public log, its receipts, and what its entries say. Appending is `appendEntry`. */
export interface Ledger {
  readonly origin: string
  /** Public keys in the form that verifiers are configured with, Ed25519 first. */
  readonly vkeys: readonly [string, string]
  /** Brings the public files up to the ledger and signs. Resumes after a crash; refuses with `ledger-broken`. */
  publish(at: Date): Promise<LogHead>
  /**
   * A `tlog-proof` of one entry under the newest checkpoint, carrying the entry itself, and for a pupil what opens that
   * pupil's commitment. Made for whoever may see the entry: a restricted one only when it has been revealed or is asked
   * for as such.
   * @throws GatehouseError `not-found` when there is no such entry to show, or it is not published yet.
   */
  receipt(index: number, request: ReceiptRequest): Promise<string>
  /** Re-derives everything from the rows, compares the public files, and names each place that differs. */
  verify(options?: VerifyOptions): Promise<VerifyReport>
  /** The disclosures that concern a pupil, oldest first. */
  entriesOf(pupilId: string, view: View): Promise<readonly PupilEntry[]>
  /** Entries `from` up to, not including, `to`. */
  entries(from: number, to: number, view: View): Promise<readonly ListedEntry[]>
  /** The newest checkpoint; size 0 when none was ever published. */
  latest(): Promise<LogHead>
}

export interface LedgerOptions {
  readonly school: SchoolStore
  readonly origin: string
  readonly keys: LedgerKeys
  /** Where the public files go: what a server hands out under `/log/`. */
  readonly folder: string
  /** Called after each step of publishing with its name; tests end the process there. */
  readonly step?: (name: string) => void
}

export function openLedger({ school, origin, keys, folder, step = () => undefined }: LedgerOptions): Ledger {
  if (keys.origin !== origin) {
    throw new GatehouseError('misconfigured', 'The ledger’s keys belong to another log.', {
      where: keys.origin,
    })
  }
  const files = openLogFolder(folder, step)
  let turn: Promise<unknown> = Promise.resolve()
  return {
    origin,
    vkeys: keys.vkeys,
    publish: (at) => {
      const next = turn.then(() => publish({ school, keys, folder: files, step }, at))
      turn = next.catch(() => undefined)
      return next
    },
    receipt: (index, request) => makeReceipt({ school, keys, folder: files }, index, request),
    verify: (options = {}) => verifyLedger({ school, keys, folder: files }, options),
    entriesOf: (pupilId, view) => school.read((tx) => pupilEntries(tx, school.urn, pupilId, view)),
    entries: (from, to, view) => school.read((tx) => listEntries(tx, school.urn, { from, to }, view)),
    latest: async () => headOf(origin, await school.read((tx) => newestCheckpoint(tx, school.urn))),
  }
}
