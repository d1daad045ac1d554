import { createReadStream } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { decryptStream } from '../../core/standards/age/index.ts'
import { readMessage } from '../../core/collections/index.ts'
import { asCollector, type Collector } from './collector.ts'
import { isOfThisProcess, ownerOf } from './incoming-owner.ts'
import {
  bodyFile,
  clearLoaded,
  collectedFolder,
  incomingFolder,
  makeFolder,
  rowsFolder,
  takeBack,
} from './return-files.ts'
import { findSource } from './sources.store.ts'
import { claimWaiting, incomingKnown, type WaitingReturn } from './waiting.store.ts'
import { batchBytes, batchReturns } from './receive-many.ts'
import { readingOf, type Numbering } from './take-in.ts'
import { validateBatch, type Waiting } from './validate.ts'

/** Beyond this many tries a return stays waiting until somebody looks. */
const limits = { mostTries: 5, most: batchReturns, mostBytes: batchBytes }

/**
 * Folders without a return of their own are another’s work for so long, unless its run is known to have ended: a run over a country’s files keeps the first of a round
 * that has few until its end.
 */
const patience = 48 * 60 * 60_000

export interface Resumed {
  readonly validated: readonly string[]
  /** Returns whose bytes are not there or can’t be read again. */
  readonly stuck: readonly string[]
  /** Folders of files that were never accepted. */
  readonly cleared: number
}

/** Goes on with what a run that ended left waiting, and clears away what it had not accepted. */
export async function resume(collector: Collector, at: Date): Promise<Resumed> {
  const validated: string[] = []
  const stuck: string[] = []
  for (;;) {
    const waiting = await collector.turn.pass(() =>
      asCollector(collector).write((tx) =>
        claimWaiting(tx, collector.owner, (owner) => isAlive(owner, collector), limits, at),
      ),
    )
    if (waiting.length === 0) break
    const done = await again(collector, waiting, at)
    validated.push(...done.validated)
    stuck.push(...done.stuck)
  }
  return { validated, stuck, cleared: await clearAbandoned(collector, at) }
}

/**
 * Reads returns anew and validates them together. What is in neither list failed with the others and is taken alone the next time.
 */
async function again(
  collector: Collector,
  waiting: readonly WaitingReturn[],
  at: Date,
): Promise<Pick<Resumed, 'validated' | 'stuck'>> {
  const batch: Waiting[] = []
  const stuck: string[] = []
  for (const each of waiting) {
    const last = batch.at(-1)
    const numbering = { returnId: (last?.returnId ?? 0) + 1, after: last?.report.last ?? batchReturns + 1 }
    const read = await readAgain(collector, each, numbering)
    if (read) batch.push(read)
    else stuck.push(each.id)
  }
  const [first] = batch
  if (!first) return { validated: [], stuck }
  try {
    const results = await validateBatch(collector, first.definition, batch, at)
    const recorded = new Set(results.flatMap(({ id, recorded }) => (recorded ? [id] : [])))
    return {
      validated: [...recorded],
      stuck: [...stuck, ...batch.flatMap(({ id }) => (recorded.has(id) ? [] : [id]))],
    }
  } catch (error) {
    if (waiting.length === 1) throw error
    return { validated: [], stuck }
  }
}

/** Null: its source, its term or its bytes are not there, or can’t be read to their end any more. */
async function readAgain(
  collector: Collector,
  { id, round, laNumber, source: number, fileName }: WaitingReturn,
  numbering: Numbering,
): Promise<Waiting | null> {
  const definition = await collector.definitions.term(round)
  const source = await asCollector(collector).read((tx) => findSource(tx, number, laNumber))
  if (!definition || !source) return null
  await takeBack(collector.home, round, id)
  const folder = incomingFolder(collector.home, id)
  const body = join(folder, bodyFile)
  if (!(await stat(body).catch(() => null))) return null
  await clearLoaded(collector.home, id)
  await makeFolder(join(folder, rowsFolder))
  const scanned = await readMessage(
    decryptStream(collector.keys.identity, createReadStream(body) as AsyncIterable<Uint8Array>),
    definition,
    readingOf(join(folder, rowsFolder), fileName, numbering),
  )
  return scanned.ok ? { id, round, definition, source, report: scanned.value, ...numbering } : null
}

/** Whether the run that made a claim (`host/pid/run`) may still be at it. One on another machine may. */
export function isAlive(owner: string, { owner: self, store }: Pick<Collector, 'owner' | 'store'>): boolean {
  if (owner === self) return true
  // An embedded store has one holder: whoever had it before is gone.
  if (store.engine.kind === 'pglite') return false
  const [host = '', pid = ''] = owner.split('/')
  if (host !== hostname()) return true
  if (Number(pid) === process.pid) return false
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function clearAbandoned(collector: Collector, at: Date): Promise<number> {
  const { home, staging } = collector
  const folder = join(collectedFolder(home), '.incoming')
  const names = await readdir(folder).catch(() => [])
  if (names.length === 0) return 0
  const known = await asCollector(collector).read((tx) => incomingKnown(tx, names))
  let cleared = 0
  for (const name of names) {
    if (known.has(name) || staging.has(name)) continue
    if (await mayStillCome(collector, folder, name, at)) continue
    await rm(join(folder, name), { recursive: true, force: true })
    cleared++
  }
  return cleared
}

/** Whether a run that goes on may be at it. */
async function mayStillCome(collector: Collector, folder: string, name: string, at: Date): Promise<boolean> {
  // An embedded store has one holder: what is there is nobody's work.
  if (collector.store.engine.kind === 'pglite') return false
  const owner = await ownerOf(folder, name)
  if (owner !== null && !isOfThisProcess(owner) && !isAlive(owner, collector)) return false
  const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Infinity }))
  return at.getTime() - mtimeMs < patience
}
