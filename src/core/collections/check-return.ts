import { rm, stat } from 'node:fs/promises'
import { openAnalytics, type Analytics } from '../analytics/index.ts'
import type { MessageFault } from '../standards/xml-records/index.ts'
import { ok, type Result } from '../vocabulary/index.ts'
import { checkInPortions, type PortionCheck } from './check-portions.ts'
import type { TermDefinition } from './definition.ts'
import { find } from './find.ts'
import type { Finding } from './finding.ts'
import { giveTable } from './give-table.ts'
import { loadRows } from './load-return.ts'
import { outOfRoom } from './out-of-room.ts'
import { prepareTables } from './prepare-tables.ts'
import { readMessage, type ReturnReport } from './read-message.ts'
import { structureFindings } from './structure-findings.ts'
import { makeWorkFolder } from './work-folder.ts'

/** What the checker knows beside the message, by given table and item. */
export type GivenRecords = Readonly<Record<string, Readonly<Record<string, string | null>>>>

export interface CheckedReturn {
  readonly findings: readonly Finding[]
  /** Records by table. */
  readonly counts: ReadonlyMap<string, number>
  readonly report: ReturnReport
  /** The engine with the return loaded as return 1; for counts, exports and comparisons. Closed by `close`. */
  loaded(): Promise<Analytics>
  /** Frees the engine and its files. */
  close(): Promise<void>
}

/** In bytes of rows; the findings are the same whatever they are. */
export interface CheckBounds {
  /** A message with more is asked in portions of so many while it is read. */
  readonly portion: number
  /** What can’t be asked in portions and is more than this takes less memory and more time. */
  readonly large: number
}

const usualBounds: CheckBounds = { portion: 32 * 2 ** 20, large: 48 * 2 ** 20 }

/** Two connections plan a school’s rules in half the time. */
const usual = { memory: '160MB', lanes: 2 }
/** What holds a message’s tables in memory only in part takes longer, and not more memory with each megabyte of the message. */
const sparing = { memory: '160MB', lanes: 1 }

/**
 * Reads one message as a stream, loads it, and runs every rule of the term. A message that can’t be read loads nothing.
 * @throws GatehouseError `misconfigured` where neither memory nor disk has room for it.
 */
export async function checkReturn(
  source: AsyncIterable<Uint8Array>,
  definition: TermDefinition,
  given: GivenRecords = {},
  fileName: string | null = null,
  { portion, large }: CheckBounds = usualBounds,
): Promise<Result<CheckedReturn, MessageFault>> {
  const folder = await makeWorkFolder()
  const work = enginesFor(folder, definition, given)
  let portions: PortionCheck | null = null
  let taking = Promise.resolve()
  const closed = async (): Promise<void> => {
    await taking.catch(() => undefined) // an engine that works is not closed
    await work.close()
  }
  try {
    // The engine is made ready while the message is read.
    void work.open(usual)
    const scanned = await readMessage(source, definition, {
      folder,
      returnId: 1,
      after: 1,
      fileName,
      portions: {
        bytes: portion,
        // One is asked while the next is read.
        take: async (rows) => {
          const engine = await work.engine()
          portions ??= checkInPortions(engine, definition, () => work.give(engine))
          await taking
          taking = portions.take(rows)
          taking.catch(() => undefined) // whoever awaits it is told
        },
      },
    })
    if (!scanned.ok) {
      await closed()
      return scanned
    }
    await taking
    const report = scanned.value
    const readAll = async (): Promise<Analytics> => {
      if (portions || (await sizeOf(report)) > large) {
        const bounds = (await sizeOf(report)) > large ? sparing : usual
        await work.open(bounds)
      }
      return work.load(report)
    }
    let loaded: Promise<Analytics> | null = null
    const asked = await (portions as PortionCheck | null)?.finish()
    const found = asked ?? (await find(await (loaded = readAll()), definition))
    return ok({
      findings: [...structureFindings(1, report.notes), ...found],
      counts: new Map([...report.rows].map(([name, { rows }]) => [name, rows])),
      report,
      loaded: () =>
        (loaded ??= readAll().catch((error: unknown) => {
          throw outOfRoom(error)
        })),
      close: () => work.close(),
    })
  } catch (error) {
    await closed()
    throw outOfRoom(error)
  }
}

interface Engines {
  /** Opens an engine in place of the one that is open. */
  open(bounds: { readonly memory: string; readonly lanes: number }): Promise<Analytics>
  engine(): Promise<Analytics>
  give(engine: Analytics): Promise<void>
  /** Into the engine that is open. */
  load(report: ReturnReport): Promise<Analytics>
  /** The engine, and the folder with all that is in it. */
  close(): Promise<void>
}

function enginesFor(folder: string, definition: TermDefinition, given: GivenRecords): Engines {
  let opening: Promise<Analytics> | null = null
  const end = (): Promise<void> =>
    opening?.then(
      (engine) => {
        engine.close()
      },
      () => undefined,
    ) ?? Promise.resolve()
  const engine = (): Promise<Analytics> => opening ?? Promise.reject(new Error('no engine is open'))
  const give = async (to: Analytics): Promise<void> => {
    await to.run('INSERT INTO main."return" VALUES (1)')
    for (const [table, record] of Object.entries(given)) await giveTable(to, definition, table, 1, record)
  }
  return {
    open(bounds) {
      opening = end().then(() => openEngine(folder, definition, bounds))
      opening.catch(() => undefined) // whoever awaits it is told
      return opening
    },
    engine,
    give,
    async load(report) {
      const analytics = await engine()
      await loadRows(analytics, definition, report.rows)
      await give(analytics)
      return analytics
    },
    async close() {
      await end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Bytes of all its rows. */
async function sizeOf({ rows }: ReturnReport): Promise<number> {
  const files = [...rows.values()].flatMap(({ file, earlier = [] }) => [...earlier, file])
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function openEngine(
  folder: string,
  definition: TermDefinition,
  bounds: { readonly memory: string; readonly lanes: number },
): Promise<Analytics> {
  const analytics = await openAnalytics({ folders: [folder], spill: folder, threads: 1, ...bounds })
  try {
    await prepareTables(analytics, definition)
    return analytics
  } catch (error) {
    analytics.close()
    throw error
  }
}
