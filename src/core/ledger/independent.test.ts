// Our logs and receipts read by other people's implementations, and theirs by ours. Needs Go: see test/support/tlog-check.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  addNotices,
  addRelease,
  ledgerAt,
  newTestLedger,
  pupilA,
  type TestLedger,
} from '../../../test/support/ledger.ts'
import { openStore } from '../store/index.ts'
import {
  cosignatureVerifier,
  decodeBase64,
  ed25519Verifier,
  hashLeaf,
  parseProof,
  parseVkey,
  verifyConsistency,
  verifyInclusion,
  verifyProof,
  type Hash,
} from '../standards/tlog/index.ts'

interface Theirs {
  size: number
  root: string
  entries: number
  receipts: number
  inclusion: { index: number; hashes: string[] }[]
  consistency: { size: number; root: string; hashes: string[] }[]
  made: { vkeys: [string, string]; origin: string; entry: string; receipt: string }
}

const source = fileURLToPath(new URL('../../../test/support/tlog-check/', import.meta.url))
const go = (...args: string[]) =>
  spawnSync('go', args, { cwd: source, encoding: 'utf8', env: { ...process.env, GOTOOLCHAIN: 'local' } })

/** Why the suite can't run here, or undefined when it can. */
function whyNot(): string | undefined {
  if (go('version').status !== 0)
    return 'Go is not on this machine: install Go 1.25 or newer to have this suite'
  if (go('mod', 'download').status !== 0) {
    return 'Go’s modules can’t be had here (no network, or a Go older than 1.25): this suite needs them once'
  }
  return undefined
}

const reason = whyNot()
const store = reason === undefined ? await openStore({ folder: 'memory' }) : undefined

describe('an independent implementation', { skip: reason ?? false }, () => {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-independent-'))
  after(async () => {
    await store?.close()
    rmSync(home, { recursive: true })
  })
  const program = join(home, 'tlog-check')
  const logs: { name: string; t: TestLedger }[] = []

  before(async () => {
    const built = go('build', '-o', program, '.')
    assert.equal(built.status, 0, built.stderr)
    assert.ok(store)
    for (const [i, size] of [1, 4, 256, 300, 66_000].entries()) {
      const t = await newTestLedger(store, String(500_000 + i), home)
      await addRelease(t, size === 4 ? 'restricted' : 'open')
      if (size > 1) await addNotices(t, size - 1)
      await t.ledger.publish(ledgerAt)
      logs.push({ name: `${size}`, t })
    }
  })

  const run = (t: TestLedger, folder: string, ...receipts: string[]) =>
    spawnSync(program, [folder, ...t.keys.vkeys, ...receipts], { encoding: 'utf8' })

  it('reads our checkpoints, tiles, entries and receipts', async () => {
    for (const { name, t } of logs) {
      const { size, root } = await t.ledger.latest()
      const receipts: string[] = []
      for (const index of new Set([0, Math.floor(size / 2), size - 1])) {
        const path = join(home, `${name}-${index}.tlog-proof`)
        const pupil = index === 0 ? { pupilId: pupilA } : {}
        writeFileSync(path, await t.ledger.receipt(index, { at: ledgerAt, restricted: true, ...pupil }))
        receipts.push(path)
      }
      const { status, stdout, stderr } = run(t, t.folder, ...receipts)
      assert.equal(status, 0, `${name} entries: ${stderr}`)
      const theirs = JSON.parse(stdout) as Theirs
      assert.deepEqual(
        [theirs.size, theirs.root, theirs.entries, theirs.receipts],
        [size, root, size, receipts.length],
      )
    }
  })

  it('makes proofs from our tiles that ours accepts', async () => {
    for (const { t } of logs) {
      const { size, root } = await t.ledger.latest()
      const theirs = JSON.parse(run(t, t.folder).stdout) as Theirs
      const rows = await t.school.read((tx) =>
        tx.selectFrom('ledger_entry').select(['index', 'leaf_hash']).orderBy('index').execute(),
      )
      assert.ok(theirs.inclusion.length > 0 && theirs.consistency.length > 0)
      for (const { index, hashes } of theirs.inclusion) {
        assert.ok(verifyInclusion(index, size, rows[index]!.leaf_hash, hashes.map(unbase64), unbase64(root)))
      }
      for (const { size: first, root: old, hashes } of theirs.consistency) {
        assert.ok(verifyConsistency(first, size, unbase64(old), unbase64(root), hashes.map(unbase64)))
      }
    }
  })

  it('makes keys, checkpoints and receipts that ours accepts, and ours refuses them changed', () => {
    const { made } = JSON.parse(run(logs[0]!.t, logs[0]!.t.folder).stdout) as Theirs
    const [ed25519, mlDsa44] = made.vkeys.map(parseVkey)
    const log = { origin: made.origin, verifiers: [ed25519Verifier(ed25519!), cosignatureVerifier(mlDsa44!)] }
    const proof = parseProof(made.receipt)
    const leaf = hashLeaf(Buffer.from(made.entry))
    const { checkpoint, signedBy } = verifyProof(proof, leaf, log)
    assert.deepEqual([checkpoint.size, signedBy.length], [11, 2])
    assert.throws(() => verifyProof({ ...proof, index: 7 }, leaf, log))
    assert.throws(() => verifyProof(proof, hashLeaf(Buffer.from(`${made.entry}0`)), log))
  })

  it('refuses our log when a byte of it is changed', () => {
    const { t } = logs.find(({ name }) => name === '300')!
    for (const path of ['checkpoint', 'tile/0/000', 'tile/entries/001.p/44', 'tile/1/000.p/1']) {
      const file = join(t.folder, path)
      const good = readFileSync(file)
      const bad = Buffer.from(good)
      bad[bad.length - 20]! ^= 1
      writeFileSync(file, bad)
      assert.equal(run(t, t.folder).status, 1, path)
      writeFileSync(file, good)
    }
    assert.equal(run(t, t.folder).status, 0)
  })
})

function unbase64(text: string): Hash {
  const bytes = decodeBase64(text)
  assert.ok(bytes)
  return bytes
}
