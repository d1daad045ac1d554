import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { commitPupils } from '../../../core/ledger/index.ts'
import type { Tx } from '../../../core/store/index.ts'
import { fail, ok, type Result } from '../../../core/vocabulary/index.ts'
import { asCollector } from '../../collect/index.ts'
import type { Refused } from '../applications/handle.ts'
import { usersOf } from '../applications/state.ts'
import { unmet } from '../applications/unmet.ts'
import { itemId } from '../extracts/compile-agreement.ts'
import { keepRelease } from '../extracts/extracts.store.ts'
import { basisOf } from '../extracts/make-extract.ts'
import { byItself, type Access } from '../open-access.ts'
import { doOn, findApplication, userProblems, type Found } from '../work.store.ts'
import { alarmsOf, isOutOfHours, type Alarm, type Usage } from './alarm.ts'

/** Somebody looked up: who it is, and whether on the roll of the user's organisation. */
export interface LookedUp {
  readonly pmr: string
  readonly onRoll: boolean
  /** Its number follows that of the one before. */
  readonly inSequence?: boolean
}

export interface Enquired {
  readonly entry: number | null
  readonly alarms: readonly Alarm[]
  readonly suspended: boolean
}

/**
 * Takes an enquiry of an operational user. It is counted before it is answered: one that rings suspends the agreement in this
 * transaction, gives nothing, and a person restores. One that is answered is in the ledger, pupil by pupil.
 */
export async function enquire(
  access: Access,
  user: string,
  reference: string,
  pupils: readonly LookedUp[],
  at: Date,
): Promise<Result<Enquired, Refused>> {
  return asCollector(access.collector).write(async (tx): Promise<Result<Enquired, Refused>> => {
    const found = await findApplication(tx, reference)
    const stopped = await mayEnquire(access, tx, found, user, at)
    if (stopped) return fail(stopped)
    await tx
      .insertInto('access_enquiry')
      .values({
        organisation: found.organisation.id,
        person: user,
        id: randomUUID(),
        at,
        pupils: pupils.length,
        not_on_roll: pupils.filter(({ onRoll }) => !onRoll).length,
        in_sequence: pupils.filter(({ inSequence }) => inSequence === true).length,
        out_of_hours: isOutOfHours(access.policy, at),
      })
      .execute()
    const alarms = alarmsOf(access.policy, await usageOf(access, tx, found.organisation.id, user, at))
    if (alarms.length > 0) {
      const reasons = alarms.map(({ says }) => says)
      const done = await doOn(access, tx, found, { kind: 'suspend', cause: 'alarm', reasons }, byItself, at)
      return ok({ entry: null, alarms, suspended: done.ok })
    }
    return ok({ entry: await recordEnquiry(access, tx, found, pupils, at), alarms, suspended: false })
  })
}

async function mayEnquire(
  access: Access,
  tx: Tx,
  { organisation, state }: Found,
  user: string,
  at: Date,
): Promise<Refused | null> {
  if (state.stage !== 'active') return { code: 'stage', says: `The agreement is ${state.stage}.` }
  if (state.answers.route !== 'enquiry')
    return { code: 'route', says: 'This agreement is not for enquiries.' }
  const standing = unmet(access.policy, organisation, state, at)
  if (standing.length > 0) return { code: 'unmet', says: standing.join(' ') }
  if (!usersOf(state).includes(user))
    return { code: 'not-named', says: 'The agreement does not name this person.' }
  const own = await userProblems(access, tx, organisation.id, user, at)
  return own.length > 0 ? { code: 'user', says: own.join(' ') } : null
}

async function usageOf(
  { policy }: Access,
  tx: Tx,
  organisation: string,
  person: string,
  at: Date,
): Promise<Usage> {
  const { rows } = await sql<Record<string, string | number | null>>`
    with own as (select * from access_enquiry where organisation = ${organisation} and at <= ${at}::timestamptz
        and at > ${at}::timestamptz - make_interval(days => ${policy.rules.alarms.normDays}::int)),
      mine as (select * from own where person = ${person}),
      past as (select * from mine where at <= ${at}::timestamptz - interval '1 day')
    select
      (select coalesce(sum(pupils), 0) from mine where at > ${at}::timestamptz - interval '1 hour') as hour,
      (select coalesce(sum(pupils), 0) from mine where at > ${at}::timestamptz - interval '1 day') as day,
      (select coalesce(sum(pupils), 0) from own where at > ${at}::timestamptz - interval '1 day') as organisation_day,
      (select coalesce(sum(not_on_roll), 0) from mine where at > ${at}::timestamptz - interval '1 day') as not_on_roll,
      (select coalesce(sum(in_sequence), 0) from mine where at > ${at}::timestamptz - interval '1 hour') as in_sequence,
      (select coalesce(sum(pupils), 0) from mine where out_of_hours and at > ${at}::timestamptz - interval '1 day') as out_of_hours,
      (select coalesce(sum(pupils) / count(distinct date_trunc('hour', at)), 0) from past) as hour_norm,
      (select coalesce(sum(pupils) / count(distinct date_trunc('day', at)), 0) from past) as day_norm`.execute(
    tx,
  )
  const is = (name: string): number => Number(rows[0]?.[name] ?? 0)
  return {
    hour: is('hour'),
    day: is('day'),
    organisationDay: is('organisation_day'),
    notOnRollDay: is('not_on_roll'),
    inSequenceHour: is('in_sequence'),
    outOfHoursDay: is('out_of_hours'),
    hourNorm: Math.round(is('hour_norm')),
    dayNorm: Math.round(is('day_norm')),
  }
}

async function recordEnquiry(
  access: Access,
  tx: Tx,
  found: Found,
  pupils: readonly LookedUp[],
  at: Date,
): Promise<number> {
  const { reference, organisation, state } = found
  const release = randomUUID()
  const agreement = { id: reference, version: 1, hash: state.terms?.hash ?? '' }
  const basis = basisOf(access, found)
  const items = [
    ...new Set((state.answers.items ?? []).map(({ dataSet, column }) => itemId(dataSet, column))),
  ].map((item) => ({ item, as: 'as-is' as const }))
  const ids = [...new Set(pupils.map(({ pmr }) => access.pupilId(pmr)))]
  const { root, openings } = commitPupils(
    ids.map((pupilId) => ({
      pupilId,
      record: {
        release,
        agreement,
        items: items.map((each) => ({ ...each, present: true })),
        withheld: [],
        basis,
      },
    })),
  )
  return keepRelease(
    tx,
    {
      type: 'release/v1',
      release,
      at: at.toISOString(),
      kind: 'request',
      recipient: organisation.id,
      agreement,
      purpose: (state.answers.purposes?.[0]?.code ?? 'none').toLowerCase(),
      basis,
      items,
      permitted: ids.length,
      withheld: 0,
      withheldReasons: {},
      pupils: { count: ids.length, root },
      noticeVersion: null,
      releasedBy: 'system',
      format: 'screen',
    },
    Buffer.from(ids.join()),
    openings,
    at,
  )
}
