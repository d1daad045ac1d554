import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openAnalytics, type Analytics } from '../../core/analytics/index.ts'
import {
  find,
  giveTable,
  loadRows,
  measure,
  prepareTables,
  structureFindings,
  type Finding,
  type GivenRecords,
  type Measures,
  type ReturnReport,
  type TermDefinition,
} from '../../core/collections/index.ts'
import { collectedFolder, incomingFolder } from './return-files.ts'
import { writeTables } from './write-tables.ts'

/** A return whose rows were scanned, and what is known beside its message. */
export interface Loading {
  readonly id: string
  readonly returnId: number
  readonly after: number
  readonly source: string
  readonly report: ReturnReport
  readonly given: GivenRecords
}

export interface Loaded {
  readonly id: string
  readonly findings: readonly Finding[]
  readonly measures: Measures
  /** Notes on the message’s shape that were counted and not kept. */
  readonly moreNotes: number
}

/**
 * Returns of one term, loaded together, checked together, and written as one Parquet file a table and return into their
 * folders. All of it is a function of the bytes and the definition: doing it again gives the same.
 */
export async function loadBatch(
  home: string,
  definition: TermDefinition,
  batch: readonly Loading[],
  step: (name: string) => void | Promise<void>,
): Promise<readonly Loaded[]> {
  const [first] = batch
  if (!first) return []
  // What doesn't fit lies with the rows, and is removed with them.
  const spill = join(incomingFolder(home, first.id), 'spill')
  const analytics = await openAnalytics({ folders: [collectedFolder(home)], spill, memory: '512MB' })
  try {
    await prepareTables(analytics, definition)
    await analytics.run(
      `INSERT INTO "return" VALUES ${batch.map(({ returnId }) => `(${String(returnId)})`).join(', ')}`,
    )
    await loadRows(analytics, definition, await rowsTogether(home, definition, batch))
    await giveAll(analytics, definition, batch)
    await step('rules')
    const found = Map.groupBy(await find(analytics, definition), ({ returnId }) => returnId)
    const measures = await measure(analytics, definition)
    await step('tables')
    for (const each of batch) await writeTables(analytics, definition, incomingFolder(home, each.id), each)
    return batch.map(({ id, returnId, report }) => ({
      id,
      findings: [...structureFindings(returnId, report.notes), ...(found.get(returnId) ?? [])],
      measures: measures.get(returnId) ?? {},
      moreNotes: report.moreNotes,
    }))
  } finally {
    analytics.close()
  }
}

async function giveAll(
  analytics: Analytics,
  definition: TermDefinition,
  batch: readonly Loading[],
): Promise<void> {
  for (const { returnId, given } of batch) {
    for (const [table, record] of Object.entries(given)) {
      if (definition.tables.get(table)?.given) await giveTable(analytics, definition, table, returnId, record)
    }
  }
}

/** The rows of all returns of a batch, a file a table. */
async function rowsTogether(
  home: string,
  definition: TermDefinition,
  batch: readonly Loading[],
): Promise<ReturnReport['rows']> {
  const [first, ...others] = batch
  if (!first || others.length === 0) return first?.report.rows ?? new Map()
  const together = new Map<string, { file: string; rows: number }>()
  for (const table of definition.tables.keys()) {
    const parts = batch.flatMap(({ report }) => {
      const part = report.rows.get(table)
      return part && part.rows > 0 ? [part] : []
    })
    if (parts.length === 0) continue
    const file = join(incomingFolder(home, first.id), `${table}.together`)
    const handle = await open(file, 'w', 0o600)
    try {
      for (const part of parts) {
        const { size } = await stat(part.file)
        if (size === 0) continue
        // Most are small: a large buffer for each would keep the garbage collector busier than the rules do.
        for await (const chunk of createReadStream(part.file, { highWaterMark: Math.min(size + 1, 1 << 20) }))
          await handle.write(chunk as Uint8Array)
      }
    } finally {
      await handle.close()
    }
    together.set(table, { file, rows: parts.reduce((sum, { rows }) => sum + rows, 0) })
  }
  return together
}
