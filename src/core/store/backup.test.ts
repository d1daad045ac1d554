import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { sql } from 'kysely'
import { testLedger } from '../../../test/support/ledger.ts'
import { testActor } from '../../../test/support/school.ts'
import { openTestStore, testEngine } from '../../../test/support/store.ts'
import { tablesOf } from './catalogue.ts'
import { backUp, openStore, restore, type Manifest, type Store } from './index.ts'
import { fillStore, otherUrn, urn } from './testing/fill-store.ts'

const home = await mkdtemp(join(tmpdir(), 'gatehouse-backup-'))
after(() => rm(home, { recursive: true, force: true }))
const at = new Date('2026-11-24T07:30:00Z')

const embedded = async (): Promise<Store> => {
  const store = await openStore({ folder: 'memory' })
  after(() => store.close())
  return store
}

/** Every row of every table as PostgreSQL writes it, in one order on each engine. */
const everyRow = (store: Store): Promise<Record<string, readonly string[]>> =>
  store.engine.exclusive(() =>
    store.owner.transaction().execute(async (tx) => {
      await sql`set local timezone = 'UTC'`.execute(tx)
      const all: Record<string, readonly string[]> = {}
      for (const { name } of (await tablesOf(tx)).toSorted((a, b) => a.name.localeCompare(b.name))) {
        const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(
          tx,
        )
        all[name] = rows.map(({ row }) => row).sort()
      }
      return all
    }),
  )

// From the engine under test to the same, and where that is PostgreSQL also from the embedded store and to it.
const source = await openTestStore()
const sourceHome = join(home, 'source')
await fillStore(source, sourceHome)
const moves = [
  { from: source, home: sourceHome, to: await openTestStore(), name: `${testEngine} to ${testEngine}` },
]
if (testEngine === 'postgres') {
  const lite = await embedded()
  const liteHome = join(home, 'lite')
  await fillStore(lite, liteHome)
  moves.push({ from: lite, home: liteHome, to: await openTestStore(), name: 'pglite to postgres' })
  moves.push({ from: source, home: sourceHome, to: await embedded(), name: 'postgres to pglite' })
}
const besides = ['ledger']
/** What every refused restore must leave as it is. */
const empty = await embedded()

for (const [i, move] of moves.entries()) {
  describe(`a backup from ${move.name}`, () => {
    const folder = join(home, `backup-${i}`)
    const target = join(home, `target-${i}`)

    it('leaves no table out', async () => {
      const empty = Object.entries(await everyRow(move.from)).filter(([, rows]) => rows.length === 0)
      assert.deepEqual(
        empty.map(([name]) => name),
        [],
        'Give these tables a row in testing/fill-store.ts.',
      )
      const manifest = await backUp(move.from, { folder, home: move.home, besides, at })
      assert.deepEqual(
        Object.fromEntries(manifest.tables.map(({ name, rows }) => [name, rows])),
        Object.fromEntries(
          Object.entries(await everyRow(move.from)).map(([name, rows]) => [name, rows.length]),
        ),
      )
    })

    it('is for its owner alone, and says what it holds', async () => {
      assert.equal((await stat(folder)).mode & 0o077, 0)
      for (const name of await readdir(join(folder, 'store')))
        assert.equal((await stat(join(folder, 'store', name))).mode & 0o777, 0o600)
      assert.match(await readFile(join(folder, 'README.txt'), 'utf8'), /SECRETS and PUPILS’ DATA/)
    })

    it('comes back row by row, value by value', async () => {
      await restore(move.to, { folder, home: target })
      assert.deepEqual(await everyRow(move.to), await everyRow(move.from))
    })

    it('goes on counting where it stopped', async () => {
      const [row] = await move.to.school(urn, testActor).write(async (tx) => {
        const added = await sql<{
          sequence: number
        }>`insert into consent_choice (school_urn, pupil_id, purpose, kind,
            state, giver, wording_id, wording_sha256, method, recorded_at, recorded_by)
          select school_urn, id, 'x', 'consent', 'given', 'pupil', 'w', 'x', 'paper', now(), 'x' from pupil limit 1
          returning sequence`.execute(tx)
        return added.rows
      })
      assert.equal(row?.sequence, 5)
    })

    it('has a ledger that verifies and goes on, with the same keys', async () => {
      const { ledger, keys } = testLedger(move.to.school(urn, testActor), join(target, 'ledger'))
      const report = await ledger.verify()
      assert.deepEqual(report.faults, [])
      assert.equal(report.size, 2)
      const before = testLedger(move.from.school(urn, testActor), join(move.home, 'ledger'))
      assert.deepEqual(keys.vkeys, before.keys.vkeys)
      assert.equal((await stat(join(target, 'ledger', urn, 'keys', 'ledger.key'))).mode & 0o777, 0o600)
      assert.equal((await ledger.publish(at)).size, 2)
    })

    it('keeps each school to itself, and approved versions as they are', async () => {
      const other = move.to.school(otherUrn, testActor)
      const seen = await other.read((tx) => tx.selectFrom('pupil').select('school_urn').execute())
      assert.deepEqual(seen, [{ school_urn: otherUrn }])
      await assert.rejects(
        move.to.school(urn, testActor).write((tx) => sql`update policy_document set hash = 'y'`.execute(tx)),
        { code: 'conflict', message: /immutable|approved version/ },
      )
      await assert.rejects(
        move.to.school(urn, testActor).write((tx) => sql`delete from consent_choice`.execute(tx)),
        { code: 'not-allowed' },
      )
    })
  })
}

describe('a restore that is refused restores nothing', () => {
  const folder = join(home, 'whole')
  const isUntouched = async (at: string): Promise<void> => {
    const filled = Object.entries(await everyRow(empty)).filter(([, rows]) => rows.length > 0)
    assert.deepEqual(filled, [])
    assert.deepEqual(await readdir(at).catch(() => []), [])
  }

  it('when any part was changed, cut short, made longer or taken away', async () => {
    await backUp(source, { folder, home: sourceHome, besides, at })
    const target = join(home, 'refused')
    const parts = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name !== 'README.txt')
      .map((entry) => join(entry.parentPath, entry.name))
    assert.ok(parts.length > 35)
    for (const part of parts) {
      const bytes = await readFile(part)
      const middle = bytes.length >> 1
      const flipped = Buffer.from(bytes)
      flipped[middle] = (flipped[middle] ?? 0) ^ 1
      for (const wrong of [flipped, bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from('\n')]), null]) {
        await (wrong ? writeFile(part, wrong) : rm(part))
        const name = part.slice(folder.length + 1)
        await assert.rejects(
          restore(empty, { folder, home: target }),
          (error: { code?: string; where?: string }) => {
            assert.ok(error.code === 'bad-input' || error.code === 'not-found', `${name}: ${error.code}`)
            assert.ok(error.where?.includes(name.startsWith('manifest') ? folder : name), error.where)
            return true
          },
        )
      }
      await writeFile(part, bytes)
    }
    await isUntouched(target)
  })

  // Whoever can write the folder can also make its hashes fit: the store itself still refuses what can't stand.
  const forge = async (name: string, change: (manifest: Manifest) => unknown): Promise<string> => {
    const forged = join(home, name)
    await cp(folder, forged, { recursive: true })
    const manifest = JSON.parse(await readFile(join(forged, 'manifest.json'), 'utf8')) as Manifest
    change(manifest)
    const text = JSON.stringify(manifest)
    await writeFile(join(forged, 'manifest.json'), text)
    await writeFile(join(forged, 'manifest.sha256'), `${hash('sha256', text)}  manifest.json\n`)
    return forged
  }

  it('when the manifest names other tables, other migrations, other rows or a way out of the home', async () => {
    const target = join(home, 'forged')
    const tries: Record<string, (manifest: Manifest) => unknown> = {
      'one table less': ({ tables }) => tables.pop(),
      'one table twice': ({ tables }) => tables.push(...tables.slice(0, 1)),
      'a table that is none': ({ tables }) =>
        tables.push(...tables.slice(0, 1).map((part) => ({ ...part, name: 'pg_authid' }))),
      'one column less': ({ tables }) => tables.at(-1)?.columns.pop(),
      'fewer rows': ({ tables }) => tables.splice(-1, 1, ...tables.slice(-1).map((p) => ({ ...p, rows: 0 }))),
      'no migrations': ({ migrations }) => migrations.pop(),
      'another form': (manifest) => Object.assign(manifest, { form: 'gatehouse-backup/v2' }),
      'out of the home': ({ files }) =>
        files.push({ path: '../x', mode: 0o600, bytes: 0, sha256: '0'.repeat(64) }),
    }
    for (const [name, change] of Object.entries(tries)) {
      const forged = await forge(`forged ${name}`, change)
      await assert.rejects(
        restore(empty, { folder: forged, home: target }),
        (error: { code?: string }) => error.code === 'bad-input' || error.code === 'conflict',
        name,
      )
      await isUntouched(target)
    }
  })

  it('when the store or the home holds something', async () => {
    await assert.rejects(restore(source, { folder, home: join(home, 'nowhere') }), {
      code: 'conflict',
      message: /store is not empty/,
    })
    const target = join(home, 'held')
    await cp(sourceHome, target, { recursive: true })
    await writeFile(join(target, 'ledger', urn, 'log', 'checkpoint'), 'another')
    await assert.rejects(restore(empty, { folder, home: target }), {
      code: 'conflict',
      message: /home holds/,
    })
    await rm(target, { recursive: true })
    await isUntouched(target)
  })

  it('but a home that holds the same files keeps them: the store moves to another engine within one home', async () => {
    await restore(empty, { folder, home: sourceHome })
    assert.deepEqual(await everyRow(empty), await everyRow(source))
  })

  it('when there is no backup, and none is made into a folder that holds something', async () => {
    await assert.rejects(restore(empty, { folder: join(home, 'none'), home: join(home, 'x') }), {
      code: 'not-found',
    })
    await assert.rejects(backUp(source, { folder, home: sourceHome, besides, at }), { code: 'conflict' })
    assert.ok((await readdir(folder)).includes('manifest.json'))
  })
})
