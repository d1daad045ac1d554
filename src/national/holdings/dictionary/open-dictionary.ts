import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asCollector, type Collector, type Person } from '../../collect/index.ts'
import { declarationsOf } from '../declare/read-declarations.ts'
import { requireSteward } from '../steward.ts'
import { readDictionary, type Dictionary } from './dictionary.ts'
import { addRating, ratings, type Rating } from './ratings.store.ts'

/** The dictionary as rated on a day, from the policy and what was decided since. */
export async function openDictionary(collector: Collector, at: Date): Promise<Dictionary> {
  const decided = await asCollector(collector).read((tx) => ratings(tx))
  return readDictionary(
    collector.policyFolder,
    await declarationsOf(collector.policyFolder),
    decided,
    at.toISOString().slice(0, 10),
  )
}

/**
 * Rates a column anew, from a day on. What was released before keeps the rating of its day.
 * @throws GatehouseError `not-allowed`, `not-found`, `bad-input`, `conflict` where it is rated for that day already
 */
export async function rateColumn(
  collector: Collector,
  person: Person,
  rating: Omit<Rating, 'byName' | 'at'>,
  at: Date,
): Promise<void> {
  requireSteward(person)
  const { sources, derived, common } = await declarationsOf(collector.policyFolder)
  const dataset = sources.get(rating.dataset) ?? derived.get(rating.dataset)
  if (![...(dataset?.columns ?? []), ...(dataset ? common : [])].some(({ name }) => name === rating.column))
    throw new GatehouseError('not-found', 'There is no such column.', {
      todo: 'Search it: gatehouse holdings dictionary.',
    })
  if (!/^\d{4}-\d{2}-\d{2}$/.test(rating.from) || Number.isNaN(Date.parse(rating.from)))
    throw new GatehouseError('bad-input', 'A day is written 2026-09-01.')
  if (rating.reason.trim().length < 10)
    throw new GatehouseError('bad-input', 'A rating has a reason.', { todo: 'Write a sentence: it is kept.' })
  await asCollector(collector, person.actor).write(async (tx) => {
    const known = await ratings(tx)
    if (
      known.some(
        (each) =>
          each.dataset === rating.dataset && each.column === rating.column && each.from === rating.from,
      )
    )
      throw new GatehouseError('conflict', 'It is rated for that day already.', {
        todo: 'Choose a later day.',
      })
    await addRating(tx, { ...rating, reason: rating.reason.trim(), byName: person.actor.name, at })
  })
}
