import { sql } from 'kysely'
import type { ReturnState } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import type { Collector } from './collector.ts'
import { addEvent } from './events.store.ts'
import { fileNameOf } from './recognise-return.ts'
import { hasAgent, type Movable } from './moves.ts'
import { signReceipt } from './receipt.ts'
import { refusal, type Refusal } from './refusal.ts'
import { expectReturns, findRound, openRound, takesIn } from './rounds.store.ts'
import { enterSources } from './sources.store.ts'
import type { Staged } from './take-in.ts'

/** What stands in the store of a return once its bytes are kept. */
export interface Accepted {
  readonly version: number
  readonly receipt: string
}

/** How long a validation may take before somebody else may do it. */
export const claimMinutes = 15

/**
 * Writes a staged return down as the version that stands, waiting for validation. What it replaces keeps its state and its
 * notes; an approval was of that version and is void for this one.
 */
export async function accept(
  tx: Tx,
  collector: Collector,
  staged: Staged,
  at: Date,
): Promise<Result<Accepted, Refusal>> {
  const { round, definition, source, person } = staged
  const open = await findRound(tx, round)
  if (!takesIn(open, definition, at))
    return fail(refusal('not-open', 'The round was closed meanwhile.', 'Ask the collector to open it again.'))
  if (staged.unlisted) await enterSources(tx, [source], { listed: false, by: person.actor.name }, at)
  if (!open) await openRound(tx, definition, collector.workflow, at)
  let slot = await findSlot(tx, staged)
  if (!slot) {
    await expectReturns(tx, definition, collector.workflow, [source.source])
    slot = await findSlot(tx, staged)
  }
  if (
    person.actor.role === 'agent' &&
    slot &&
    !hasAgent({ ...source, approver: slot.approver as Movable['approver'] })
  )
    return fail(
      refusal(
        'wrong-source',
        'This source answers to the collector directly.',
        'Leave it to the source to send its return.',
        1,
      ),
    )
  const standing = slot?.return_id
    ? await tx
        .selectFrom('collected_return')
        .select(['id', 'state', 'message_sha256'])
        .where('la_number', '=', source.laNumber)
        .where('source', '=', source.source)
        .where('id', '=', slot.return_id)
        .executeTakeFirst()
    : undefined
  if (standing) {
    if (standing.state === 'authorised')
      return fail(
        refusal(
          'return-authorised',
          'The return that stands was authorised.',
          'Ask the collector to reject it first.',
        ),
      )
    if ((staged.replaceReason ?? '').trim() === '')
      return fail(refusal('return-stands', 'A return stands already.', 'Say why this one replaces it.'))
  }
  if (staged.tokenId !== null && (await tokenUsed(tx, staged)))
    return fail(refusal('token-used', 'This token was used before.', 'Sign a new one for each return.'))
  const version = (slot?.versions ?? 0) + 1
  const state: ReturnState = 'waiting-for-validation'
  const receipt = signReceipt(collector, staged, at)
  await tx
    .insertInto('collected_return')
    .values({
      la_number: source.laNumber,
      source: source.source,
      id: staged.id,
      ...round,
      version,
      state,
      state_since: at,
      census: definition.term.census,
      received_at: at,
      received_by: person.actor.name,
      received_as: person.actor.role,
      replaces: standing?.id ?? null,
      replace_reason: standing ? staged.replaceReason : null,
      body_sha256: staged.bodySha256,
      message_sha256: staged.messageSha256,
      bytes: staged.report.bytes,
      file_name: fileNameOf(staged.name),
      token_id: staged.tokenId,
      receipt,
      records: JSON.stringify(recordsOf(staged)),
      claimed_by: collector.owner,
      claimed_until: new Date(at.getTime() + claimMinutes * 60_000),
    })
    .execute()
  await sql`
    update expected_return set return_id = ${staged.id}::uuid, versions = ${version}::int
    where la_number = ${source.laNumber}::text and source = ${source.source}::text and collection = ${round.collection}::text
      and year = ${round.year}::int and term = ${round.term}::text`.execute(tx)
  await addEvent(tx, {
    laNumber: source.laNumber,
    source: source.source,
    returnId: staged.id,
    move: standing ? 'replace' : 'receive',
    from: (standing?.state as ReturnState | undefined) ?? 'no-data',
    to: state,
    actor: person.actor,
    reason: standing ? staged.replaceReason : null,
    at,
  })
  return ok({ version, receipt })
}

const recordsOf = ({ report }: Staged): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...report.rows].filter(([, { rows }]) => rows > 0).map(([name, { rows }]) => [name, rows]),
  )

const findSlot = (tx: Tx, { round, source }: Staged) =>
  tx
    .selectFrom('expected_return')
    .select(['return_id', 'versions', 'approver'])
    .where('la_number', '=', source.laNumber)
    .where('source', '=', source.source)
    .where('collection', '=', round.collection)
    .where('year', '=', round.year)
    .where('term', '=', round.term)
    .forUpdate() // who sends at the same time waits, then starts again and sees this one
    .executeTakeFirst()

const tokenUsed = async (tx: Tx, { source, tokenId }: Staged): Promise<boolean> =>
  (await tx
    .selectFrom('collected_return')
    .select('id')
    .where('la_number', '=', source.laNumber)
    .where('source', '=', source.source)
    .where('token_id', '=', tokenId)
    .executeTakeFirst()) !== undefined
