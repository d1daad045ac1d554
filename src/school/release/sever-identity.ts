import { randomUUID } from 'node:crypto'
import { eraseOpenings } from '../../core/ledger/index.ts'
import type { SchoolStore } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { StopDelivery } from '../consent/index.ts'
import { renewIdentity, type NewIdentity } from '../register/index.ts'
import { formerHolders, hasOpenings } from './former-holders.store.ts'
import { openTask } from '../tasks/index.ts'

/** Who holds data under the former identity, and what in it would lead to the new one. */
export interface FormerHolder {
  readonly recipientId: string
  readonly agreements: readonly string[]
  /** Numbers that this recipient got as they are and that the school has not changed: with them it can join the two. */
  readonly joinedBy: readonly string[]
}

export interface Severed {
  /** The pupil's new reference. */
  readonly pupilId: string
  readonly holders: readonly FormerHolder[]
  /** Files with the former identity that had not left and never will. */
  readonly stopped: number
}

const mayDecide = ['dpo', 'head']

/**
 * Severs an adopted pupil's former identity (UPN guide s.6.5, 6.6), in one transaction: a new reference, so that every
 * recipient's code for the pupil is another; the old openings of the ledger erased, so that its entries can be told to be
 * about nobody; files that have not left stopped. The safeguarding lead gets a task with the recipients that hold data under
 * the former identity. Of the act itself the ledger keeps the count, the ground and the role; nothing names the pupil.
 * @throws GatehouseError `not-allowed` unless the data protection officer or the head acts; see `renewIdentity` for the rest.
 */
export function severIdentity(
  school: SchoolStore,
  identity: NewIdentity,
  stop: StopDelivery,
  at: Date,
): Promise<Severed> {
  const { role } = school.actor
  if (!mayDecide.includes(role)) {
    throw new GatehouseError(
      'not-allowed',
      'A former identity is severed by the head or the data protection officer.',
      {
        where: `role ${role}`,
      },
    )
  }
  return school.write(async (tx) => {
    const reached = await formerHolders(tx, identity.pupilId)
    let stopped = 0
    const held: (typeof reached)[number][] = []
    for (const one of reached) {
      if (one.waiting && (await stop(tx, one.releaseId))) stopped++
      else held.push(one)
    }
    if (await hasOpenings(tx, identity.pupilId)) {
      const { pupilId } = identity
      await eraseOpenings(tx, school.urn, { pupilId, ground: 'new-identity', decidedBy: role }, at)
    }
    const pupilId = await renewIdentity(tx, school, identity, at)
    const same = new Set([
      'pupil.admissionNumber',
      ...(identity.misId === null ? ['pupil.misId'] : []),
      ...(identity.keepUpn ? ['pupil.upn'] : []),
    ])
    const holders = [...Map.groupBy(held, ({ recipientId }) => recipientId)]
      .map(([recipientId, releases]) => ({
        recipientId,
        agreements: [...new Set(releases.map(({ agreementId }) => agreementId))].sort(),
        joinedBy: [
          ...new Set(releases.flatMap(({ plain }) => plain.filter((item) => same.has(item)))),
        ].sort(),
      }))
      .sort((a, b) => (a.recipientId < b.recipientId ? -1 : 1))
    await openTask(
      tx,
      school,
      {
        kind: 'identity-severed',
        forRole: 'safeguarding-lead',
        title: 'A pupil has a new identity: have these recipients delete what they hold under the former one',
        detail: { holders, stopped },
        // Not the pupil: the list would join the two identities.
        key: `identity-severed:${randomUUID()}`,
      },
      at,
    )
    return { pupilId, holders, stopped }
  })
}
