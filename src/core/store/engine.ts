import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { CompiledQuery, Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import pg from 'pg'
import { fromKysely, fromPglite, type Db } from 'pg-boss'
import { checkServer } from './check-server.ts'
import { lockFolder } from './lock.ts'
import { Mutex } from './mutex.ts'
import type { Database } from './schema.ts'

export interface Engine {
  readonly kind: 'pglite' | 'postgres'
  readonly db: Kysely<Database>
  /** Lets one transaction run at a time where the engine has one connection (PGlite); at once elsewhere. */
  exclusive<T>(work: () => Promise<T>): Promise<T>
  /** Runs several statements at once, without parameters (migrations). A transaction that they began ends with their error. */
  script(sql: string): Promise<void>
  readonly queueDatabase: Db
  close(): Promise<void>
}

// Dates stay text: a date of birth has no time zone. Counts fit a double. Object ids are those of PostgreSQL's pg_type.
const dateOid = 1082
const int8Oid = 20
const asText = (value: string): string => value

/** Where PGlite keeps the store: a folder, or `memory` for a test. */
export async function openPglite(folder: string): Promise<Engine> {
  const unlock = folder === 'memory' ? () => undefined : lockFolder(folder)
  try {
    const lite = await PGlite.create({
      ...(folder === 'memory' ? {} : { dataDir: join(folder, 'pglite') }),
      parsers: { [dateOid]: asText, [int8Oid]: Number },
    })
    const db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite: lite }) })
    // Kysely's PGlite driver has one connection and no queue: two transactions at once would share it.
    const mutex = new Mutex()
    return {
      kind: 'pglite',
      db,
      exclusive: (work) => mutex.run(work),
      script: async (sql) => {
        await mutex.run(async () => {
          try {
            await lite.exec(sql)
          } catch (error) {
            await lite.exec('rollback')
            throw error
          }
        })
      },
      queueDatabase: fromPglite(lite),
      close: async () => {
        await mutex.run(() => lite.close())
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

export async function openPostgres(url: string): Promise<Engine> {
  const usual = pg.types.getTypeParser as (oid: number, format?: string) => (value: string) => unknown
  const types: pg.CustomTypesConfig = {
    getTypeParser: (oid: number, format?: string) => {
      if (oid === dateOid) return asText
      if (oid === int8Oid) return Number
      return usual(oid, format)
    },
  }
  await checkServer(url)
  const pool = new pg.Pool({ connectionString: url, max: 10, types })
  pool.on('error', () => undefined) // an idle connection that dies is replaced; its error is of no use to anybody
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({
      pool,
      // Compiling a plan costs a second or more for each of the importer's set-wise statements and saves nothing on their
      // size. A statement, not a start-up parameter: PgBouncer refuses the latter.
      onCreateConnection: async (connection) => {
        await connection.executeQuery(CompiledQuery.raw('set jit = off'))
      },
    }),
  })
  return {
    kind: 'postgres',
    db,
    exclusive: (work) => work(),
    script: async (sql) => {
      const client = await pool.connect()
      try {
        await client.query(sql)
      } catch (error) {
        await client.query('rollback').catch(() => undefined)
        throw error
      } finally {
        client.release()
      }
    },
    queueDatabase: fromKysely(db),
    close: () => db.destroy(),
  }
}
