import { sql, type Kysely, type Transaction } from 'kysely'
import {
  GatehouseError,
  isUrn,
  type Actor,
  type NationalActor,
  type NationalScope,
  type Urn,
} from '../vocabulary/index.ts'
import { checkMayActAsApp, mayNotActAs } from './check-user.ts'
import { openPglite, openPostgres, type Engine } from './engine.ts'
import { migrate } from './migrate.ts'
import type { Database } from './schema.ts'
import { isRetryable, stripError } from './strip-error.ts'

/** A transaction of one school: row-level security shows it that school's rows and no others. */
export type Tx = Transaction<Database>

/** One school's door to the store. Both verbs run the work in one transaction; an exception rolls all of it back. */
export interface SchoolStore {
  readonly urn: Urn
  readonly actor: Actor
  /** Repeatable read, read-only. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /**
   * Serializable. On a conflict with another transaction the work runs again from its start, up to six times: it must do
   * nothing outside the database.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}

/** The collector's door to the store, as far as the scope reaches. Its role has no rights on any school's tables. */
export interface NationalStore {
  readonly scope: NationalScope
  readonly actor: NationalActor
  /** Repeatable read, read-only. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Serializable; runs again on a conflict, as `SchoolStore.write` does. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}

export interface Store {
  readonly engine: Engine
  school(urn: Urn, actor: Actor): SchoolStore
  national(scope: NationalScope, actor: NationalActor): NationalStore
  /** Tells the planner what a bulk load changed. PGlite never does so by itself, and plans badly until then. */
  refreshStatistics(): Promise<void>
  /**
   * The handle of the user who connects, without a school: migrations, backup and the list of schools only. Row security may
   * bind it and then it sees no other row. Wiring alone may use it.
   */
  readonly owner: Kysely<Database>
  close(): Promise<void>
}

const attempts = 6

type Begin = (tx: Tx) => Promise<void>

// SET LOCAL, not set_config: only the statement travels to the workers of a distributed engine.
const asSchool =
  (urn: Urn): Begin =>
  async (tx) => {
    await sql`set local role gatehouse_app`.execute(tx)
    await sql`set local app.school = ${sql.lit(urn)}`.execute(tx)
  }

const asNational =
  (scope: NationalScope): Begin =>
  async (tx) => {
    try {
      await sql`set local role gatehouse_national`.execute(tx)
    } catch (error) {
      if ((error as { code?: string }).code !== '42501') throw error
      throw mayNotActAs('gatehouse_national', 'Every transaction of the collector runs as that role.')
    }
    await sql`set local app.national = ${sql.lit(scope.kind)}`.execute(tx)
    if (scope.kind === 'collector') return
    await sql`set local app.national_authority = ${sql.lit(scope.laNumber)}`.execute(tx)
    if (scope.kind === 'source')
      await sql`set local app.national_source = ${sql.lit(scope.source)}`.execute(tx)
  }

async function inTransaction<T>(
  engine: Engine,
  begin: Begin,
  mode: 'read' | 'write',
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await engine.exclusive(() =>
        engine.db
          .transaction()
          .setIsolationLevel(mode === 'write' ? 'serializable' : 'repeatable read')
          .execute(async (tx) => {
            if (mode === 'read') await sql`set transaction read only`.execute(tx)
            await begin(tx)
            return await work(tx)
          }),
      )
    } catch (error) {
      if (!isRetryable(error) || attempt === attempts) throw stripError(error)
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 5 * (0.5 + Math.random())))
    }
  }
}

/**
 * Opens the store and brings it up to date: PostgreSQL at `databaseUrl`, else PGlite in `folder` (or `memory`).
 * @throws GatehouseError `locked` when another process holds the folder, `misconfigured` when the server can't be reached.
 */
export async function openStore(where: {
  databaseUrl?: string | undefined
  folder?: string | undefined
}): Promise<Store> {
  const engine = where.databaseUrl
    ? await openPostgres(where.databaseUrl)
    : await openPglite(where.folder ?? 'memory')
  try {
    await migrate(engine)
    if (engine.kind === 'postgres') await checkMayActAsApp(engine)
  } catch (error) {
    await engine.close()
    throw stripError(error)
  }
  return {
    engine,
    owner: engine.db,
    school(urn, actor) {
      if (!isUrn(urn)) throw new GatehouseError('bad-input', 'A school is named by its six-digit URN.')
      return {
        urn,
        actor,
        read: (work) => inTransaction(engine, asSchool(urn), 'read', work),
        write: (work) => inTransaction(engine, asSchool(urn), 'write', work),
      }
    },
    national(scope, actor) {
      checkScope(scope)
      return {
        scope,
        actor,
        read: (work) => inTransaction(engine, asNational(scope), 'read', work),
        write: (work) => inTransaction(engine, asNational(scope), 'write', work),
      }
    },
    refreshStatistics: () => engine.script('analyze'),
    close: () => engine.close(),
  }
}

function checkScope(scope: NationalScope): void {
  const named =
    scope.kind === 'collector' ||
    (/^[0-9]{3}$/.test(scope.laNumber) &&
      (scope.kind === 'authority' || /^[0-9A-Za-z]{3,12}$/.test(scope.source)))
  if (!named)
    throw new GatehouseError('bad-input', 'An authority is named by three digits, a source by its number.')
}
