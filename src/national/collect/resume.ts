import { createReadStream } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { decryptStream } from '../../core/standards/age/index.ts'
import { readMessage } from '../../core/collections/index.ts'
import { asCollector, type Collector } from './collector.ts'
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
import { readingOf } from './take-in.ts'
import { validateBatch } from './validate.ts'

/** Beyond this many tries a return stays waiting until somebody looks. */
const mostTries = 5

/**
 * Folders without a return of their own are another’s work for so long: a run over a country’s files keeps the first of a round
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
        claimWaiting(tx, collector.owner, (owner) => isAlive(owner, collector), mostTries, at),
      ),
    )
    if (!waiting) break
    ;((await again(collector, waiting, at)) ? validated : stuck).push(waiting.id)
  }
  return { validated, stuck, cleared: await clearAbandoned(collector, at) }
}

async function again(collector: Collector, waiting: WaitingReturn, at: Date): Promise<boolean> {
  const { id, round } = waiting
  const definition = await collector.definitions.term(round)
  const source = await asCollector(collector).read((tx) => findSource(tx, waiting.source))
  if (!definition || !source) return false
  await takeBack(collector.home, round, id)
  const folder = incomingFolder(collector.home, id)
  const body = join(folder, bodyFile)
  if (!(await stat(body).catch(() => null))) return false
  await clearLoaded(collector.home, id)
  await makeFolder(join(folder, rowsFolder))
  const numbering = { returnId: 1, after: 1 }
  const scanned = await readMessage(
    decryptStream(collector.keys.identity, createReadStream(body) as AsyncIterable<Uint8Array>),
    definition,
    readingOf(join(folder, rowsFolder), waiting.fileName, numbering),
  )
  if (!scanned.ok) return false
  const [result] = await validateBatch(
    collector,
    definition,
    [{ id, round, definition, source, report: scanned.value, ...numbering }],
    at,
  )
  return result?.recorded ?? false
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
  const { home, store, staging } = collector
  const folder = join(collectedFolder(home), '.incoming')
  const names = await readdir(folder).catch(() => [])
  if (names.length === 0) return 0
  const known = await asCollector(collector).read((tx) => incomingKnown(tx, names))
  let cleared = 0
  for (const name of names) {
    if (known.has(name) || staging.has(name)) continue
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Infinity }))
    // An embedded store has one holder: what is there is nobody's work.
    if (store.engine.kind === 'postgres' && at.getTime() - mtimeMs < patience) continue
    await rm(join(folder, name), { recursive: true, force: true })
    cleared++
  }
  return cleared
}
