import { ok, type Result } from '../../core/vocabulary/index.ts'
import type { Accepted } from './accept.store.ts'
import type { Collector, Person } from './collector.ts'
import { roundName, type Round } from './definitions.ts'
import { acceptBatch, answersOf, clear, type ReceivedReturn } from './receive.ts'
import type { Refusal } from './refusal.ts'
import { takeIn, type Delivery, type Staged } from './take-in.ts'
import { validateBatch } from './validate.ts'

/** How many returns are loaded together, and how many bytes of them: what bounds memory, and what makes a rule cheap. */
export const batchReturns = 40
export const batchBytes = 64 * 2 ** 20

/** Batches that are being validated while the next one is read: one keeps a second core busy. */
const ahead = 1

/** The outcome of one of many files, in the order in which they were done. */
export interface Outcome {
  readonly name: string
  readonly result: Result<ReceivedReturn, Refusal>
}

/**
 * Takes in many returns. Those of one round are loaded and checked together, so that a country’s cost no more each than a
 * school’s, and the next ones are read meanwhile; what is under way is bounded. Killed, it goes on where it stopped: what was
 * kept is found by its digest.
 */
export async function* receiveMany(
  collector: Collector,
  person: Person,
  deliveries: AsyncIterable<Delivery> | Iterable<Delivery>,
  at: () => Date,
): AsyncGenerator<Outcome> {
  const batches = new Map<string, Staged[]>()
  const underWay: Promise<readonly Outcome[]>[] = []
  const numberingOf = (round: Round): { returnId: number; after: number } => {
    const last = batches.get(roundName(round))?.at(-1)
    return { returnId: (last?.returnId ?? 0) + 1, after: last?.report.last ?? batchReturns + 1 }
  }
  /** Begins with a batch, and waits until no more than so many are under way. */
  async function* begin(key: string, left: number): AsyncGenerator<Outcome> {
    const batch = batches.get(key) ?? []
    batches.delete(key)
    const done = finish(collector, batch, at())
    done.catch(() => undefined) // thrown where it is waited for
    underWay.push(done)
    while (underWay.length > left) yield* (await underWay.shift()) ?? []
  }
  try {
    for await (const delivery of deliveries) {
      let staged = await takeIn(collector, person, delivery, at(), numberingOf)
      const key = staged.ok ? roundName(staged.value.round) : ''
      if (staged.ok && has(batches.get(key), staged.value)) {
        // A second return of one source waits for the first to stand.
        await clear(collector, staged.value)
        yield* begin(key, 0)
        staged = await takeIn(collector, person, delivery, at(), numberingOf)
      }
      if (!staged.ok) {
        yield { name: delivery.name, result: staged }
        continue
      }
      const batch = [...(batches.get(key) ?? []), staged.value]
      batches.set(key, batch)
      const bytes = batch.reduce((sum, { report }) => sum + report.bytes, 0)
      if (batch.length >= batchReturns || bytes >= batchBytes) yield* begin(key, ahead)
    }
    for (const key of [...batches.keys()]) yield* begin(key, ahead)
    for (const done of underWay.splice(0)) yield* await done
  } finally {
    // Where it ends early, nothing goes on behind its back.
    await Promise.allSettled(underWay)
    for (const batch of batches.values()) for (const staged of batch) await clear(collector, staged)
  }
}

const has = (batch: readonly Staged[] | undefined, { source }: Staged): boolean =>
  batch?.some((each) => each.source.source === source.source) ?? false

async function finish(collector: Collector, batch: readonly Staged[], at: Date): Promise<readonly Outcome[]> {
  const accepted = await acceptBatch(collector, batch, at)
  const outcomes: Outcome[] = []
  const taken: { readonly staged: Staged; readonly accepted: Accepted }[] = []
  for (const [i, staged] of batch.entries()) {
    const result = accepted[i]
    if (result?.ok) taken.push({ staged, accepted: result.value })
    else if (result) outcomes.push({ name: staged.name, result })
  }
  const [first] = taken
  if (!first) return outcomes
  await validateBatch(
    collector,
    first.staged.definition,
    taken.map(({ staged }) => staged),
    at,
  )
  for (const [i, answer] of (await answersOf(collector, taken)).entries())
    outcomes.push({ name: taken[i]?.staged.name ?? '', result: ok(answer) })
  return outcomes
}
