import { GatehouseError } from '../../core/vocabulary/index.ts'
import { asCollector, type Collector, type Person } from './collector.ts'
import { roundName, type Round } from './definitions.ts'
import { allRounds, closeRound, expectReturns, findRound, openRound } from './rounds.store.ts'
import { enterSources, type Source } from './sources.store.ts'

const batch = 2000

/** Enters sources, and expects their returns in every round that is open. */
export async function registerSources(
  collector: Collector,
  person: Person,
  sources: readonly Source[],
  at: Date,
): Promise<void> {
  sureCollector(person)
  const store = asCollector(collector, person.actor)
  for (let from = 0; from < sources.length; from += batch) {
    const some = sources.slice(from, from + batch)
    await collector.turn.pass(() =>
      store.write((tx) => enterSources(tx, some, { listed: true, by: person.actor.name }, at)),
    )
  }
  const open = (await store.read(allRounds)).filter(({ closedAt }) => closedAt === null)
  for (const round of open) {
    const definition = await collector.definitions.term(round)
    if (definition)
      await collector.turn.pass(() => store.write((tx) => expectReturns(tx, definition, collector.workflow)))
  }
}

/** Opens a round before its census day, or again after it was closed. */
export async function openTheRound(
  collector: Collector,
  person: Person,
  round: Round,
  at: Date,
): Promise<void> {
  sureCollector(person)
  const definition = await collector.definitions.term(round)
  if (!definition)
    throw new GatehouseError('not-found', `The policy has no round ${roundName(round)}.`, {
      todo: 'Add its year under policy/collections/.',
    })
  await asCollector(collector, person.actor).write(async (tx) => {
    await openRound(tx, definition, collector.workflow, at)
    await closeRound(tx, round, null)
  })
}

/** Closes a round: nothing more is received in it. */
export async function closeTheRound(
  collector: Collector,
  person: Person,
  round: Round,
  at: Date,
): Promise<void> {
  sureCollector(person)
  await asCollector(collector, person.actor).write(async (tx) => {
    if (!(await findRound(tx, round)))
      throw new GatehouseError('not-found', `The round ${roundName(round)} was never opened.`)
    await closeRound(tx, round, at)
  })
}

export function sureCollector({ scope, actor }: Person): void {
  if (scope.kind === 'collector' && (actor.role === 'collector' || actor.role === 'operator')) return
  throw new GatehouseError('not-allowed', 'Only the collector does this.')
}
