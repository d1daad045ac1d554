import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asCollector, asPerson, requireDuty, type Collector, type Person } from '../../collect/index.ts'
import { notWhileFailed } from './may-sign.ts'
import type { StatisticVersion } from './version.ts'
import { findVersion, numberFor, recordEvent, setState, versionsIn, versionsOf } from './versions.store.ts'

const wrongState = (what: string, todo: string): GatehouseError =>
  new GatehouseError('conflict', what, { todo })

/**
 * Signs a draft off, to be published at an instant or at once when it is next looked for what is due.
 * @throws GatehouseError `not-allowed` for whoever drafted it, `conflict` where a check failed or it is no draft
 */
export const signOff = async (
  collector: Collector,
  person: Person,
  id: string,
  publishAt: Date,
  at: Date,
): Promise<StatisticVersion> => {
  requireDuty(person, 'statistics-sign-off')
  return asPerson(collector, person).write(async (tx) => {
    const version = await findVersion(tx, id)
    if (version.state !== 'draft')
      throw wrongState('This version is no draft.', 'Choose one that waits for sign-off.')
    if (version.draftedBy === person.actor.name)
      throw new GatehouseError('not-allowed', 'Whoever drafted a version does not sign it off.', {
        todo: 'Ask somebody else with the duty statistics-sign-off.',
      })
    notWhileFailed(version)
    // What it was compared with, and so its number, must still be the last.
    const others = await versionsOf(tx, version.publication, version.dataSet)
    const newer = others.some(
      (one) =>
        one.state === 'signed-off' || (one.publishedAt !== null && one.publishedAt > version.draftedAt),
    )
    if (newer)
      throw wrongState(
        'Another version of this data set was signed off or published after this one was drafted.',
        'Wait until it is published, then draft this one again.',
      )
    await setState(tx, version, 'signed-off', { signed_by: person.actor.name, publish_at: publishAt })
    await recordEvent(tx, version, 'sign-off', person, `to be published ${publishAt.toISOString()}`, at)
    return findVersion(tx, id)
  })
}

/** Takes a draft or a signed-off version off the way; its files stay. @throws GatehouseError `conflict`, `bad-input` */
export const drop = async (
  collector: Collector,
  person: Person,
  id: string,
  reason: string,
  at: Date,
): Promise<StatisticVersion> => {
  requireDuty(person, 'statistics')
  return asPerson(collector, person).write(async (tx) => {
    const version = await findVersion(tx, id)
    if (version.state !== 'draft' && version.state !== 'signed-off')
      throw wrongState('This version is not on its way.', 'Withdraw it, if it is published.')
    await setState(tx, version, 'dropped', { publish_at: null })
    await recordEvent(tx, version, 'drop', person, needed(reason), at)
    return findVersion(tx, id)
  })
}

/**
 * Withdraws a published version: the query service says so in its place, with why; its digest and number stay.
 * @throws GatehouseError `conflict`, `bad-input` without a reason
 */
export const withdraw = async (
  collector: Collector,
  person: Person,
  id: string,
  reason: string,
  at: Date,
): Promise<StatisticVersion> => {
  requireDuty(person, 'statistics-sign-off')
  return asPerson(collector, person).write(async (tx) => {
    const version = await findVersion(tx, id)
    if (version.state !== 'published')
      throw wrongState('This version is not published.', 'Choose one that is.')
    await setState(tx, version, 'withdrawn', { withdrawn_at: at })
    await recordEvent(tx, version, 'withdraw', person, needed(reason), at)
    return findVersion(tx, id)
  })
}

function needed(reason: string): string {
  if (reason.trim() === '')
    throw new GatehouseError('bad-input', 'This needs a reason.', { todo: 'Say why in a sentence.' })
  return reason.trim()
}

/** Publishes every signed-off version whose time has come, each in a transaction of its own; gives those that now are. */
export async function publishDue(collector: Collector, at: Date): Promise<readonly StatisticVersion[]> {
  const own = asCollector(collector)
  const due = (await own.read((tx) => versionsIn(tx, ['signed-off'])))
    .filter(({ publishAt }) => publishAt !== null && publishAt <= at)
    .toSorted(
      (a, b) => Number(a.publishAt) - Number(b.publishAt) || Number(a.draftedAt) - Number(b.draftedAt),
    )
  const done: StatisticVersion[] = []
  for (const { id } of due)
    done.push(
      await own.write(async (tx) => {
        const version = await findVersion(tx, id)
        if (version.state !== 'signed-off') return version
        await setState(tx, version, 'published', { published_at: at, number: await numberFor(tx, version) })
        await recordEvent(tx, version, 'publish', { actor: own.actor }, null, at)
        return findVersion(tx, id)
      }),
    )
  return done
}
