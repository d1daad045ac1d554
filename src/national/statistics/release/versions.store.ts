import { sql } from 'kysely'
import type { Tx } from '../../../core/store/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { Person } from '../../collect/index.ts'
import { nextNumber, type Difference, type VersionNumber } from './differences.ts'
import type { QualityCheck } from './quality-checks.ts'
import type { About, StatisticVersion, VersionEvent, VersionState } from './version.ts'

const rows = (tx: Tx) => tx.selectFrom('statistic_version').selectAll()

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>

const versionOf = (row: Row): StatisticVersion => ({
  id: row.id,
  publication: row.publication,
  dataSet: row.data_set,
  state: row.state as VersionState,
  about: row.about as About,
  checks: row.checks as readonly QualityCheck[],
  change: row.change as Difference,
  number: row.major === null ? null : { major: row.major, minor: row.minor ?? 0, patch: row.patch ?? 0 },
  rows: row.rows,
  digest: row.digest,
  draftedBy: row.drafted_by,
  draftedAt: row.drafted_at,
  signedBy: row.signed_by,
  publishAt: row.publish_at,
  publishedAt: row.published_at,
  withdrawnAt: row.withdrawn_at,
  reason: row.reason,
})

/** Versions of one data set, the published ones by their number, then drafts by time. */
export const versionsOf = async (
  tx: Tx,
  publication: string,
  dataSet: string,
): Promise<readonly StatisticVersion[]> =>
  (
    await rows(tx)
      .where('publication', '=', publication)
      .where('data_set', '=', dataSet)
      .orderBy(sql`major asc nulls last`)
      .orderBy('minor')
      .orderBy('patch')
      .orderBy('drafted_at')
      .orderBy('id')
      .execute()
  ).map(versionOf)

/** Every version in one of these states, newest first. */
export const versionsIn = async (
  tx: Tx,
  states: readonly VersionState[],
): Promise<readonly StatisticVersion[]> =>
  (
    await rows(tx)
      .where('state', 'in', [...states])
      .orderBy('publication')
      .orderBy('data_set')
      .orderBy(sql`major desc nulls first`)
      .orderBy('minor', 'desc')
      .orderBy('patch', 'desc')
      .orderBy('drafted_at', 'desc')
      .orderBy('id')
      .execute()
  ).map(versionOf)

/** @throws GatehouseError `not-found` */
export async function findVersion(tx: Tx, id: string): Promise<StatisticVersion> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
  const row = isId ? await rows(tx).where('id', '=', id).executeTakeFirst() : undefined
  if (!row) throw new GatehouseError('not-found', 'There is no such version of statistics.')
  return versionOf(row)
}

export async function insertDraft(
  tx: Tx,
  draft: {
    readonly id: string
    readonly publication: string
    readonly dataSet: string
    readonly about: About
    readonly checks: readonly QualityCheck[]
    readonly change: Difference
    readonly rows: number
    readonly digest: string
    readonly dataSha256: string
    readonly metaSha256: string
    readonly reason: string | null
  },
  person: Person,
  at: Date,
): Promise<StatisticVersion> {
  await tx
    .insertInto('statistic_version')
    .values({
      publication: draft.publication,
      data_set: draft.dataSet,
      id: draft.id,
      state: 'draft',
      about: JSON.stringify(draft.about),
      checks: JSON.stringify(draft.checks),
      change: JSON.stringify(draft.change),
      rows: draft.rows,
      data_sha256: draft.dataSha256,
      meta_sha256: draft.metaSha256,
      digest: draft.digest,
      drafted_by: person.actor.name,
      drafted_at: at,
      reason: draft.reason,
    })
    .execute()
  const version = await findVersion(tx, draft.id)
  await recordEvent(tx, version, draft.reason === null ? 'draft' : 'amend', person, draft.reason, at)
  return version
}

export async function recordEvent(
  tx: Tx,
  { publication, dataSet, id }: StatisticVersion,
  move: string,
  { actor }: Pick<Person, 'actor'>,
  reason: string | null,
  at: Date,
): Promise<void> {
  const { last } = await tx
    .selectFrom('statistic_event')
    .select(sql<number>`coalesce(max(number), 0)::int`.as('last'))
    .where('version_id', '=', id)
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('statistic_event')
    .values({
      publication,
      data_set: dataSet,
      version_id: id,
      number: last + 1,
      move,
      by_name: actor.name,
      by_role: actor.role,
      reason,
      at,
    })
    .execute()
}

export const eventsOfVersion = async (tx: Tx, id: string): Promise<readonly VersionEvent[]> =>
  (
    await tx
      .selectFrom('statistic_event')
      .selectAll()
      .where('version_id', '=', id)
      .orderBy('number')
      .execute()
  ).map((row) => ({
    number: row.number,
    move: row.move,
    by: row.by_name,
    role: row.by_role,
    reason: row.reason,
    at: row.at,
  }))

export async function setState(
  tx: Tx,
  { publication, dataSet, id, state }: StatisticVersion,
  to: VersionState,
  more: {
    readonly signed_by?: string | null
    readonly publish_at?: Date | null
    readonly published_at?: Date
    readonly withdrawn_at?: Date
    readonly number?: VersionNumber
  } = {},
): Promise<void> {
  const { number, ...columns } = more
  const changed = await tx
    .updateTable('statistic_version')
    .set({ state: to, ...columns, ...number })
    .where('publication', '=', publication)
    .where('data_set', '=', dataSet)
    .where('id', '=', id)
    .where('state', '=', state)
    .executeTakeFirst()
  if (Number(changed.numUpdatedRows) !== 1)
    throw new GatehouseError('conflict', 'Somebody moved this version on meanwhile.', {
      todo: 'Look at it again.',
    })
}

/** The number that the version gets: after the last published one, whatever was withdrawn. */
export async function numberFor(tx: Tx, version: StatisticVersion): Promise<VersionNumber> {
  const numbered = (await versionsOf(tx, version.publication, version.dataSet)).filter(
    ({ number }) => number !== null,
  )
  return nextNumber(numbered.at(-1)?.number ?? null, version.change.kind)
}
