import { sql } from 'kysely'
import type { Store, Tx } from '../../core/store/index.ts'

/** Names of the migrations that the store has had, in order. */
export async function appliedMigrations(store: Store): Promise<readonly string[]> {
  const { rows } = await store.engine.exclusive(() =>
    sql<{ name: string }>`select name from schema_migration order by name`.execute(store.owner),
  )
  return rows.map((row) => row.name)
}

/** Open tasks by kind, and deliveries by state: for the doctor. */
export async function openWork(tx: Tx): Promise<{
  readonly tasks: ReadonlyMap<string, number>
  readonly deliveries: ReadonlyMap<string, number>
}> {
  const tasks = await tx
    .selectFrom('task')
    .select((e) => ['kind', e.fn.countAll<number>().as('n')])
    .where('closed_at', 'is', null)
    .groupBy('kind')
    .execute()
  const deliveries = await tx
    .selectFrom('delivery')
    .select((e) => ['state', e.fn.countAll<number>().as('n')])
    .groupBy('state')
    .execute()
  return {
    tasks: new Map(tasks.map((row) => [row.kind, row.n])),
    deliveries: new Map(deliveries.map((row) => [row.state, row.n])),
  }
}

/** How many deliveries of the store's schools were under way: for whoever has just restored it. */
export async function unfinishedDeliveries(store: Store): Promise<number> {
  const { n } = await store.engine.exclusive(() =>
    store.owner
      .selectFrom('delivery')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('state', 'in', ['queued', 'sending'])
      .executeTakeFirstOrThrow(),
  )
  return n
}

/** Releases that wait to be handed over, oldest first. */
export async function waitingReleases(tx: Tx, recipientId?: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('delivery as d')
    .innerJoin('release as r', (join) =>
      join.onRef('r.school_urn', '=', 'd.school_urn').onRef('r.id', '=', 'd.release_id'),
    )
    .select('d.release_id')
    .where('d.state', '=', 'queued')
    .$if(recipientId !== undefined, (q) =>
      q.where((w) =>
        w.or([w('r.recipient_id', '=', recipientId ?? ''), w('r.agreement_id', '=', recipientId ?? '')]),
      ),
    )
    .orderBy('d.queued_at')
    .execute()
  return rows.map((row) => row.release_id)
}
