import type { Store } from '../../core/store/index.ts'
import type { Gatehouse } from '../index.ts'

/** The settings that commands look at; `src/settings.ts` reads them from the environment. */
export interface CommandSettings {
  readonly port: number
  readonly host: string | undefined
  readonly sftpPort?: number | undefined
  readonly school: string | undefined
  readonly home: string
  readonly databaseUrl: string | undefined
  readonly policyFolder: string
  readonly publicUrl: string
  readonly collectorUrl?: string | undefined
}

/** A server that answers. */
export interface Running {
  readonly url: string
  /** Lines for whoever started it: how to sign in. */
  readonly notes: readonly string[]
  readonly stop: () => Promise<void>
}

/** One recipient's part of the demonstration's day. */
export interface DemonstrationLine {
  readonly id: string
  readonly outcome: string
  readonly permittedPupils: number
  readonly withheldPupils: number
  readonly items: readonly string[]
  readonly file: string | null
  readonly sha256: string | null
  readonly ledgerIndex: number | null
  /** Every file that left for it; the three above are of the first. */
  readonly files: readonly {
    readonly file: string
    readonly sha256: string
    readonly ledgerIndex: number
  }[]
}

export interface DemonstrationReport {
  readonly recipients: readonly DemonstrationLine[]
  readonly ledger: { readonly origin: string; readonly size: number; readonly root: string }
  readonly notice: { readonly version: number | null; readonly drift: readonly string[] }
}

/** Which returns of the demonstration world to write; what is left out is as the world has it. */
export interface ReturnsWanted {
  readonly england: boolean
  readonly authority?: string
  readonly year?: number
  readonly term?: string
  readonly seed?: number
  readonly schools?: number
  /** Share of schools whose file holds deliberate faults. */
  readonly faulty?: number
}

export interface ReturnsWritten {
  readonly schools: number
  readonly onRoll: number
  readonly records: number
  readonly bytes: number
  readonly faults: number
  readonly files: readonly string[]
}

/** The returns of an authority's academic years that are to be generated, each year by the one in which it ends. */
export interface YearsWanted {
  readonly authority: string
  readonly from: number
  readonly to: number
  readonly nextAutumn: boolean
  readonly seed: number
  readonly schools?: number
  readonly faulty?: number
}

export interface YearsWritten {
  readonly schools: number
  readonly people: number
  readonly records: number
  readonly events: number
  readonly faults: number
  readonly bytes: number
  readonly files: readonly string[]
}

/** What the command is handed by its wiring. Each part is loaded when a command first asks for it: `--help` loads none. */
export interface Application {
  /** @throws GatehouseError `misconfigured` naming the variable. */
  readonly settings: () => CommandSettings
  /** The school's Gatehouse on the store of the settings. @throws GatehouseError `locked`, `misconfigured`, `not-found`. */
  readonly open: (settings: CommandSettings) => Promise<Gatehouse>
  readonly close: (gatehouse: Gatehouse) => Promise<void>
  /** The bare store, migrated; a school need not stand in it yet. */
  readonly openStore: (settings: CommandSettings) => Promise<Store>
  /** Serves pages, API and log, and delivers what is due. */
  readonly serve: (settings: CommandSettings) => Promise<Running>
  /** Serves a collector without a school; `first` is entered where it has nobody. */
  readonly serveCollector: (
    settings: CommandSettings,
    first: { readonly email: string; readonly name: string },
  ) => Promise<Running>
  /** Plays the demonstration's day once in this home, then serves it. */
  readonly start: (settings: CommandSettings, say: (line: string) => void) => Promise<Running>
  /** Plays the demonstration's day into `out`, without a server; where it was played before, tells again what it did. */
  readonly demonstrate: (
    out: string,
    settings: CommandSettings,
    say: (line: string) => void,
  ) => Promise<DemonstrationReport>
  readonly writeWorld: (folder: string, seed: number) => Promise<readonly string[]>
  /** Writes generated returns of an authority, or of England, into a folder. */
  readonly writeReturns: (folder: string, options: ReturnsWanted) => Promise<ReturnsWritten>
  /** Writes years of an authority's returns into a folder, with what is true of them; `at` hears how far it is. */
  readonly writeYears: (
    folder: string,
    options: YearsWanted,
    at: (done: number, of: number) => void,
  ) => Promise<YearsWritten>
}
