import { sql } from 'kysely'
import type { TermDefinition } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import { dateInEngland } from '../../core/vocabulary/index.ts'
import type { Round } from './definitions.ts'
import type { Workflow } from './workflow-file.ts'

export interface OpenRound extends Round {
  readonly census: string
  readonly due: string | null
  readonly openedAt: Date
  readonly closedAt: Date | null
}

const rounds = (tx: Tx) =>
  tx
    .selectFrom('collection_round')
    .select(['collection', 'year', 'term', 'census', 'due', 'opened_at', 'closed_at'])

type Row = Awaited<ReturnType<ReturnType<typeof rounds>['executeTakeFirstOrThrow']>>

const roundOf = (row: Row): OpenRound => ({
  collection: row.collection,
  year: row.year,
  term: row.term,
  census: row.census,
  due: row.due,
  openedAt: row.opened_at,
  closedAt: row.closed_at,
})

/** Every round that was ever opened, the newest first. */
export const allRounds = async (tx: Tx): Promise<readonly OpenRound[]> =>
  (await rounds(tx).orderBy('census', 'desc').orderBy('collection').execute()).map(roundOf)

export async function findRound(tx: Tx, { collection, year, term }: Round): Promise<OpenRound | null> {
  const row = await rounds(tx)
    .where('collection', '=', collection)
    .where('year', '=', year)
    .where('term', '=', term)
    .executeTakeFirst()
  return row ? roundOf(row) : null
}

/** Whether a round takes returns in: it was opened, or its census day has come, and it was not closed. */
export const takesIn = (round: OpenRound | null, definition: TermDefinition, at: Date): boolean =>
  round ? round.closedAt === null : definition.term.census <= dateInEngland(at)

/** Opens a round, once, and expects a return of every source of its kind. */
export async function openRound(
  tx: Tx,
  definition: TermDefinition,
  workflow: Workflow,
  at: Date,
): Promise<void> {
  const { id: collection, year, term } = definition
  await tx
    .insertInto('collection_round')
    .values({ collection, year, term: term.name, census: term.census, due: term.due, opened_at: at })
    .onConflict((on) => on.columns(['collection', 'year', 'term']).doNothing())
    .execute()
  await expectReturns(tx, definition, workflow)
}

/** Expects a return of every source of the kind that is not expected yet, with who approves it. */
export async function expectReturns(
  tx: Tx,
  { id, year, term, source: kind }: Pick<TermDefinition, 'id' | 'year' | 'term' | 'source'>,
  { approval }: Workflow,
  only?: readonly string[],
): Promise<void> {
  const some = only === undefined ? sql`true` : sql`s.source in (${sql.join(only)})`
  await sql`
    insert into expected_return (la_number, source, collection, year, term, approver)
    select s.la_number, s.source, ${id}::text, ${year}::int, ${term.name}::text,
      case when s.kind <> 'school' then 'none' when s.governance = '' then ${approval.unknown}::text
        when s.governance in (${sql.join(approval.governance)}) then 'authority' else 'none' end
    from national_source s where s.kind = ${kind}::text and ${some}
    on conflict do nothing`.execute(tx)
}

/** `null`: open again. */
export const closeRound = (tx: Tx, { collection, year, term }: Round, at: Date | null): Promise<unknown> =>
  tx
    .updateTable('collection_round')
    .set({ closed_at: at })
    .where('collection', '=', collection)
    .where('year', '=', year)
    .where('term', '=', term)
    .execute()
