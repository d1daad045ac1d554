import { asCollector, type Collector, type Person } from './collector.ts'
import { decideGroup, lineageInGroup } from './duplicates.store.ts'
import { sureCollector } from './register.ts'

/** A record by its place: a return, and which of its pupils. */
export interface PlaceInReturn {
  readonly return: string
  readonly ordinal: number
}

/**
 * Somebody of the collector says which record of a group of duplicates is the main one. It stays when they are looked for again.
 * @throws GatehouseError `not-allowed`; `not-found` where the group has no such record
 */
export async function decideDuplicate(
  collector: Collector,
  person: Person,
  group: string,
  main: PlaceInReturn,
): Promise<void> {
  sureCollector(person)
  await asCollector(collector, person.actor).write(async (tx) => {
    await decideGroup(tx, group, await lineageInGroup(tx, group, main), person.actor.name)
  })
}
