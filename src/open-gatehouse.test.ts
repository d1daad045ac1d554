import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import pg from 'pg'
import { addNotices, ledgerAt, testLedger } from '../test/support/ledger.ts'
import { addSchool, testActor } from '../test/support/school.ts'
import { openTestStore, testEngine } from '../test/support/store.ts'
import { openStore, prepareQueue } from './core/store/index.ts'
import { systemClock } from './core/vocabulary/index.ts'
import { gatehouseOver } from './open-gatehouse.store.ts'
import { deliveryQueue } from './school/release/index.ts'

const scratch = await mkdtemp(join(tmpdir(), 'gatehouse-open-'))
after(() => rm(scratch, { recursive: true, force: true }))
const settings = (school?: string) => ({
  home: join(scratch, 'home'),
  publicUrl: 'http://localhost',
  policyFolder: 'policy',
  school,
})

describe('the school of an installation', () => {
  it('is the one that stands there, or the one that is named', async () => {
    const store = await openTestStore()
    const opening = (named?: string) => gatehouseOver(store, settings(named), systemClock)
    await assert.rejects(opening(), { code: 'not-found' })
    await addSchool(store, '100001')
    const only = await opening()
    assert.equal(only.urn, '100001')
    await only.queue.stop()
    await addSchool(store, '100002')
    await assert.rejects(opening(), { code: 'misconfigured', message: 'The store holds several schools.' })
    await assert.rejects(opening('100003'), { code: 'not-found' })
    await assert.rejects(opening('School'), { code: 'misconfigured' })
  })
})

describe('the clock of an installation', () => {
  it('is refused when it lies before what the ledger recorded last', async () => {
    const store = await openTestStore()
    const school = await addSchool(store, '100001')
    await addNotices(testLedger(school, join(scratch, 'ledger')), 1)
    const at = (minutes: number) => ({ now: () => new Date(ledgerAt.getTime() + minutes * 60_000) })
    await assert.rejects(gatehouseOver(store, settings(), at(-60)), {
      code: 'misconfigured',
      message: 'This machine’s clock is wrong.',
    })
    for (const minutes of [-5, 0, 1_000_000]) {
      const gatehouse = await gatehouseOver(store, settings(), at(minutes))
      await gatehouse.queue.stop()
    }
  })
})

describe('on PostgreSQL', { skip: testEngine !== 'postgres' && 'needs TEST_DATABASE_URL' }, () => {
  const server = process.env['TEST_DATABASE_URL'] ?? ''
  const name = `t${randomBytes(6).toString('hex')}`
  const [owner, keeper, login] = [`${name}_owner`, `${name}_keeper`, `${name}_login`]
  const urlOf = (user: string, database = name): string => {
    const url = new URL(server)
    url.username = user
    url.pathname = `/${database}`
    return url.href
  }
  const admin = async (...statements: string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: server })
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
    } finally {
      await client.end()
    }
  }
  after(() =>
    admin(
      `drop database if exists ${name} with (force)`,
      ...[login, keeper, owner].map((role) => `drop role if exists ${role}`),
    ),
  )

  it('says what an administrator must run before a plain user can have the store', async () => {
    await admin(`create role ${owner} login`, `create database ${name}`)
    await assert.rejects(openStore({ databaseUrl: urlOf(owner) }), {
      code: 'misconfigured',
      message: /make the store’s tables|gatehouse_(app|national) is missing/,
    })
    await admin(
      `alter database ${name} owner to ${owner}`,
      `do $$ begin
         if not exists (select 1 from pg_roles where rolname = 'gatehouse_app') then create role gatehouse_app nologin; end if;
         if not exists (select 1 from pg_roles where rolname = 'gatehouse_national') then create role gatehouse_national nologin; end if;
       end $$`,
    )
    await assert.rejects(openStore({ databaseUrl: urlOf(owner) }), {
      code: 'misconfigured',
      message: 'This database user may not act as gatehouse_app.',
      todo: new RegExp(`grant gatehouse_app to "${owner}"`),
    })
  })

  it('serves its school to an owner whom row security binds', async () => {
    await admin(`grant gatehouse_app to ${owner}`)
    const store = await openStore({ databaseUrl: urlOf(owner) })
    await addSchool(store, '100001')
    assert.deepEqual(await store.owner.selectFrom('pupil').selectAll().execute(), [])
    // As the wiring asks it, without the queue: the next test sees a store that has none yet.
    const seen = await store.owner.selectFrom('school').select('school_urn').execute()
    assert.deepEqual(seen, [{ school_urn: '100001' }])
    await store.close()
  })

  it('serves a user who owns nothing, once the owner has made everything', async () => {
    await admin(`create role ${login} login in role gatehouse_app`)
    const early = await openStore({ databaseUrl: urlOf(login) })
    await assert.rejects(gatehouseOver(early, settings('100001'), systemClock), {
      code: 'misconfigured',
      todo: /gatehouse migrate once as the owner/,
    })
    await early.close()
    const owning = await openStore({ databaseUrl: urlOf(owner) })
    await prepareQueue(owning.engine)
    const owned = await gatehouseOver(owning, settings(), systemClock)
    assert.equal(owned.urn, '100001')
    await owned.close()

    const store = await openStore({ databaseUrl: urlOf(login) })
    const gatehouse = await gatehouseOver(store, settings('100001'), systemClock)
    await store
      .school(gatehouse.urn, testActor)
      .write((tx) => gatehouse.queue.send(tx, deliveryQueue, { release: 'one' }, 'one'))
    const handled = await new Promise<unknown>((resolve) => {
      void gatehouse.queue.work(
        deliveryQueue,
        (data) => {
          resolve(data['release'])
          return Promise.resolve()
        },
        () => Promise.resolve(),
      )
    })
    assert.equal(handled, 'one')
    await gatehouse.close()
  })

  it('is brought up to date by several processes at once', async () => {
    const other = `${name}_race`
    await admin(`create database ${other}`)
    const admins = new URL(server)
    admins.pathname = `/${other}`
    const stores = await Promise.all([1, 2, 3].map(() => openStore({ databaseUrl: admins.href })))
    await Promise.all(stores.map((store) => store.close()))
    await admin(`drop database ${other} with (force)`)
  })

  it('lets nobody but the owner change the tables', async () => {
    await admin(`create role ${keeper} login bypassrls in role ${owner}`)
    const store = await openStore({ databaseUrl: urlOf(owner) })
    await store.engine.script(`delete from schema_migration where name = '0015-list-schools.sql'`)
    await store.close()
    await assert.rejects(openStore({ databaseUrl: urlOf(keeper) }), {
      code: 'misconfigured',
      todo: new RegExp(`gatehouse migrate once as ${owner}`),
    })
  })
})
