// The stand-alone verifier in verify/, against logs that this folder makes.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js'
import {
  addNotices,
  addRelease,
  ledgerAt,
  newTestLedger,
  pupilB,
  type TestLedger,
} from '../../../test/support/ledger.ts'
import { openStore } from '../store/index.ts'
import { leaf } from './entry.ts'
import {
  assertConvicts,
  complaints,
  filesOf,
  flipped,
  load,
  sourceOf,
  verifier,
  verifyLog,
  withFile,
  type Named,
  type Report,
  type Source,
} from './testing/verifier.ts'

const store = await openStore({ folder: 'memory' }) // the verifier sees files only: one engine is enough
after(() => store.close())
const home = mkdtempSync(join(tmpdir(), 'gatehouse-verifier-'))
after(() => rmSync(home, { recursive: true }))

let small: TestLedger
let large: TestLedger
let smallFiles: Map<string, Buffer>
let largeFiles: Map<string, Buffer>

before(async () => {
  small = await newTestLedger(store, '400001', home)
  await addNotices(small, 2)
  await small.ledger.publish(ledgerAt)
  await addRelease(small)
  await addRelease(small, 'restricted')
  await small.ledger.publish(ledgerAt) // the partial tiles of the first size stay
  smallFiles = filesOf(small.folder)
  large = await newTestLedger(store, '400002', home)
  await addNotices(large, 70_000)
  await large.ledger.publish(ledgerAt)
  largeFiles = filesOf(large.folder)
})

describe('the verifier', () => {
  it('finds good logs good', async () => {
    for (const [t, files, size] of [
      [small, smallFiles, 4],
      [large, largeFiles, 70_000],
    ] as const) {
      const report = await verifyLog(sourceOf(files), { keys: [...t.keys.vkeys] })
      assert.equal(complaints(report), '')
      assert.equal(report.ok, true)
      assert.equal(report.size, size)
      assert.equal(report.root, (await t.ledger.latest()).root)
      assert.deepEqual(
        report.signed.map(({ type }) => type),
        ['Ed25519', 'ML-DSA-44'],
      )
      assert.deepEqual(report.notes, [])
      assert.equal(report.checked.entries, size)
      assert.equal(report.checked.files, files.size - 1) // all but the policy
    }
  })

  it('convicts every changed byte of every file of a small log, naming the file', async () => {
    for (const [path, bytes] of smallFiles) {
      for (let at = 0; at < bytes.length; at++) {
        const report = await verifyLog(
          sourceOf(withFile(smallFiles, path, flipped(bytes, at, 1 << (at % 8)))),
        )
        assertConvicts(report, path, `${path}, byte ${at}`)
      }
    }
  })

  it('convicts every changed hash and entry of a log with full and partial tiles on two levels', async () => {
    const medium = await newTestLedger(store, '400006', home)
    await addNotices(medium, 258)
    await medium.ledger.publish(ledgerAt)
    const files = filesOf(medium.folder)
    const bundle = files.get('tile/entries/000') ?? Buffer.of()
    const entries: { at: number; length: number }[] = []
    for (let at = 0; at < bundle.length; at += 2 + (entries.at(-1)?.length ?? 0))
      entries.push({ at, length: bundle.readUInt16BE(at) })
    assert.equal(entries.length, 256)
    const all = (path: string) => [...(files.get(path)?.keys() ?? [])]
    const places: Record<string, number[]> = {
      'tile/0/000': Array.from({ length: 256 }, (_, i) => i * 32 + (i % 32)),
      // Of each entry a byte of its length and one of its content, every one of which comes round in some entry.
      'tile/entries/000': entries.flatMap(({ at, length }, i) => [at + (i % 2), at + 2 + (i % length)]),
      'tile/1/000.p/1': all('tile/1/000.p/1'),
      'tile/0/001.p/2': all('tile/0/001.p/2'),
      'tile/entries/001.p/2': all('tile/entries/001.p/2'),
    }
    assert.deepEqual(
      Object.keys(places).sort(),
      [...files.keys()].filter((path) => path.startsWith('tile/')),
    )
    for (const [path, offsets] of Object.entries(places)) {
      for (const at of offsets) {
        const bytes = flipped(files.get(path) ?? Buffer.of(), at, 1 << (at % 8))
        assertConvicts(await verifyLog(sourceOf(withFile(files, path, bytes))), path, `${path}, byte ${at}`)
      }
    }
  })

  it('convicts changed bytes on each level of a log of three', async () => {
    for (const [path, bytes] of largeFiles) {
      if (!/^tile\/([12]\/|(0|entries)\/(000|273\.p\/112)$)/.test(path)) continue
      const at = path.startsWith('tile/2/') ? 7 : bytes.length - 7
      assertConvicts(
        await verifyLog(sourceOf(withFile(largeFiles, path, flipped(bytes, at, 4)))),
        path,
        `${path}, byte ${at}`,
      )
    }
  })

  it('convicts missing, shortened, lengthened and added files', async () => {
    for (const [path, bytes] of smallFiles) {
      const isEarlier = path.endsWith('.p/2') // a partial tile of an earlier size may be gone
      const without = await verifyLog(sourceOf(withFile(smallFiles, path, null)))
      if (!isEarlier) assertConvicts(without, path === 'policy' ? 'checkpoint' : path, `${path} missing`)
      assertConvicts(
        await verifyLog(sourceOf(withFile(smallFiles, path, bytes.subarray(0, -1)))),
        path,
        `${path} cut`,
      )
      assertConvicts(
        await verifyLog(sourceOf(withFile(smallFiles, path, Buffer.alloc(0)))),
        path,
        `${path} emptied`,
      )
      const longer = Buffer.concat([bytes, Buffer.of(0)])
      assertConvicts(
        await verifyLog(sourceOf(withFile(smallFiles, path, longer))),
        path,
        `${path} lengthened`,
      )
    }
    for (const path of [
      'tile/0/0',
      'tile/0/001.p/x',
      'notes.txt',
      'tile/x/000',
      'tile/0/000.p/256',
      'tile/00/000',
    ]) {
      assertConvicts(
        await verifyLog(sourceOf(withFile(smallFiles, path, Buffer.of(1)))),
        path,
        `${path} added`,
      )
    }
    const empty = await verifyLog(sourceOf(new Map()))
    assertConvicts(empty, 'checkpoint', 'an empty folder')
  })

  it('says of files ahead of the checkpoint that they are not part of the log yet', async () => {
    const t = await newTestLedger(store, '400003', home)
    await addNotices(t, 3)
    await t.ledger.publish(ledgerAt)
    const signed = readFileSync(join(t.folder, 'checkpoint'))
    await addNotices(t, 2)
    await t.ledger.publish(ledgerAt)
    const report = await verifyLog(sourceOf(withFile(filesOf(t.folder), 'checkpoint', signed)))
    assert.equal(complaints(report), '')
    assert.match(report.notes.join('\n'), /tile\/0\/000\.p\/5 is ahead/)
  })

  it('believes a key that is handed over and no other', async () => {
    const others = large.keys.vkeys
    const report = await verifyLog(sourceOf(smallFiles), { keys: [...others] })
    assertConvicts(report, 'checkpoint', 'a log with another key')
    // The whole log replaced by somebody who signs in the same name: only a pinned key can tell.
    const impostor = await newTestLedger(store, '400004', home)
    await addNotices(impostor, 3)
    await impostor.ledger.publish(ledgerAt)
    const files = filesOf(impostor.folder)
    assert.equal((await verifyLog(sourceOf(files))).ok, true)
    assert.match((await verifyLog(sourceOf(files))).notes.join('\n'), /taken from the log itself/)
    assert.equal((await verifyLog(sourceOf(files), { keys: [small.keys.vkeys[0]] })).ok, false)
  })

  it('applies the witnesses of a policy that is handed over', async () => {
    const policy = Buffer.from(
      `log ${small.keys.vkeys[0]}\nwitness w ${large.keys.vkeys[1]}\ngroup outside any w\nquorum outside\n`,
    )
    const report = await verifyLog(sourceOf(smallFiles), { policy })
    assert.match(complaints(report), /checkpoint: the witnesses that the policy asks for/)
    const relaxed = Buffer.from(policy.toString().replace('quorum outside', '# none yet\nquorum none'))
    assert.equal((await verifyLog(sourceOf(smallFiles), { policy: relaxed })).ok, true)
    for (const bad of [
      'quorum none\nquorum none\n',
      'log x\nquorum none\n',
      'group g any x\nquorum g\n',
      '',
      'quorum none',
    ]) {
      assertConvicts(
        await verifyLog(sourceOf(smallFiles), { policy: Buffer.from(bad) }),
        'the policy handed over',
        bad,
      )
    }
  })

  it('checks that the log continues an older checkpoint', async () => {
    const t = await newTestLedger(store, '400005', home)
    const old: Named[] = []
    for (const count of [1, 4, 252, 60]) {
      await addNotices(t, count)
      const { note, size } = await t.ledger.publish(ledgerAt)
      old.push({ name: `over-${size}`, bytes: Buffer.from(note ?? '') })
    }
    assert.equal(complaints(await verifyLog(sourceOf(filesOf(t.folder)), { old })), '')
    // Another history under the same keys, as a school that rewrote its log would have it.
    const rewritten = t.at(join(home, 'rewritten'))
    await store.owner.deleteFrom('ledger_checkpoint').where('school_urn', '=', '400005').execute()
    await store.owner.deleteFrom('ledger_entry').where('school_urn', '=', '400005').execute()
    await store.owner
      .updateTable('ledger')
      .set({ size: 0, frontier: Buffer.of() })
      .where('school_urn', '=', '400005')
      .execute()
    await addRelease(t)
    await addNotices(t, 300)
    await rewritten.publish(ledgerAt)
    const report = await verifyLog(sourceOf(filesOf(join(home, 'rewritten'))), { old })
    assert.match(complaints(report), /over-1: its root .*rewritten/)
    assert.match(complaints(report), /over-257: its root .*rewritten/)
    assert.match(complaints(report), /over-317: it is over 317 entries; the log has only 301/)
  })

  it('checks receipts with the log at hand and without, and convicts each changed byte of one', async () => {
    const bytes = Buffer.from(await small.ledger.receipt(2, { at: ledgerAt, pupilId: pupilB }))
    const receipts = [{ name: 'receipt', bytes }]
    const keys = [...small.keys.vkeys]
    const offline = await verifyLog(undefined, { keys, receipts })
    assert.equal(complaints(offline), '')
    assert.equal(offline.receipts[0]?.entry?.type, 'release/v1')
    assert.ok(offline.receipts[0].pupil)
    assert.equal((await verifyLog(sourceOf(smallFiles), { keys, receipts })).checked.receipts, 1)
    for (let at = 0; at < bytes.length; at++) {
      const changed = [{ name: 'receipt', bytes: flipped(bytes, at, 1) }]
      assertConvicts(
        await verifyLog(undefined, { keys, receipts: changed }),
        'receipt',
        `receipt, byte ${at}`,
      )
    }
    const sealed = Buffer.from(
      await small.ledger.receipt(3, { at: ledgerAt, restricted: true, pupilId: pupilB }),
    )
    const report = await verifyLog(sourceOf(smallFiles), {
      keys,
      receipts: [{ name: 'sealed', bytes: sealed }],
    })
    assert.equal(complaints(report), '')
    assert.equal(report.receipts[0]?.entry?.type, 'release/v1')
    const bare = Buffer.from(bytes.toString().replace(/^extra .*\n/m, ''))
    assert.equal(
      (await verifyLog(sourceOf(smallFiles), { keys, receipts: [{ name: 'bare', bytes: bare }] })).ok,
      true,
    )
    assertConvicts(
      await verifyLog(undefined, { keys, receipts: [{ name: 'bare', bytes: bare }] }),
      'bare',
      'bare',
    )
    const other = Buffer.from(await large.ledger.receipt(2, { at: ledgerAt }))
    assertConvicts(
      await verifyLog(sourceOf(smallFiles), { keys, receipts: [{ name: 'other', bytes: other }] }),
      'other',
      'other',
    )
  })

  it('knows the types and fields of entries that the ledger writes', async () => {
    const { entryTypes } = await load<{ entryTypes: Record<string, object> }>('entry.mjs')
    const ours = Object.fromEntries(
      leaf.options.map((option) => [option.shape.type.value, Object.keys(option.shape).sort()]),
    )
    const theirs = Object.fromEntries(
      Object.entries(entryTypes).map(([type, forms]) => [type, ['type', ...Object.keys(forms)].sort()]),
    )
    assert.deepEqual(theirs, ours)
  })

  it('imports nothing of the software that it judges, and nothing that must be installed', () => {
    for (const file of readdirSync(verifier).filter((name) => name.endsWith('.mjs'))) {
      const source = readFileSync(new URL(file, verifier), 'utf8')
      for (const [, from] of source.matchAll(/^import .* from '([^']+)'$/gm)) {
        assert.match(from ?? '', /^(node:|\.\/[a-z0-9-]+\.mjs$)/, file)
      }
      assert.doesNotMatch(source, /import\(|require\(/, file)
    }
  })
})

describe('the verifier’s ML-DSA-44', () => {
  it('agrees with two other implementations on good and on changed signatures', async () => {
    const { verifyInJavaScript } = await load<{
      verifyInJavaScript: (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean
    }>('ml-dsa-44.mjs')
    for (let round = 0; round < 12; round++) {
      const message = randomBytes(round * 17)
      const pair = generateKeyPairSync('ml-dsa-44')
      const openssl = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-1312)
      const byOpenssl = sign(null, message, pair.privateKey)
      const noble = ml_dsa44.keygen(randomBytes(32))
      const byNoble = Buffer.from(ml_dsa44.sign(message, noble.secretKey))
      assert.ok(verifyInJavaScript(openssl, message, byOpenssl))
      assert.ok(verifyInJavaScript(Buffer.from(noble.publicKey), message, byNoble))
      assert.ok(!verifyInJavaScript(openssl, message, byNoble))
      assert.ok(!verifyInJavaScript(openssl, Buffer.concat([message, Buffer.of(0)]), byOpenssl))
      // In each part of a signature: challenge, response, hint positions and counts.
      for (const at of [0, 31, 32, 1000 + round, 2335, 2336 + round, 2416 + (round % 4), 2419]) {
        const changed = flipped(byOpenssl, at, 1 << (round % 8))
        assert.equal(
          verifyInJavaScript(openssl, message, changed),
          ml_dsa44.verify(changed, message, openssl),
          `byte ${at}`,
        )
        assert.equal(verifyInJavaScript(openssl, message, changed), false)
      }
      assert.ok(!verifyInJavaScript(flipped(openssl, round * 100, 4), message, byOpenssl))
    }
  })
})

// Every Node there is here: the one that runs these tests, and the machine's own, which may be as old as 20.
const nodes = [
  ...new Map(
    [process.execPath, ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'))]
      .filter((path) => existsSync(path))
      .map((path) => [realpathSync(path), path]),
  ).keys(),
]

describe('the verifier as a command', () => {
  const command = join(verifier.pathname, 'verify.mjs')
  const run = (node: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(node, [command, ...args], {
      encoding: 'utf8',
      cwd: tmpdir(),
    })
    return { status, stdout, stderr }
  }

  for (const node of nodes) {
    const { stdout: version } = spawnSync(node, ['--version'], { encoding: 'utf8' })
    it(`judges logs and receipts on Node ${version.trim()} (${node === realpathSync(process.execPath) ? 'of the tests' : 'of the machine'})`, async () => {
      const good = run(node, small.folder)
      assert.equal(good.status, 0, good.stdout + good.stderr)
      assert.match(good.stdout, /GOOD: everything verifies/)
      assert.match(good.stdout, /taken from the log itself/)

      const receipt = join(home, 'r.tlog-proof')
      writeFileSync(receipt, await small.ledger.receipt(2, { at: ledgerAt, pupilId: pupilB }))
      const checkpoint = join(home, 'old-checkpoint')
      writeFileSync(checkpoint, smallFiles.get('checkpoint') ?? '')
      const keys = small.keys.vkeys.flatMap((key) => ['--key', key])
      const full = run(node, small.folder, ...keys, '--receipt', receipt, '--old', checkpoint, '--json')
      assert.equal(full.status, 0, full.stdout + full.stderr)
      assert.equal((JSON.parse(full.stdout) as Report).checked.receipts, 1)
      const offline = run(node, '--receipt', receipt, '--policy', join(small.folder, 'policy'))
      assert.equal(offline.status, 0, offline.stdout + offline.stderr)
      assert.match(offline.stdout, /sent: pupil\.surname \(as-is\)/)

      // One byte of the ML-DSA signature: an old Node must see it too.
      const bad = join(home, `bad-${nodes.indexOf(node)}`)
      cpSync(small.folder, bad, { recursive: true })
      const note = readFileSync(join(bad, 'checkpoint'))
      note[note.length - 900] = note[note.length - 900] === 65 ? 66 : 65
      writeFileSync(join(bad, 'checkpoint'), note)
      const convicted = run(node, bad)
      assert.equal(convicted.status, 1)
      assert.match(convicted.stdout, /CONVICTED[\s\S]*checkpoint: the ML-DSA-44 signature/)

      for (const args of [
        [],
        [small.folder, bad],
        ['--nonsense'],
        [join(home, 'nowhere')],
        [small.folder, '--receipt', 'nowhere'],
      ]) {
        const wrong = run(node, ...args)
        assert.equal(wrong.status, 2, args.join(' '))
        assert.equal(wrong.stdout, '')
        assert.notEqual(wrong.stderr, '')
      }
      assert.equal(run(node, '--help').status, 0)
    })
  }

  it('reads a log over HTTP', async () => {
    const server = createServer((request, response) => {
      const file = smallFiles.get((request.url ?? '').replace(/^\/log\//, ''))
      response.writeHead(file ? 200 : 404).end(file)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      const { openSource } = await load<{ openSource: (where: string) => Source }>('source.mjs')
      assert.equal((await verifyLog(openSource(`${address}/log`))).ok, true)
      assertConvicts(
        await verifyLog(openSource(`${address}/other`)),
        'checkpoint',
        'an address without a log',
      )
      await assert.rejects(verifyLog(openSource('http://127.0.0.1:1/log')), {
        name: 'Error',
        message: /can’t be read/,
      })
    } finally {
      server.close()
    }
  })

  it('is not confused by a folder of other things', () => {
    const folder = join(home, 'other')
    mkdirSync(folder)
    writeFileSync(join(folder, 'checkpoint'), 'hello\n')
    assert.equal(run(process.execPath, folder).status, 1)
  })
})
