import { randomUUID } from 'node:crypto'
import { after } from 'node:test'
import pg from 'pg'
import { openStore, type Store } from '../../src/core/store/index.ts'

/** The engine this run tests: PostgreSQL when `TEST_DATABASE_URL` names a server, else PGlite in memory. */
export const testEngine: 'pglite' | 'postgres' = process.env['TEST_DATABASE_URL'] ? 'postgres' : 'pglite'

/** A migrated, empty store of its own on the engine under test; closed, and its database dropped, after the file's tests. */
export async function openTestStore(): Promise<Store> {
  const server = process.env['TEST_DATABASE_URL']
  if (!server) {
    const store = await openStore({ folder: 'memory' })
    after(() => store.close())
    return store
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const onServer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  await onServer(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const store = await openStore({ databaseUrl: url.href })
  after(async () => {
    await store.close()
    await onServer(`drop database ${name} with (force)`)
  })
  return store
}
