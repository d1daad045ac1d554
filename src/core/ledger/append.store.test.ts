import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { noticeEntry, releaseEntry } from '../../../test/support/ledger.ts'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { hashLeaf, rootOf } from '../standards/tlog/index.ts'
import type { SchoolStore } from '../store/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import { decodeLeaf } from './leaf.ts'
import { appendEntries, appendEntry, type LedgerEntry } from './index.ts'

const store = await openTestStore()
const at = new Date('2026-11-24T07:30:00Z')
let urn = 200000
const newSchool = (): Promise<SchoolStore> => addSchool(store, String(urn++))

const append = (school: SchoolStore, entry: LedgerEntry): Promise<{ index: number; leafHash: string }> =>
  school.write((tx) => appendEntry(tx, school.urn, entry, at))

const rows = (school: SchoolStore) =>
  school.read((tx) => tx.selectFrom('ledger_entry').selectAll().orderBy('index').execute())

describe('append', () => {
  it('numbers entries without a gap and keeps the root of the tree that RFC 6962 gives', async () => {
    const school = await newSchool()
    for (let i = 0; i < 20; i++) assert.equal((await append(school, noticeEntry(i + 1))).index, i)
    await school.write((tx) =>
      appendEntries(
        tx,
        school.urn,
        Array.from({ length: 30 }, (_, i) => ({ entry: noticeEntry(i + 21) })),
        at,
      ),
    )
    const all = await rows(school)
    assert.deepEqual(
      all.map((row) => row.index),
      Array.from({ length: 50 }, (_, i) => i),
    )
    const leaves = all.map((row) => hashLeaf(row.leaf))
    all.forEach((row, i) => {
      assert.deepEqual(Buffer.from(row.leaf_hash), leaves[i])
      assert.deepEqual(Buffer.from(row.tree_root), rootOf(leaves.slice(0, i + 1)))
    })
  })

  it('leaves neither entry nor gap when the transaction is given up', async () => {
    const school = await newSchool()
    await append(school, noticeEntry(1))
    await assert.rejects(
      school.write(async (tx) => {
        await appendEntry(tx, school.urn, noticeEntry(2), at)
        throw new Error('the release failed')
      }),
      /the release failed/,
    )
    assert.equal((await append(school, noticeEntry(3))).index, 1)
    assert.equal((await rows(school)).length, 2)
  })

  it('keeps order when many append at once', async () => {
    const school = await newSchool()
    await append(school, noticeEntry(1))
    const appended = await Promise.all(
      Array.from({ length: 6 }, (_, i) => append(school, noticeEntry(i + 2))),
    )
    assert.deepEqual(appended.map(({ index }) => index).sort(), [1, 2, 3, 4, 5, 6])
  })

  it('keeps schools apart', async () => {
    const [one, two] = [await newSchool(), await newSchool()]
    await append(one, noticeEntry(1))
    assert.equal((await append(two, noticeEntry(1))).index, 0)
    assert.equal((await rows(two)).length, 1)
  })

  it('refuses what could carry personal data, naming the field and not its value', async () => {
    const school = await newSchool()
    const wrong: unknown[] = [
      { ...releaseEntry(), recipient: 'Mrs Ann Secretname' },
      { ...releaseEntry(), upn: 'H801200001001' },
      { ...releaseEntry(), withheldReasons: { 'Ann Secretname': 1 } },
      { ...releaseEntry(), permitted: -1 },
      { ...noticeEntry(1), type: 'gossip/v1' },
      { ...noticeEntry(1), at: '24/11/2026' },
    ]
    for (const entry of wrong) {
      await assert.rejects(append(school, entry as LedgerEntry), (error) => {
        assert.ok(error instanceof GatehouseError)
        assert.equal(error.code, 'bad-input')
        assert.doesNotMatch(error.explain(), /Secretname|H8012/)
        return true
      })
    }
    assert.equal((await rows(school)).length, 0)
  })

  it('seals a restricted entry: its leaf has one length and one look, whatever it hides', async () => {
    const school = await newSchool()
    const hidden = await school.write(async (tx) => {
      const release = await appendEntry(
        tx,
        school.urn,
        releaseEntry({ recipient: 'police' }),
        at,
        'restricted',
      )
      const delivery = await appendEntry(
        tx,
        school.urn,
        {
          type: 'delivery/v1',
          release: release.index,
          at: at.toISOString(),
          outcome: 'sent',
          transport: 'sftp',
          attempts: 1,
        },
        at, // open is asked for; what it reports on is restricted
      )
      return [release, delivery]
    })
    assert.equal(hidden.length, 2)
    const all = await rows(school)
    const leaves = all.map((row) => decodeLeaf(row.leaf))
    assert.deepEqual(
      all.map((row) => [row.type, row.visibility, row.leaf.length]),
      Array.from({ length: 2 }, () => ['sealed/v1', 'restricted', all[0]!.leaf.length]),
    )
    assert.deepEqual(Object.keys(leaves[0]!).sort(), ['commitment', 'type'])
    assert.notDeepEqual(leaves[0], leaves[1])
  })

  it('refuses a delivery of a release that is not there', async () => {
    const school = await newSchool()
    const entry: LedgerEntry = {
      type: 'delivery/v1',
      release: 0,
      at: at.toISOString(),
      outcome: 'sent',
      transport: 'sftp',
      attempts: 1,
    }
    await assert.rejects(append(school, entry), { code: 'bad-input' })
  })

  const damages: Readonly<Record<string, { damage: ReturnType<typeof sql>; where: RegExp }>> = {
    'the last leaf': {
      damage: sql`update ledger_entry set leaf = leaf || '\\x20' where index = 4`,
      where: /entry 4/,
    },
    'the last leaf hash': {
      damage: sql`update ledger_entry set leaf_hash = sha256('x') where index = 4`,
      where: /entry 4/,
    },
    'a removed last entry': { damage: sql`delete from ledger_entry where index = 4`, where: /entry 4/ },
    'one entry too many': { damage: sql`update ledger set size = 3`, where: /entry 3/ },
    'a frontier of another size': {
      damage: sql`update ledger set frontier = substring(frontier from 1 for 32)`,
      where: /frontier/,
    },
    'a changed frontier': {
      damage: sql`update ledger set frontier = sha256('x') || substring(frontier from 33)`,
      where: /frontier/,
    },
    'an odd frontier': { damage: sql`update ledger set frontier = frontier || '\\x00'`, where: /frontier/ },
  }
  for (const [name, { damage, where }] of Object.entries(damages)) {
    it(`appends nothing on top of damage: ${name}`, async () => {
      const school = await newSchool()
      for (let i = 0; i < 5; i++) await append(school, noticeEntry(i + 1))
      // As the owner: the application's own role may not do this.
      await store.owner.transaction().execute(async (tx) => {
        await sql`set local app.school = ${sql.lit(school.urn)}`.execute(tx)
        await damage.execute(tx)
      })
      await assert.rejects(
        append(school, noticeEntry(6)),
        (error: Error & { code?: string; where?: string }) => {
          assert.equal(error.code, 'ledger-broken')
          assert.match(error.where ?? '', where)
          return true
        },
      )
    })
  }

  it('does not let the application change or remove an entry', async () => {
    const school = await newSchool()
    await append(school, noticeEntry(1))
    await assert.rejects(
      school.write((tx) => tx.updateTable('ledger_entry').set({ type: 'x' }).execute()),
      { code: 'not-allowed' },
    )
    await assert.rejects(
      school.write((tx) => tx.deleteFrom('ledger_entry').execute()),
      { code: 'not-allowed' },
    )
  })
})
