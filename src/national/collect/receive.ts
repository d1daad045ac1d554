import { rm } from 'node:fs/promises'
import type { ReturnState } from '../../core/collections/index.ts'
import { GatehouseError, ok, type Result } from '../../core/vocabulary/index.ts'
import { accept, type Accepted } from './accept.store.ts'
import { asCollector, type Collector, type Person } from './collector.ts'
import { roundName, type Round } from './definitions.ts'
import type { Refusal } from './refusal.ts'
import { incomingFolder } from './return-files.ts'
import { findReturn } from './returns.store.ts'
import { takeIn, type Delivery, type Staged } from './take-in.ts'
import { validateBatch } from './validate.ts'

/** What became of a file that was taken in. */
export interface ReceivedReturn {
  readonly return: string
  readonly round: Round
  readonly laNumber: string
  readonly source: string
  readonly version: number
  readonly state: ReturnState
  readonly receivedAt: string
  readonly sha256: string
  readonly receipt: string
  readonly records: Readonly<Record<string, number>>
  readonly errors: number
  readonly queries: number
}

/** Takes in one return and validates it: all of it, or nothing. */
export async function receiveReturn(
  collector: Collector,
  person: Person,
  delivery: Delivery,
  at: Date,
): Promise<Result<ReceivedReturn, Refusal>> {
  const staged = await takeIn(collector, person, delivery, at, () => ({ returnId: 1, after: 1 }))
  if (!staged.ok) return staged
  const [accepted] = await acceptBatch(collector, [staged.value], at)
  if (!accepted) throw new Error('a return that was neither accepted nor refused')
  if (!accepted.ok) return accepted
  await validateBatch(collector, staged.value.definition, [staged.value], at)
  return ok(await answerOf(collector, staged.value, accepted.value))
}

/** How many returns are loaded together, and how many bytes of them: what bounds memory, and what makes a rule cheap. */
const batchReturns = 40
const batchBytes = 64 * 2 ** 20

export interface Progress {
  /** Files that are done with, taken in or refused. */
  readonly at: (done: number) => void
}

/** The outcome of one of many files, in the order in which they were done. */
export interface Outcome {
  readonly name: string
  readonly result: Result<ReceivedReturn, Refusal>
}

/**
 * Takes in many returns. Those of one round are loaded and checked together, so that a country’s cost no more each than a
 * school’s; what is under way is bounded. Killed, it goes on where it stopped: what was kept is found by its digest.
 */
export async function* receiveMany(
  collector: Collector,
  person: Person,
  deliveries: AsyncIterable<Delivery> | Iterable<Delivery>,
  at: () => Date,
): AsyncGenerator<Outcome> {
  const batches = new Map<string, Staged[]>()
  const numberingOf = (round: Round): { returnId: number; after: number } => {
    const last = batches.get(roundName(round))?.at(-1)
    return { returnId: (last?.returnId ?? 0) + 1, after: last?.report.last ?? batchReturns + 1 }
  }
  for await (const delivery of deliveries) {
    const staged = await takeIn(collector, person, delivery, at(), numberingOf)
    if (!staged.ok) {
      yield { name: delivery.name, result: staged }
      continue
    }
    const key = roundName(staged.value.round)
    const batch = batches.get(key) ?? []
    // A second return of one source waits for the first to stand.
    const again = batch.some(({ source }) => source.source === staged.value.source.source)
    if (again) {
      yield* finish(collector, batch, at())
      batches.delete(key)
      await clear(collector, staged.value)
      const once = await takeIn(collector, person, delivery, at(), numberingOf)
      if (!once.ok) {
        yield { name: delivery.name, result: once }
        continue
      }
      batches.set(key, [once.value])
      continue
    }
    batch.push(staged.value)
    batches.set(key, batch)
    const bytes = batch.reduce((sum, { report }) => sum + report.bytes, 0)
    if (batch.length >= batchReturns || bytes >= batchBytes) {
      yield* finish(collector, batch, at())
      batches.delete(key)
    }
  }
  for (const batch of batches.values()) yield* finish(collector, batch, at())
}

async function* finish(collector: Collector, batch: readonly Staged[], at: Date): AsyncGenerator<Outcome> {
  const accepted = await acceptBatch(collector, batch, at)
  const taken: { readonly staged: Staged; readonly accepted: Accepted }[] = []
  for (const [i, staged] of batch.entries()) {
    const result = accepted[i]
    if (result?.ok) taken.push({ staged, accepted: result.value })
    else if (result) yield { name: staged.name, result }
  }
  const [first] = taken
  if (!first) return
  await validateBatch(
    collector,
    first.staged.definition,
    taken.map(({ staged }) => staged),
    at,
  )
  for (const each of taken)
    yield { name: each.staged.name, result: ok(await answerOf(collector, each.staged, each.accepted)) }
}

/** Writes down, in one transaction, that these returns came; what is refused now leaves nothing. */
async function acceptBatch(
  collector: Collector,
  batch: readonly Staged[],
  at: Date,
): Promise<readonly Result<Accepted, Refusal>[]> {
  await collector.step('accept')
  const results = await collector.turn.pass(() => acceptOnce(collector, batch, at))
  await collector.step('accepted')
  for (const [i, result] of results.entries()) {
    const staged = batch[i]
    if (!result.ok && staged) await clear(collector, staged)
    else if (staged) collector.staging.delete(staged.id)
  }
  return results
}

/** Again where another process was first with the same return: then it stands, and this one is told so. */
async function acceptOnce(
  collector: Collector,
  batch: readonly Staged[],
  at: Date,
  tries = 5,
): Promise<readonly Result<Accepted, Refusal>[]> {
  try {
    return await asCollector(collector).write(async (tx) => {
      const done: Result<Accepted, Refusal>[] = []
      for (const staged of batch) done.push(await accept(tx, collector, staged, at))
      return done
    })
  } catch (error) {
    const raced =
      error instanceof GatehouseError && (error.code === 'conflict' || error.why === 'SQLSTATE 40001')
    if (!raced || tries <= 1) throw error
    return acceptOnce(collector, batch, at, tries - 1)
  }
}

async function clear(collector: Collector, { id }: Staged): Promise<void> {
  await rm(incomingFolder(collector.home, id), { recursive: true, force: true })
  collector.staging.delete(id)
}

async function answerOf(collector: Collector, staged: Staged, accepted: Accepted): Promise<ReceivedReturn> {
  const stands = await asCollector(collector).read((tx) => findReturn(tx, staged.id))
  return {
    return: staged.id,
    round: staged.round,
    laNumber: staged.source.laNumber,
    source: staged.source.source,
    version: accepted.version,
    state: stands.state,
    receivedAt: stands.receivedAt.toISOString(),
    sha256: staged.bodySha256,
    receipt: accepted.receipt,
    records: stands.records,
    errors: stands.errors,
    queries: stands.queries,
  }
}
