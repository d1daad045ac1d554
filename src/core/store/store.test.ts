import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { addSchool, testActor } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import { openQueue } from './index.ts'

const store = await openTestStore()
const one = await addSchool(store, '100001')
const two = await addSchool(store, '100002')

const pupil = (urn: string, misId: string, upn: string | null = null) => ({
  school_urn: urn,
  mis_id: misId,
  upn,
  surname: 'Secretname',
  forename: 'Ann',
  date_of_birth: '2018-02-03',
  sex: 'F',
  year_group: '3',
  enrolment_status: 'C',
  entry_date: '2022-09-01',
  source_digest: 'x',
})

describe('store', () => {
  it('keeps a date as text and a count as a number', async () => {
    await one.write((tx) => tx.insertInto('pupil').values(pupil('100001', '1')).execute())
    const row = await one.read((tx) =>
      tx
        .selectFrom('pupil')
        .select(['date_of_birth', (e) => e.fn.countAll<number>().over().as('n')])
        .executeTakeFirstOrThrow(),
    )
    assert.deepEqual(row, { date_of_birth: '2018-02-03', n: 1 })
  })

  it('never shows a school another school’s rows, whatever the query', async () => {
    const seen = await two.read((tx) =>
      sql<{ n: number }>`select count(*)::int as n from pupil where true or school_urn = '100001'`.execute(
        tx,
      ),
    )
    assert.equal(seen.rows[0]?.n, 0)
    const viewed = await two.read((tx) => tx.selectFrom('pupil_facts').selectAll().execute())
    assert.deepEqual(viewed, [])
    await assert.rejects(
      two.write((tx) => tx.insertInto('pupil').values(pupil('100001', '9')).execute()),
      { code: 'not-allowed' },
    )
    const changed = await two.write((tx) => sql`update pupil set surname = 'X'`.execute(tx))
    assert.equal(changed.numAffectedRows, 0n)
  })

  it('shows no rows when no school is set', async () => {
    await store.engine.exclusive(() =>
      store.owner.transaction().execute(async (tx) => {
        await sql`set local role gatehouse_app`.execute(tx)
        assert.equal((await tx.selectFrom('pupil').selectAll().execute()).length, 0)
      }),
    )
  })

  it('says a duplicate UPN without the UPN', async () => {
    await one.write((tx) =>
      tx
        .insertInto('pupil')
        .values(pupil('100001', '2', 'H801200001001'))
        .execute(),
    )
    const error: unknown = await one
      .write((tx) =>
        tx
          .insertInto('pupil')
          .values(pupil('100001', '3', 'H801200001001'))
          .execute(),
      )
      .then(
        () => undefined,
        (e: unknown) => e,
      )
    assert.ok(error instanceof GatehouseError)
    assert.equal(error.code, 'conflict')
    assert.doesNotMatch(
      JSON.stringify(error, Object.getOwnPropertyNames(error)) + error.explain(),
      /H801200001001|Secretname/,
    )
    assert.match(error.where ?? '', /pupil_upn/)
  })

  it('refuses a write in a read', async () => {
    await assert.rejects(
      one.read((tx) => tx.deleteFrom('pupil').execute()),
      { name: 'GatehouseError' },
    )
  })

  it('keeps transactions apart when many run at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? one : two).read(async (tx) =>
          (await tx.selectFrom('school').select('school_urn').execute()).map((s) => s.school_urn),
        ),
      ),
    )
    results.forEach((urns, i) => assert.deepEqual(urns, [i % 2 ? '100001' : '100002']))
  })

  it('loses no increment when writers race', async () => {
    await one.write((tx) => tx.insertInto('ledger').values({ school_urn: '100001', origin: 'x' }).execute())
    await Promise.all(
      Array.from({ length: 8 }, () =>
        one.write(async (tx) => {
          const { size } = await tx.selectFrom('ledger').select('size').executeTakeFirstOrThrow()
          await tx
            .updateTable('ledger')
            .set({ size: size + 1 })
            .execute()
        }),
      ),
    )
    assert.equal(
      (await one.read((tx) => tx.selectFrom('ledger').select('size').executeTakeFirstOrThrow())).size,
      8,
    )
  })

  it('makes an approved policy version immutable', async () => {
    const document = {
      school_urn: '100001',
      kind: 'agreement',
      id: 'a',
      version: 1,
      hash: 'h',
      body: '{}',
      loaded_by: 'x',
      approved_at: new Date(),
      approved_by: 'Head',
    }
    await one.write((tx) => tx.insertInto('policy_document').values(document).execute())
    await assert.rejects(
      one.write((tx) => tx.updateTable('policy_document').set({ body: '{"x":1}' }).execute()),
      { code: 'conflict' },
    )
  })
})

describe('queue', () => {
  it('has a job if and only if its transaction committed, and hands it over once', async () => {
    const queue = await openQueue(store.engine, ['deliver'], { retryLimit: 1, retryDelay: 0 })
    await one.write((tx) => queue.send(tx, 'deliver', { release: 'kept' }, 'kept'))
    await assert.rejects(
      one.write(async (tx) => {
        await queue.send(tx, 'deliver', { release: 'lost' }, 'lost')
        throw new GatehouseError('conflict', 'stop')
      }),
    )
    const handled: string[] = []
    const dead: string[] = []
    await new Promise<void>((resolve) => {
      void queue.work(
        'deliver',
        (data) => {
          handled.push(data['release'] ?? '')
          return Promise.reject(new Error('the far end is down'))
        },
        (data) => {
          dead.push(data['release'] ?? '')
          resolve()
          return Promise.resolve()
        },
      )
    })
    await queue.stop()
    assert.deepEqual(handled, ['kept', 'kept'])
    assert.deepEqual(dead, ['kept'])
    assert.equal(testActor.role, 'system')
  })
})
