import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { sql } from 'kysely'
import {
  addNotices,
  addRelease,
  ledgerAt as at,
  newTestLedger,
  noticeEntry,
  pupilA,
  pupilB,
  type TestLedger,
} from '../../../test/support/ledger.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { canonicalJson } from '../standards/index.ts'
import {
  hashLeaf,
  layout,
  parseCheckpoint,
  parseNote,
  parseProof,
  tilePath,
  verifyInclusion,
  verifyProof,
} from '../standards/tlog/index.ts'
import type { SchoolStore } from '../store/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import {
  appendEntries,
  commitTo,
  createOrLoadKeys,
  eraseOpenings,
  openLedger,
  revealEntry,
  type Ledger,
  type LedgerKeys,
  type PupilRecord,
} from './index.ts'

const store = await openTestStore()
const home = mkdtempSync(join(tmpdir(), 'gatehouse-ledger-'))
after(() => rmSync(home, { recursive: true }))
const later = (hours: number): Date => new Date(at.getTime() + hours * 3_600_000)
let urn = 300000

const newLedger = (): Promise<TestLedger> => newTestLedger(store, String(urn++), home)

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith('.unfinished'))
    .sort()

const faults = async (ledger: Ledger): Promise<string[]> => {
  const report = await ledger.verify()
  assert.equal(report.ok, report.faults.length === 0)
  return report.faults.map(({ place, why }) => `${place}: ${why}`)
}

const brokenAt = (where: RegExp) => (error: unknown) => {
  assert.ok(error instanceof GatehouseError)
  assert.equal(error.code, 'ledger-broken')
  assert.match(error.where ?? '', where)
  return true
}

/** Past the application's role, as somebody with the database's own password could. */
const tamper = (statement: ReturnType<typeof sql>): Promise<unknown> => statement.execute(store.owner)

describe('publish', () => {
  it('publishes an empty log', async () => {
    const { ledger, folder } = await newLedger()
    assert.deepEqual((await ledger.latest()).note, null)
    const head = await ledger.publish(at)
    assert.equal(head.size, 0)
    assert.equal(head.root, '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')
    assert.deepEqual(files(folder), ['checkpoint', 'policy'])
    assert.deepEqual(await faults(ledger), [])
  })

  it('has exactly the files of its size, whatever the steps it grew by', async () => {
    const t = await newLedger()
    let size = 0
    for (const step of [1, 2, 252, 1, 1, 300, 0, 211]) {
      await addNotices(t, step)
      size += step
      const head = await t.ledger.publish(at)
      assert.equal(head.size, size)
      const there = files(t.folder)
      for (const tile of layout(size)) assert.ok(there.includes(tilePath(tile)), `${size}: ${tilePath(tile)}`)
      assert.deepEqual(await faults(t.ledger), [], `size ${size}`)
    }
    const fresh = t.at(join(home, t.school.urn, 'again'))
    await fresh.publish(at)
    const again = join(home, t.school.urn, 'again')
    assert.deepEqual(files(again), ['checkpoint', 'policy', ...[...layout(size)].map(tilePath)].sort())
    for (const path of files(again)) {
      assert.deepEqual(readFileSync(join(t.folder, path)), readFileSync(join(again, path)), path)
    }
  })

  it('changes nothing when there is no news, and signs again when the checkpoint is old', async () => {
    const t = await newLedger()
    await addNotices(t, 3)
    const first = await t.ledger.publish(at)
    assert.equal((await t.ledger.publish(later(1))).note, first.note)
    const second = await t.ledger.publish(later(24))
    assert.notEqual(second.note, first.note)
    assert.equal(second.root, first.root)
    const kept = await t.school.read((tx) => tx.selectFrom('ledger_checkpoint').select('note').execute())
    assert.deepEqual(kept.map(({ note }) => note).sort(), [first.note, second.note].sort())
    assert.deepEqual(await faults(t.ledger), [])
  })

  it('refuses a ledger that shrank, and leaves the checkpoint as it was', async () => {
    const t = await newLedger()
    await addNotices(t, 5)
    await t.ledger.publish(at)
    const before = readFileSync(join(t.folder, 'checkpoint'))
    await tamper(sql`delete from ledger_entry where school_urn = ${t.school.urn} and index = 4`)
    await tamper(
      sql`update ledger set size = 4, frontier = (select substring(frontier from 1 for 32)) where school_urn = ${t.school.urn}`,
    )
    await assert.rejects(t.ledger.publish(at), brokenAt(/entry 4/))
    assert.deepEqual(readFileSync(join(t.folder, 'checkpoint')), before)
    assert.match((await faults(t.ledger)).join('\n'), /entry 4: A checkpoint over 5 entries/)
  })

  it('refuses to sign a rewritten history, even a coherent one', async () => {
    const t = await newLedger()
    await addNotices(t, 5)
    await t.ledger.publish(at)
    // A whole other history of the same school, as an insider would make it.
    const other = await newLedger()
    await other.school.write((tx) =>
      appendEntries(
        tx,
        other.school.urn,
        Array.from({ length: 7 }, (_, i) => ({ entry: noticeEntry(i + 100) })),
        at,
      ),
    )
    await tamper(sql`delete from ledger_entry where school_urn = ${t.school.urn}`)
    await tamper(
      sql`update ledger_entry set school_urn = ${t.school.urn} where school_urn = ${other.school.urn}`,
    )
    await tamper(
      sql`update ledger set (size, frontier) = (select size, frontier from ledger where school_urn = ${other.school.urn}) where school_urn = ${t.school.urn}`,
    )
    await assert.rejects(t.ledger.publish(at), brokenAt(/checkpoint over 5/))
    rmSync(t.folder, { recursive: true }) // without the old files: the kept checkpoint convicts it all the same
    await assert.rejects(t.ledger.publish(at), brokenAt(/checkpoint over 5/))
    assert.match((await faults(t.ledger)).join('\n'), /checkpoint over 5 entries: The entries before it/)
  })

  it('refuses to go on from a damaged folder, naming the file', async () => {
    const t = await newLedger()
    await addNotices(t, 300)
    await t.ledger.publish(at)
    await addNotices(t, 1)
    const damage = (path: string, change: (bytes: Buffer) => Buffer | null): string => {
      const folder = join(home, t.school.urn, `damaged-${path.replaceAll('/', '-')}`)
      cpSync(t.folder, folder, { recursive: true })
      const bytes = change(readFileSync(join(folder, path)))
      if (bytes) writeFileSync(join(folder, path), bytes)
      else rmSync(join(folder, path))
      return folder
    }
    const flip = (bytes: Buffer): Buffer => {
      bytes[40]! ^= 1
      return bytes
    }
    await assert.rejects(t.at(damage('checkpoint', flip)).publish(at), brokenAt(/checkpoint/))
    await assert.rejects(
      t.at(damage('tile/1/000.p/1', (bytes) => bytes.subarray(1))).publish(at),
      // Nothing full is new above level 0, so the old tile is read only to compute roots.
      brokenAt(/tile\/1\/000\.p\/1/),
    )
    assert.equal((await t.ledger.publish(at)).size, 301)
  })

  it('lets two processes publish at once', async () => {
    const t = await newLedger()
    await addNotices(t, 10)
    const [a, b] = [t.at(t.folder), t.at(t.folder)]
    await Promise.all([a.publish(at), b.publish(later(0.1)), a.publish(later(0.2))])
    assert.deepEqual(await faults(t.ledger), [])
  })

  it('refuses keys of another log', async () => {
    const t = await newLedger()
    assert.throws(
      () => openLedger({ school: t.school, origin: 'other.example/log', keys: t.keys, folder: t.folder }),
      { code: 'misconfigured' },
    )
    const keys = createOrLoadKeys(join(home, 'other-keys'), 'other.example/log')
    const ledger = openLedger({ school: t.school, origin: 'other.example/log', keys, folder: t.folder })
    await addNotices(t, 1)
    await assert.rejects(ledger.publish(at), { code: 'misconfigured' })
  })
})

describe('keys', () => {
  it('are made once, for their owner alone, and refused when others can read them', () => {
    const folder = join(home, 'keys')
    const made = createOrLoadKeys(folder, 'a.example/log')
    assert.deepEqual(createOrLoadKeys(folder, 'a.example/log').vkeys, made.vkeys)
    const file = join(folder, 'ledger.key')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.throws(() => createOrLoadKeys(folder, 'b.example/log'), { code: 'misconfigured' })
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.slice(0, -9))
    assert.throws(
      () => createOrLoadKeys(folder, 'a.example/log'),
      (error: GatehouseError) => {
        assert.equal(error.code, 'misconfigured')
        assert.ok(!error.explain().includes(text.slice(60, 80)))
        return true
      },
    )
    writeFileSync(join(home, 'open.key'), text)
    rmSync(file)
    writeFileSync(file, text, { mode: 0o644 })
    assert.throws(() => createOrLoadKeys(folder, 'a.example/log'), { code: 'misconfigured' })
  })
})

interface Extra {
  entry: { type: string; commitment?: string; pupils: { count: number; root: string } }
  sealed?: { salt: string; entry: { type: string; pupils: { count: number; root: string } } }
  pupil?: { position: number; salt: string; record: PupilRecord; proof: string[] }
}

/** What a stranger does with a receipt and the log's public keys. */
function readReceipt(text: string, keys: LedgerKeys): Extra {
  const proof = parseProof(text)
  const extra = JSON.parse(Buffer.from(proof.extra ?? []).toString()) as Extra
  verifyProof(proof, hashLeaf(Buffer.from(canonicalJson(extra.entry))), keys)
  const real = extra.sealed?.entry ?? extra.entry
  if (extra.pupil) {
    const { salt, record, position, proof: path } = extra.pupil
    const unhex = (hex: string): Buffer => Buffer.from(hex, 'hex')
    assert.ok(
      verifyInclusion(
        position,
        real.pupils.count,
        hashLeaf(commitTo(unhex(salt), record)),
        path.map(unhex),
        unhex(real.pupils.root),
      ),
    )
  }
  return extra
}

describe('receipt', () => {
  it('proves every entry to somebody who has the public keys alone', async () => {
    const t = await newLedger()
    await addNotices(t, 270)
    await t.ledger.publish(at)
    for (const index of [0, 1, 254, 255, 256, 269]) {
      assert.equal(readReceipt(await t.ledger.receipt(index, { at }), t.keys).entry.type, 'notice/v1')
    }
    await assert.rejects(t.ledger.receipt(270, { at }), { code: 'not-found' })
    await addNotices(t, 1)
    await assert.rejects(t.ledger.receipt(270, { at }), { code: 'not-found', message: /not yet published/ })
  })

  it('opens one pupil’s part and nobody else’s', async () => {
    const t = await newLedger()
    await addNotices(t, 3)
    const index = await addRelease(t)
    await t.ledger.publish(at)
    const extra = readReceipt(await t.ledger.receipt(index, { at, pupilId: pupilB }), t.keys)
    assert.equal(extra.pupil?.record.items[0]?.item, 'pupil.surname')
    assert.ok(!JSON.stringify(extra).includes(pupilA))
    await assert.rejects(t.ledger.receipt(index, { at, pupilId: '44444444-4444-4444-8444-444444444444' }), {
      code: 'not-found',
    })
  })

  it('is refused over tiles that do not lead to the root', async () => {
    const t = await newLedger()
    await addNotices(t, 5)
    await t.ledger.publish(at)
    const path = join(t.folder, 'tile/0/000.p/5')
    const bytes = readFileSync(path)
    bytes[33]! ^= 1
    writeFileSync(path, bytes)
    await assert.rejects(t.ledger.receipt(0, { at }), brokenAt(/entry 0/))
  })
})

describe('restricted entries', () => {
  it('are not there for a parent before they are revealed, and proved as committed afterwards', async () => {
    const t = await newLedger()
    const open = await addRelease(t)
    const hidden = await addRelease(t, 'restricted')
    const dated = await addRelease(t, 'restricted', later(48))
    await t.ledger.publish(at)
    const seen = async (view: { at: Date; restricted?: boolean }): Promise<number[]> =>
      (await t.ledger.entriesOf(pupilA, view)).map(({ index }) => index)
    assert.deepEqual(await seen({ at }), [open])
    assert.deepEqual(await seen({ at, restricted: true }), [open, hidden, dated])
    assert.deepEqual(await seen({ at: later(48) }), [open, dated])
    assert.deepEqual(
      (await t.ledger.entries(0, 9, { at })).map(({ entry }) => entry.type),
      ['release/v1', 'sealed/v1', 'sealed/v1'],
    )
    await assert.rejects(t.ledger.receipt(hidden, { at, pupilId: pupilA }), { code: 'not-found' })

    assert.equal(await t.school.write((tx) => revealEntry(tx, t.school.urn, hidden, 'The lead', at)), true)
    assert.deepEqual(await seen({ at }), [open, hidden])
    const extra = readReceipt(await t.ledger.receipt(hidden, { at, pupilId: pupilA }), t.keys)
    assert.equal(extra.entry.type, 'sealed/v1')
    assert.equal(extra.sealed?.entry.type, 'release/v1')
    assert.equal(
      extra.entry.commitment,
      Buffer.from(commitTo(Buffer.from(extra.sealed.salt, 'hex'), extra.sealed.entry)).toString('hex'),
    )
    assert.deepEqual(await faults(t.ledger), [])
  })

  it('show nothing of themselves in the public files', async () => {
    const t = await newLedger()
    await addRelease(t, 'restricted')
    await t.ledger.publish(at)
    const bundle = readFileSync(join(t.folder, 'tile/entries/000.p/1'), 'utf8')
    assert.match(bundle, /sealed\/v1/)
    assert.doesNotMatch(bundle, /otrack|release|csv|surname|assessment/)
  })
})

describe('erasure', () => {
  it('leaves the log whole, the other pupils’ receipts valid, and nothing that opens the erased commitment', async () => {
    const t = await newLedger()
    const index = await addRelease(t)
    await addRelease(t)
    await t.ledger.publish(at)
    const before = readReceipt(await t.ledger.receipt(index, { at, pupilId: pupilA }), t.keys)
    const [erasure] = await t.school.write((tx) =>
      eraseOpenings(tx, t.school.urn, { pupilId: pupilA, ground: 'retention', decidedBy: 'dpo' }, later(1)),
    )
    await t.ledger.publish(later(1))
    assert.deepEqual(await t.ledger.entriesOf(pupilA, { at, restricted: true }), [])
    await assert.rejects(t.ledger.receipt(index, { at, pupilId: pupilA }), { code: 'not-found' })
    readReceipt(await t.ledger.receipt(index, { at, pupilId: pupilB }), t.keys)
    const [entry] = await t.ledger.entries(erasure!.index, erasure!.index + 1, { at })
    assert.deepEqual(entry?.entry.type === 'erasure/v1' && [entry.entry.openings, entry.entry.ground], [
      2,
      'retention',
    ])
    const report = await t.ledger.verify()
    assert.deepEqual(report.faults, [])
    assert.deepEqual([report.checked.openings, report.checked.erased], [4, 2])
    const salt = before.pupil?.salt ?? ''
    const rows = await t.school.read((tx) =>
      sql<{ n: number }>`select
        (select count(*) from ledger_opening where encode(salt, 'hex') = ${salt} or pupil_id = ${pupilA})
        + (select count(*) from ledger_committed where content like ${`%${pupilA}%`}) as n`.execute(tx),
    )
    assert.equal(Number(rows.rows[0]?.n), 0)
    await assert.rejects(
      t.school.write((tx) =>
        eraseOpenings(tx, t.school.urn, { pupilId: pupilA, ground: 'retention', decidedBy: 'dpo' }, at),
      ),
      { code: 'not-found' },
    )
  })

  it('can’t be done in silence', async () => {
    const t = await newLedger()
    await addRelease(t)
    await t.school.write((tx) => tx.deleteFrom('ledger_opening').where('pupil_id', '=', pupilA).execute())
    assert.match(
      (await faults(t.ledger)).join('\n'),
      /^entry 0, opening [0-2]: It is missing, and no erasure/,
    )
  })

  it('is found out when an old backup brings back what was erased', async () => {
    const t = await newLedger()
    await addRelease(t)
    const before = await t.school.read((tx) => tx.selectFrom('ledger_opening').selectAll().execute())
    await t.school.write((tx) =>
      eraseOpenings(tx, t.school.urn, { pupilId: pupilA, ground: 'retention', decidedBy: 'dpo' }, at),
    )
    assert.deepEqual(await faults(t.ledger), [])
    const erased = before.find(({ pupil_id }) => pupil_id === pupilA)
    assert.ok(erased)
    await t.school.write((tx) =>
      tx
        .insertInto('ledger_opening')
        .values({ ...erased, record: JSON.stringify(erased.record) })
        .execute(),
    )
    assert.deepEqual(await faults(t.ledger), [
      `entry 0, opening ${erased.position}: Entry 1 erased it, and it is there again: an old backup?`,
    ])
  })

  it('does not count in the open what restricted entries hide', async () => {
    const t = await newLedger()
    await addRelease(t)
    await addRelease(t, 'restricted')
    const [open, sealed] = await t.school.write((tx) =>
      eraseOpenings(tx, t.school.urn, { pupilId: pupilA, ground: 'retention', decidedBy: 'dpo' }, at),
    )
    const entries = await t.ledger.entries(open!.index, sealed!.index + 1, { at })
    assert.deepEqual(
      entries.map(({ entry }) => (entry.type === 'erasure/v1' ? entry.openings : entry.type)),
      [1, 'sealed/v1'],
    )
    const { faults: found, checked } = await t.ledger.verify()
    assert.deepEqual(found, [])
    assert.deepEqual([checked.openings, checked.erased], [4, 2])
  })
})

describe('verify', () => {
  it('names the entry, opening, checkpoint or file that differs', async () => {
    const t = await newLedger()
    await addRelease(t)
    await addRelease(t, 'restricted')
    await addNotices(t, 298)
    await t.ledger.publish(at)
    assert.deepEqual(await faults(t.ledger), [])
    const own = sql`school_urn = ${t.school.urn}`
    const cases: readonly [ReturnType<typeof sql>, RegExp][] = [
      [
        sql`update ledger_entry set leaf = overlay(leaf placing '\\x7a' from 20) where ${own} and index = 200`,
        /^entry 200:/,
      ],
      [sql`update ledger_entry set type = 'x/v1' where ${own} and index = 7`, /^entry 7: Its type/],
      [sql`update ledger_entry set visibility = 'open' where ${own} and index = 1`, /^entry 1: Restricted/],
      [
        sql`update ledger_entry set leaf_hash = tree_root where ${own} and index = 9`,
        /^entry 9: .*leaf hash/,
      ],
      [
        sql`update ledger_entry set tree_root = leaf_hash where ${own} and index = 9`,
        /^entry 9: .*tree root/,
      ],
      [sql`delete from ledger_entry where ${own} and index = 33`, /^entry 33: It is missing/],
      [sql`delete from ledger_entry where ${own} and index = 299`, /^entry 299: It is missing/],
      [
        sql`update ledger set frontier = sha256(frontier) || substring(frontier from 33) where ${own}`,
        /^the frontier/,
      ],
      [
        sql`update ledger_committed set content = replace(content, 'otrack', 'attack') where ${own} and kind = 'entry'`,
        /^entry 1: .*entry is not/,
      ],
      [
        sql`update ledger_committed set salt = sha256(salt) where ${own} and kind = 'payload' and entry_index = 0`,
        /^entry 0: .*payload/,
      ],
      [
        sql`update ledger_opening set salt = sha256(salt) where ${own} and position = 2 and entry_index = 0`,
        /^entry 0, opening 2/,
      ],
      [
        sql`update ledger_opening set record = '{}' where ${own} and position = 1 and entry_index = 1`,
        /^entry 1, opening 1/,
      ],
      [
        sql`update ledger_pupil_tree set commitments = sha256(commitments) || substring(commitments from 33) where ${own}`,
        /^entry 0: The commitments/,
      ],
      [
        sql`update ledger_checkpoint set note = replace(note, '300', '301') where ${own}`,
        /^the stored checkpoint over 300/,
      ],
    ]
    for (const [damage, expected] of cases) {
      const rollback = new Error('rollback')
      let found: string[] = []
      await assert.rejects(
        store.owner.transaction().execute(async (tx) => {
          await damage.execute(tx)
          const school: SchoolStore = { ...t.school, read: (work) => work(tx) }
          found = await faults(openLedger({ school, origin: t.keys.origin, keys: t.keys, folder: t.folder }))
          throw rollback
        }),
        rollback,
      )
      assert.ok(
        found.some((fault) => expected.test(fault)),
        `${String(expected)} in ${found.join(' | ')}`,
      )
    }
  })

  it('convicts any change of the public files', async () => {
    const t = await newLedger()
    await addNotices(t, 258)
    await t.ledger.publish(at)
    for (const path of files(t.folder)) {
      const good = readFileSync(join(t.folder, path))
      for (const bad of [
        Buffer.concat([good, Buffer.of(0)]),
        good.subarray(0, -1),
        Buffer.concat([good.subarray(0, 50), Buffer.of(good[50]! ^ 0x10), good.subarray(51)]),
      ]) {
        writeFileSync(join(t.folder, path), bad)
        assert.match(
          (await faults(t.ledger)).join('\n'),
          new RegExp(`^${path.replaceAll('.', '\\.')}: `, 'm'),
        )
      }
      rmSync(join(t.folder, path))
      assert.match(
        (await faults(t.ledger)).join('\n'),
        new RegExp(`^${path.replaceAll('.', '\\.')}: The file is missing`, 'm'),
      )
      writeFileSync(join(t.folder, path), good)
    }
    writeFileSync(join(t.folder, 'tile/0/001.p/9'), 'x')
    assert.deepEqual(await faults(t.ledger), ['tile/0/001.p/9: It is not a file of this log.'])
  })

  it('tells how far it is', async () => {
    const t = await newLedger()
    await addNotices(t, 5)
    const told: number[][] = []
    await t.ledger.verify({ onProgress: (done, total) => told.push([done, total]) })
    assert.deepEqual(told.at(-1), [5, 5])
  })
})

describe('checkpoint', () => {
  it('carries both of the log’s signatures over origin, size and root, and no extension line', async () => {
    const t = await newLedger()
    await addNotices(t, 2)
    const { note } = await t.ledger.publish(at)
    const parsed = parseNote(note ?? '')
    assert.deepEqual(parseCheckpoint(parsed.text).extensions, [])
    assert.deepEqual(
      parsed.signatures.map(({ name, signature }) => [name, signature.length]),
      [
        [t.keys.origin, 64],
        [t.keys.origin, 8 + 2420],
      ],
    )
  })
})
