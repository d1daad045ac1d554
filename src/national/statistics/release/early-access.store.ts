import type { Tx } from '../../../core/store/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asPerson, requireDuty, type Collector, type Person } from '../../collect/index.ts'
import type { StatisticVersion } from './version.ts'
import { findVersion, recordEvent } from './versions.store.ts'

/** Somebody named who may see a version before it is published. */
export interface EarlyAccess {
  readonly email: string
  readonly name: string
  /** Why this person: what they are. */
  readonly post: string
  readonly from: Date
  readonly until: Date
}

/** @throws GatehouseError `bad-input`, `conflict` once it is published */
export const giveEarlyAccess = async (
  collector: Collector,
  person: Person,
  id: string,
  access: EarlyAccess,
  at: Date,
): Promise<void> => {
  requireDuty(person, 'statistics')
  return asPerson(collector, person).write(async (tx) => {
    const version = await findVersion(tx, id)
    if (version.state !== 'draft' && version.state !== 'signed-off')
      throw new GatehouseError('conflict', 'This version is not on its way.', { todo: 'Choose one that is.' })
    if (
      !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(access.email) ||
      access.name.trim() === '' ||
      access.post.trim() === ''
    )
      throw new GatehouseError('bad-input', 'Early access needs a person’s e-mail address, name and post.')
    if (!(access.until > access.from))
      throw new GatehouseError('bad-input', 'Early access ends after it begins.', {
        todo: 'Give two times in their order.',
      })
    await tx
      .insertInto('statistic_early_access')
      .values({
        ...keyOf(version),
        email: access.email.trim().toLowerCase(),
        name: access.name.trim(),
        post: access.post.trim(),
        from_at: access.from,
        until_at: access.until,
        given_by: person.actor.name,
        given_at: at,
      })
      .execute()
    await recordEvent(tx, version, 'early-access', person, `${access.name.trim()}, ${access.post.trim()}`, at)
  })
}

/**
 * Shows a version early to somebody on its list, and writes that down in the same transaction.
 * @throws GatehouseError `not-allowed` for anybody else, or outside their time
 */
export const viewEarly = (
  collector: Collector,
  person: Person,
  email: string,
  id: string,
  at: Date,
): Promise<StatisticVersion> =>
  asPerson(collector, person).write(async (tx) => {
    const version = await findVersion(tx, id)
    const access = await tx
      .selectFrom('statistic_early_access')
      .selectAll()
      .where('version_id', '=', id)
      .where('email', '=', email.trim().toLowerCase())
      .executeTakeFirst()
    if (!access || at < access.from_at || at >= access.until_at)
      throw new GatehouseError('not-allowed', 'You are not on the list of those who see this version early.')
    await tx
      .insertInto('statistic_early_view')
      .values({ ...keyOf(version), email: access.email, at })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return version
  })

const keyOf = ({ publication, dataSet, id }: StatisticVersion) => ({
  publication,
  data_set: dataSet,
  version_id: id,
})

export interface EarlyAccessLine extends EarlyAccess {
  readonly views: readonly Date[]
}

export async function earlyAccessOf(tx: Tx, id: string): Promise<readonly EarlyAccessLine[]> {
  const people = await tx
    .selectFrom('statistic_early_access')
    .selectAll()
    .where('version_id', '=', id)
    .orderBy('name')
    .orderBy('email')
    .execute()
  const views = await tx
    .selectFrom('statistic_early_view')
    .selectAll()
    .where('version_id', '=', id)
    .orderBy('at')
    .execute()
  return people.map(({ email, name, post, from_at, until_at }) => ({
    email,
    name,
    post,
    from: from_at,
    until: until_at,
    views: views.filter((view) => view.email === email).map(({ at }) => at),
  }))
}
