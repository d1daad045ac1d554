import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { it } from 'node:test'
import pg from 'pg'
import { postgresBin, startPostgres } from '../../../test/support/postgres.ts'
import { openStore } from './store.ts'

const bin = postgresBin()

it(
  'several databases of a new server may be opened in the same instant: they make its roles once',
  { skip: bin === undefined },
  async () => {
    if (bin === undefined) return
    const server = await startPostgres(bin)
    try {
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      const urls: string[] = []
      for (let i = 0; i < 8; i++) {
        const name = `first_${randomUUID().replaceAll('-', '')}`
        await client.query(`create database ${name}`)
        const url = new URL(server.url)
        url.pathname = `/${name}`
        urls.push(url.href)
      }
      await client.end()
      const opened = await Promise.allSettled(urls.map((databaseUrl) => openStore({ databaseUrl })))
      for (const each of opened) if (each.status === 'fulfilled') await each.value.close()
      assert.deepEqual(
        opened.map(({ status }) => status),
        urls.map(() => 'fulfilled'),
      )
    } finally {
      server.stop()
    }
  },
)
