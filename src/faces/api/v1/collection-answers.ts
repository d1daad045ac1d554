import type { z } from '@hono/zod-openapi'
import { GatehouseError, type ErrorCode } from '../../../core/vocabulary/index.ts'
import {
  allRounds,
  asPerson,
  eventsOf,
  findingsOf,
  findReturn,
  moveReturn,
  notesOf,
  unresolvedIn,
  writeNote,
  type MoveRefusal,
  type Person,
  type Round,
} from '../../../national/collect/index.ts'
import { listReturns, movesFor, versionsOf } from '../../../national/collect/show/index.ts'
import type { CollectorHouse } from '../../index.ts'
import { findingJson } from '../../pages/index.ts'
import type * as schema from './collection-schemas.ts'

// Each answer is assembled here from the domain, in the person's own scope, and checked against its schema by the route.

export const listSize = 100
export const findingsSize = 500

export const answerRounds = ({ collector }: CollectorHouse, person: Person) =>
  asPerson(collector, person).read(async (tx) =>
    (await allRounds(tx)).map(({ openedAt, closedAt, ...round }) => ({
      ...round,
      openedAt: openedAt.toISOString(),
      closedAt: closedAt?.toISOString() ?? null,
    })),
  )

export const answerList = (
  { collector }: CollectorHouse,
  person: Person,
  round: Round,
  { state, authority, find, page = 1 }: z.infer<typeof schema.listQuery>,
) =>
  asPerson(collector, person).read(async (tx) => {
    const filter = { state, laNumber: authority, find: find?.replaceAll('\0', '') }
    const { total, rows } = await listReturns(tx, round, filter, page, listSize)
    return {
      total,
      page,
      size: listSize,
      returns: rows.map(({ laNumber, since, ...row }) => ({
        authority: laNumber,
        ...row,
        since: since?.toISOString() ?? null,
      })),
    }
  })

export const answerReturn = ({ collector }: CollectorHouse, person: Person, id: string) =>
  asPerson(collector, person).read(async (tx) => {
    const of = await findReturn(tx, id)
    const unresolved = await unresolvedIn(tx, of)
    const offers = movesFor(person, of, unresolved)
    const { collection, year, term, source, version, stands, state, receivedBy, receivedAs } = of
    const { replaces, replaceReason, bodySha256, messageSha256, bytes, records, errors, queries } = of
    return {
      id: of.id,
      collection,
      year,
      term,
      authority: of.laNumber,
      source,
      name: of.sourceName,
      version,
      stands,
      state,
      since: of.stateSince.toISOString(),
      receivedAt: of.receivedAt.toISOString(),
      receivedBy,
      receivedAs,
      replaces,
      replaceReason,
      bodySha256,
      messageSha256,
      bytes,
      records,
      errors,
      queries,
      findingsLeftOut: of.leftOut,
      unresolved,
      moves: offers.filter(({ refusal }) => refusal === null).map(({ move }) => move),
      history: (await eventsOf(tx, of.id)).map((event) => ({ ...event, at: event.at.toISOString() })),
      versions: (await versionsOf(tx, of)).map((one) => ({
        id: one.id,
        version: one.version,
        state: one.state,
        receivedAt: one.receivedAt.toISOString(),
      })),
    }
  })

export const answerFindings = ({ collector }: CollectorHouse, person: Person, id: string, page = 1) =>
  asPerson(collector, person).read(async (tx) => {
    const findings = await findingsOf(tx, await findReturn(tx, id))
    const from = (page - 1) * findingsSize
    return {
      total: findings.length,
      page,
      size: findingsSize,
      findings: findings.slice(from, from + findingsSize).map(findingJson),
    }
  })

export const answerNotes = ({ collector }: CollectorHouse, person: Person, id: string) =>
  asPerson(collector, person).read(async (tx) =>
    (await notesOf(tx, await findReturn(tx, id))).map((note) => ({
      ...note,
      at: note.at.toISOString(),
      decidedAt: note.decidedAt?.toISOString() ?? null,
    })),
  )

/** @throws GatehouseError with the domain’s own words where the note is not taken. */
export async function answerNote(
  { collector, clock }: CollectorHouse,
  person: Person,
  id: string,
  note: z.infer<typeof schema.noteRequest>,
) {
  const written = await writeNote(collector, person, id, note, clock.now())
  if (!written.ok) throw new GatehouseError('bad-input', written.error.detail, { todo: written.error.todo })
  return { note: written.value }
}

const codes: Readonly<Record<MoveRefusal['why'], ErrorCode>> = {
  'wrong-role': 'not-allowed',
  'wrong-state': 'conflict',
  unresolved: 'conflict',
  'no-reason': 'bad-input',
  'number-in-reason': 'bad-input',
}

/** @throws GatehouseError with the domain’s own words where the move is refused. */
export async function answerMove(
  { collector, clock }: CollectorHouse,
  person: Person,
  id: string,
  { move, reason }: z.infer<typeof schema.moveRequest>,
) {
  const done = await moveReturn(collector, person, id, move, reason, clock.now())
  if (!done.ok) throw new GatehouseError(codes[done.error.why], done.error.detail, { todo: done.error.todo })
  return done.value
}
