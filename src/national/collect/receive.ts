import { rm } from 'node:fs/promises'
import type { ReturnState } from '../../core/collections/index.ts'
import { GatehouseError, ok, type Result } from '../../core/vocabulary/index.ts'
import { accept, type Accepted } from './accept.store.ts'
import { asCollector, type Collector, type Person } from './collector.ts'
import type { Round } from './definitions.ts'
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
  const [answer] = await answersOf(collector, [{ staged: staged.value, accepted: accepted.value }])
  if (!answer) throw new Error('a return that was accepted and is not there')
  return ok(answer)
}

/** Writes down, in one transaction, that these returns came; what is refused now leaves nothing. */
export async function acceptBatch(
  collector: Collector,
  batch: readonly Staged[],
  at: Date,
): Promise<readonly Result<Accepted, Refusal>[]> {
  let results: readonly Result<Accepted, Refusal>[]
  try {
    await collector.step('accept')
    results = await collector.turn.pass(() => acceptOnce(collector, batch, at))
  } catch (error) {
    // Whether they stand nobody can say here: `resume` goes on with those that do and clears the others away.
    for (const { id } of batch) collector.staging.delete(id)
    throw error
  }
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

export async function clear(collector: Collector, { id }: Staged): Promise<void> {
  await rm(incomingFolder(collector.home, id), { recursive: true, force: true })
  collector.staging.delete(id)
}

export async function answersOf(
  collector: Collector,
  taken: readonly { readonly staged: Staged; readonly accepted: Accepted }[],
): Promise<readonly ReceivedReturn[]> {
  return asCollector(collector).read(async (tx) => {
    const answers: ReceivedReturn[] = []
    for (const { staged, accepted } of taken) {
      const stands = await findReturn(tx, staged.id)
      answers.push({
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
      })
    }
    return answers
  })
}
