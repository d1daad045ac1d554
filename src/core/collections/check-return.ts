import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAnalytics, type Analytics } from '../analytics/index.ts'
import type { MessageFault } from '../standards/xml-records/index.ts'
import { ok, type Result } from '../vocabulary/index.ts'
import type { TermDefinition } from './definition.ts'
import { find } from './find.ts'
import type { Finding } from './finding.ts'
import { giveTable } from './give-table.ts'
import { loadRows } from './load-return.ts'
import { prepareTables } from './prepare-tables.ts'
import { readMessage, type ReturnReport } from './read-message.ts'
import { structureFindings } from './structure-findings.ts'

/** What the checker knows beside the message, by given table and item. */
export type GivenRecords = Readonly<Record<string, Readonly<Record<string, string | null>>>>

export interface CheckedReturn {
  readonly findings: readonly Finding[]
  /** Records by table. */
  readonly counts: ReadonlyMap<string, number>
  readonly report: ReturnReport
  /** The engine with the return loaded as return 1; for counts, exports and comparisons. */
  readonly analytics: Analytics
  /** Frees the engine and its files. */
  close(): Promise<void>
}

/**
 * Reads one message as a stream, loads it, and runs every rule of the term. A message that can’t be read loads nothing.
 * @param sparingFrom bytes of rows from which on less memory and more time is taken; the findings are the same
 */
export async function checkReturn(
  source: AsyncIterable<Uint8Array>,
  definition: TermDefinition,
  given: GivenRecords = {},
  fileName: string | null = null,
  sparingFrom: number = large,
): Promise<Result<CheckedReturn, MessageFault>> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-return-'))
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true })
  // The engine is made ready while the message is read.
  let opening = openEngine(folder, definition, usual)
  opening.catch(() => undefined) // whoever awaits it is told
  try {
    const scanned = await readMessage(source, definition, { folder, returnId: 1, after: 1, fileName })
    const ready = await opening
    if (!scanned.ok) {
      ready.close()
      await clear()
      return scanned
    }
    if ((await sizeOf(scanned.value)) > sparingFrom) {
      ready.close()
      opening = openEngine(folder, definition, sparing)
    }
    const analytics = await opening
    await analytics.run('INSERT INTO "return" VALUES (1)')
    await loadRows(analytics, definition, scanned.value.rows)
    for (const [table, record] of Object.entries(given))
      await giveTable(analytics, definition, table, 1, record)
    const findings = [...structureFindings(1, scanned.value.notes), ...(await find(analytics, definition))]
    return ok({
      findings,
      counts: new Map([...scanned.value.rows].map(([name, { rows }]) => [name, rows])),
      report: scanned.value,
      analytics,
      close: async () => {
        analytics.close()
        await clear()
      },
    })
  } catch (error) {
    await opening.then(
      (analytics) => {
        analytics.close()
      },
      () => undefined,
    )
    await clear()
    throw error
  }
}

/** Two connections plan a school’s rules in half the time. */
const usual = { memory: '512MB', lanes: 2 }
/** What holds a message’s tables in memory only in part takes longer, and not more memory with each megabyte of the message. */
const sparing = { memory: '160MB', lanes: 1 }
/** In bytes of rows: more than a large authority has in one message. */
const large = 48 * 2 ** 20

/** Bytes of all its rows. */
async function sizeOf({ rows }: ReturnReport): Promise<number> {
  const sizes = await Promise.all([...rows.values()].map(async ({ file }) => (await stat(file)).size))
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
