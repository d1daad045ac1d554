import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asCollector, type Person } from '../../collect/index.ts'
import { heldBy } from '../build/versions.ts'
import { whileBuilding } from '../build/build-lock.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { readEditions } from '../keep/editions.ts'
import { destroyPartitionKey } from '../keep/partition-keys.ts'
import { partFolder, type PartitionId } from '../keep/places.ts'
import { requireSteward } from '../steward.ts'
import { addRetention } from './retention.store.ts'

const sure = (reason: string): string => {
  if (reason.trim().length < 10)
    throw new GatehouseError('bad-input', 'A decision about keeping has a reason.', {
      todo: 'Write a sentence: it is kept.',
    })
  return reason.trim()
}

/** Records until when a version is kept. The law gives no date: somebody decides, and says why. */
export async function keepUntil(
  home: HoldingsHome,
  person: Person,
  of: PartitionId,
  until: string | null,
  reason: string,
  at: Date,
): Promise<void> {
  requireSteward(person)
  if (until !== null && !/^\d{4}-\d{2}-\d{2}$/.test(until))
    throw new GatehouseError('bad-input', 'A day is written 2040-08-31.')
  const why = sure(reason)
  await held(home, of)
  await asCollector(home.collector, person.actor).write((tx) =>
    addRetention(tx, { of, kind: 'keep', until, reason: why, byName: person.actor.name, at }),
  )
}

/**
 * Destroys a version: the decision is recorded first, then its keys, then its files. What was sealed with a key that is gone can’t be
 * read from any copy; attributes that were not sealed are removed here and must be removed from backups too. The manifest stays.
 * @throws GatehouseError `conflict` for a version that stands
 */
export async function destroyVersion(
  home: HoldingsHome,
  person: Person,
  of: PartitionId,
  reason: string,
  at: Date,
): Promise<void> {
  requireSteward(person)
  const why = sure(reason)
  await whileBuilding(home, async () => {
    const { manifest, stands } = await held(home, of)
    if (stands)
      throw new GatehouseError('conflict', 'This version stands: what is worked out rests on it.', {
        todo: 'Destroy older versions; a partition that stands ends with its returns.',
      })
    await asCollector(home.collector, person.actor).write((tx) =>
      addRetention(tx, { of, kind: 'destroy', until: null, reason: why, byName: person.actor.name, at }),
    )
    for (const group of ['identities', 'sensitive'] as const) await destroyPartitionKey(home, group, of)
    await rm(join(partFolder(home.folder, of), manifest.file.name), { force: true })
    await rm(partFolder(home.identitiesFolder, of), { recursive: true, force: true })
  })
}

async function held(home: HoldingsHome, of: PartitionId) {
  const editions = await readEditions(home)
  const of$ = heldBy(home, editions)
  const version = (await of$.versionsOf(of)).find(({ id }) => id.version === of.version)
  if (!version)
    throw new GatehouseError('not-found', 'There is no such version.', {
      todo: 'List what is held: gatehouse holdings list.',
    })
  return { ...version, stands: (await of$.current(of))?.id.version === of.version }
}
