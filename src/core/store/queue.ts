import { sql } from 'kysely'
import { fromKysely, PgBoss } from 'pg-boss'
import { GatehouseError } from '../vocabulary/index.ts'
import type { Engine } from './engine.ts'
import type { Tx } from './store.ts'
import { stripError } from './strip-error.ts'

export interface QueueSettings {
  /** How often a failed job is tried again before it becomes a dead letter. */
  readonly retryLimit: number
  /** First pause in seconds; it doubles. */
  readonly retryDelay: number
}

/** A durable queue in the same database: a job sent in a transaction exists if and only if that transaction commits. */
export interface Queue {
  /** Adds a job inside the transaction. `key` names it for whoever looks; a job may run twice, so handlers are idempotent. */
  send(tx: Tx, name: string, data: Readonly<Record<string, string>>, key: string): Promise<void>
  /**
   * Handles jobs one at a time until the queue stops. A thrown error means: try again later. When the tries are used up,
   * `dead` is called with the same data, once.
   */
  work(
    name: string,
    handle: (data: Record<string, string>) => Promise<void>,
    dead: (data: Record<string, string>) => Promise<void>,
  ): Promise<void>
  /** Waits for running jobs, then stops. */
  stop(): Promise<void>
}

export async function openQueue(
  engine: Engine,
  names: readonly string[],
  settings: QueueSettings,
): Promise<Queue> {
  const boss = await startBoss(engine, true)
  for (const name of names) {
    await boss.createQueue(`${name}-dead`)
    await boss.createQueue(name, {
      retryLimit: settings.retryLimit,
      retryDelay: settings.retryDelay,
      retryBackoff: true,
      deadLetter: `${name}-dead`,
    })
  }
  return {
    async send(tx, name, data, key) {
      await boss.send(name, data, { db: fromKysely(tx), singletonKey: key })
    },
    async work(name, handle, dead) {
      await boss.work<Record<string, string>>(name, { pollingIntervalSeconds: 0.5 }, async ([job]) => {
        if (job) await handle(job.data)
      })
      await boss.work<Record<string, string>>(
        `${name}-dead`,
        { pollingIntervalSeconds: 1 },
        async ([job]) => {
          if (job) await dead(job.data)
        },
      )
    },
    stop: () => boss.stop({ graceful: true, timeout: 10_000 }),
  }
}

/** Makes the queue's tables, or brings them up to date, as their owner: whoever else opens the queue finds them. */
export async function prepareQueue(engine: Engine): Promise<void> {
  const boss = await startBoss(engine, false)
  await boss.stop({ graceful: false })
}

async function startBoss(engine: Engine, supervise: boolean): Promise<PgBoss> {
  const boss = new PgBoss({
    db: engine.queueDatabase,
    backend: engine.kind,
    schema: 'pgboss',
    schedule: false,
    supervise,
  })
  boss.on('error', () => undefined) // polling goes on; each job's own failure is counted where it is handled
  try {
    await boss.start()
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw stripError(error)
    throw new GatehouseError(
      'misconfigured',
      'This database user may not make or change the queue’s tables.',
      {
        where: 'DATABASE_URL',
        todo: 'Run gatehouse migrate once as the owner of the database, then this again.',
      },
    )
  }
  await engine.script(`do $$ begin
  if (select pg_get_userbyid(nspowner) = current_user from pg_namespace where nspname = 'pgboss') then
    grant usage on schema pgboss to gatehouse_app;
    grant all on all tables in schema pgboss to gatehouse_app;
    grant execute on all functions in schema pgboss to gatehouse_app;
    grant usage on all sequences in schema pgboss to gatehouse_app;
  end if;
end $$`)
  return boss
}

/** Jobs not yet done, by queue: for pages and health. */
export async function waitingJobs(engine: Engine): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ name: string; n: number }>`
    select name, count(*)::int as n from pgboss.job where state < 'completed' group by name`.execute(
    engine.db,
  )
  return new Map(rows.map((row) => [row.name, row.n]))
}
