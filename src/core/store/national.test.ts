import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import type { NationalActor, NationalScope } from '../vocabulary/index.ts'

const store = await openTestStore()
await addSchool(store, '100001')
const actor: NationalActor = { kind: 'job', name: 'test', role: 'collector' }
const as = (scope: NationalScope) => store.national(scope, actor)
const collector = as({ kind: 'collector' })
const sourceOf = (laNumber: string, source: string) => as({ kind: 'source', laNumber, source })

const row = (la_number: string, source: string) => ({
  la_number,
  source,
  kind: 'school',
  name: 'Secretname School',
  listed: true,
  entered_at: new Date('2026-11-24T07:30:00Z'),
  entered_by: 'test',
})
await collector.write((tx) =>
  tx
    .insertInto('national_source')
    .values([row('894', '100001'), row('894', '100002'), row('301', '100003')])
    .execute(),
)

const seen = (at: ReturnType<typeof as>): Promise<readonly string[]> =>
  at.read(async (tx) =>
    (await tx.selectFrom('national_source').select('source').orderBy('source').execute()).map(
      (r) => r.source,
    ),
  )

const tables = async (pattern: string): Promise<readonly string[]> =>
  store.engine.exclusive(async () => {
    const { rows } = await sql<{ name: string }>`
      select table_name::text as name from information_schema.table_privileges
      where grantee = ${sql.lit(pattern)} and table_schema = 'public' group by 1 order by 1`.execute(
      store.owner,
    )
    return rows.map(({ name }) => name)
  })

describe('the national door', () => {
  it('shows a source itself, an authority its area, the collector all', async () => {
    assert.deepEqual(await seen(collector), ['100001', '100002', '100003'])
    assert.deepEqual(await seen(as({ kind: 'authority', laNumber: '894' })), ['100001', '100002'])
    assert.deepEqual(await seen(sourceOf('894', '100002')), ['100002'])
    assert.deepEqual(await seen(sourceOf('301', '100002')), [])
    assert.deepEqual(await seen(as({ kind: 'authority', laNumber: '999' })), [])
  })

  it('lets nobody write beyond what they see', async () => {
    const authority = as({ kind: 'authority', laNumber: '894' })
    await assert.rejects(
      authority.write((tx) => tx.insertInto('national_source').values(row('301', '100009')).execute()),
      { code: 'not-allowed' },
    )
    const changed = await authority.write((tx) => sql`update national_source set name = 'X'`.execute(tx))
    assert.equal(changed.numAffectedRows, 2n)
    const moved = authority.write((tx) => sql`update national_source set la_number = '301'`.execute(tx))
    await assert.rejects(moved, { code: 'not-allowed' })
    const own = await sourceOf('894', '100001').write((tx) => sql`delete from national_source`.execute(tx))
    assert.equal(own.numAffectedRows, 1n)
    await collector.write((tx) => tx.insertInto('national_source').values(row('894', '100001')).execute())
  })

  it('has no rights on a school’s tables, nor a school’s role on its own', async () => {
    const national = new Set(await tables('gatehouse_national'))
    const app = await tables('gatehouse_app')
    assert.ok(national.size > 8 && app.length > 20)
    // The department keeps a ledger of its own in the tables of the schools' ledgers; policies part them.
    const ledger = app.filter((name) => name.startsWith('ledger'))
    assert.deepEqual(
      app.filter((name) => national.has(name)),
      ledger,
    )
    for (const name of ['school', 'pupil', 'consent_choice'])
      await assert.rejects(
        collector.read((tx) => sql`select 1 from ${sql.table(name)}`.execute(tx)),
        { code: 'not-allowed' },
      )
    const school = store.school('100001', { kind: 'job', name: 'test', role: 'system' })
    for (const name of [...national].filter((each) => !ledger.includes(each)))
      await assert.rejects(
        school.read((tx) => sql`select 1 from ${sql.table(name)}`.execute(tx)),
        { code: 'not-allowed' },
        name,
      )
  })

  it('keeps the department’s ledger and the schools’ from each other', async () => {
    const school = store.school('100001', { kind: 'job', name: 'test', role: 'system' })
    await school.write((tx) =>
      sql`insert into ledger (school_urn, origin) values ('100001', 'x/100001') on conflict do nothing`.execute(
        tx,
      ),
    )
    await collector.write((tx) =>
      sql`insert into ledger (school_urn, origin) values ('000000', 'x/000000') on conflict do nothing`.execute(
        tx,
      ),
    )
    const keepers = async (reader: typeof school | typeof collector): Promise<unknown[]> =>
      (
        await reader.read((tx) =>
          sql<{ keeper: string }>`select school_urn as keeper from ledger`.execute(tx),
        )
      ).rows.map(({ keeper }) => keeper)
    assert.deepEqual(await keepers(school), ['100001'])
    assert.deepEqual(await keepers(collector), ['000000'])
    await assert.rejects(
      collector.write((tx) =>
        sql`insert into ledger (school_urn, origin) values ('100002', 'x/100002')`.execute(tx),
      ),
      { code: 'not-allowed' },
    )
  })

  it('shows nothing where no scope is set', async () => {
    await store.engine.exclusive(() =>
      store.owner.transaction().execute(async (tx) => {
        await sql`set local role gatehouse_national`.execute(tx)
        for (const name of ['national_source', 'collection_round', 'expected_return'])
          assert.equal((await sql`select 1 from ${sql.table(name)}`.execute(tx)).rows.length, 0)
      }),
    )
  })

  it('lets only the collector open a round, and everybody see it', async () => {
    const round = {
      collection: 'school-census',
      year: 2026,
      term: 'AUT',
      census: '2026-10-01',
      opened_at: new Date('2026-10-01T00:00:00Z'),
    }
    await assert.rejects(
      sourceOf('894', '100001').write((tx) => tx.insertInto('collection_round').values(round).execute()),
      { code: 'not-allowed' },
    )
    await collector.write((tx) => tx.insertInto('collection_round').values(round).execute())
    const rounds = await sourceOf('894', '100001').read((tx) =>
      tx.selectFrom('collection_round').select('term').execute(),
    )
    assert.deepEqual(rounds, [{ term: 'AUT' }])
  })

  it('keeps what was done as it was done', async () => {
    for (const statement of [
      'update return_event set reason = null',
      'delete from return_event',
      'delete from return_note',
    ])
      await assert.rejects(
        collector.write((tx) => sql.raw(statement).execute(tx)),
        { code: 'not-allowed' },
        statement,
      )
  })

  it('says a duplicate without its values, and refuses a write in a read', async () => {
    const error: unknown = await collector
      .write((tx) => tx.insertInto('national_source').values(row('894', '100001')).execute())
      .catch((thrown: unknown) => thrown)
    assert.doesNotMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), /Secretname|100001/)
    await assert.rejects(
      collector.read((tx) => tx.deleteFrom('national_source').execute()),
      { name: 'GatehouseError' },
    )
  })

  it('refuses a scope that names nobody', () => {
    for (const scope of [
      { kind: 'authority', laNumber: '89' },
      { kind: 'source', laNumber: '894', source: "1' or '1" },
      { kind: 'source', laNumber: '894', source: '' },
    ] as const)
      assert.throws(() => as(scope), { code: 'bad-input' })
  })
})
