import { randomUUID } from 'node:crypto'
import { after } from 'node:test'
import pg from 'pg'
import { openStore, type Store } from '../../src/core/store/index.ts'

/** The engine this run tests: PostgreSQL when `TEST_DATABASE_URL` names a server, else PGlite in memory. */
export const testEngine: 'pglite' | 'postgres' = process.env['TEST_DATABASE_URL'] ? 'postgres' : 'pglite'

interface TestDatabase {
  readonly url: string
  readonly drop: () => Promise<void>
}

/** A database of its own on the server under test; null where none is. */
async function createDatabase(): Promise<TestDatabase | null> {
  const server = process.env['TEST_DATABASE_URL']
  if (!server) return null
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const onServer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await onServer(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(`drop database ${name} with (force)`) }
}

/** The address of such a database, for processes that open it themselves; dropped after the file's tests. */
export async function newTestDatabase(): Promise<string | null> {
  const database = await createDatabase()
  if (database) after(database.drop)
  return database?.url ?? null
}

/** A migrated, empty store of its own on the engine under test; closed, and its database dropped, after the file's tests. */
export async function openTestStore(): Promise<Store> {
  const database = await createDatabase()
  const store = await openStore(database ? { databaseUrl: database.url } : { folder: 'memory' })
  after(async () => {
    await store.close()
    await database?.drop()
  })
  return store
}
