import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asCollector, type Person } from '../../collect/index.ts'
import type { HoldingsHome } from '../holdings-home.ts'
import { sha256Of } from '../keep/durable.ts'
import { partitionKey } from '../keep/partition-keys.ts'
import { partFolder } from '../keep/places.ts'
import { readSealed } from '../keep/seal.ts'
import { requireSteward } from '../steward.ts'
import { recordReading } from './identity-readings.store.ts'
import { standing } from './open-holdings.ts'

/** A person’s names and numbers as one return had them; names of columns as the data set’s declaration has them. */
export type IdentityRow = Readonly<Record<string, string | number | null>>

export interface IdentityRequest {
  readonly dataset: string
  readonly academicYear: number
  readonly term: string
  /** Why: a sentence, kept with who asked and when. */
  readonly purpose: string
}

/**
 * The identities of a partition, one by one. Nothing else reads them. That it is done, by whom and why, is recorded before the first
 * is given.
 * @throws GatehouseError `not-allowed` for others than stewards and without the key; `bad-input` without a purpose; `not-found`;
 * `store-failed` where the bytes are not those that were sealed.
 */
export async function* readIdentities(
  home: HoldingsHome,
  person: Person,
  { dataset, academicYear, term, purpose }: IdentityRequest,
  at: Date,
): AsyncGenerator<IdentityRow> {
  requireSteward(person)
  if (purpose.trim().length < 10)
    throw new GatehouseError('bad-input', 'Say for which purpose identities are read.', {
      todo: 'Write a sentence: it is kept.',
    })
  const { versions } = await standing(home)
  const found = versions.find(
    ({ id }) => id.dataset === dataset && id.academicYear === academicYear && id.term === term,
  )
  if (!found?.manifest.identities)
    throw new GatehouseError('not-found', 'No identities are held of this.', {
      todo: 'List what is held: gatehouse holdings list.',
    })
  const key = await partitionKey(home, 'identities', found.id)
  const file = join(partFolder(home.identitiesFolder, found.id), found.manifest.identities.name)
  if ((await sha256Of(file)) !== found.manifest.identities.sha256)
    throw new GatehouseError('store-failed', 'A file of identities is not what was built.', {
      where: `${dataset} ${String(academicYear)} ${term} ${found.id.version}`,
      todo: 'Restore it from a backup; nothing was read of it.',
    })
  await asCollector(home.collector, person.actor).write((tx) =>
    recordReading(tx, {
      id: randomUUID(),
      at,
      byName: person.actor.name,
      byRole: person.actor.role,
      purpose: purpose.trim(),
      of: found.id,
    }),
  )
  let held = ''
  const decoder = new TextDecoder()
  for await (const bytes of readSealed(file, key, `identities ${JSON.stringify(found.id)}`)) {
    const lines = (held + decoder.decode(bytes, { stream: true })).split('\n')
    held = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as IdentityRow
  }
}
