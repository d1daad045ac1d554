import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { appendEntries, appendEntry } from '../../src/core/ledger/index.ts'
import { parseProof } from '../../src/core/standards/tlog/index.ts'
import { openStore, type Store } from '../../src/core/store/index.ts'
import { ledgerAt, newTestLedger, releaseEntry, type TestLedger } from '../../test/support/ledger.ts'
import type { Measure } from '../import/index.ts'

/** What Tessera's authors publish for a log on a POSIX file system: not measured here. */
const tessera = 10_000

const { verifyLog } = (await import(new URL('../../verify/log.mjs', import.meta.url).href)) as {
  verifyLog: (source: unknown, options: object) => Promise<{ ok: boolean }>
}
const { openSource } = (await import(new URL('../../verify/source.mjs', import.meta.url).href)) as {
  openSource: (folder: string) => unknown
}

// A release about nobody: what opens its pupils' commitments is the release's to write, and measured with it.
const newEntry = () => releaseEntry({ pupils: { count: 0, root: '00'.repeat(32) } })
const newEntries = (count: number) => Array.from({ length: count }, () => ({ entry: newEntry() }))

const append = (t: TestLedger, count: number): Promise<unknown> =>
  t.school.write((tx) => appendEntries(tx, t.school.urn, newEntries(count), ledgerAt))

/** How many times a second the work can be done, over about two seconds. */
async function timesASecond(work: () => Promise<unknown>): Promise<number> {
  await work() // plans and code are warm from here on
  const start = performance.now()
  let times = 0
  do {
    await work()
    times++
  } while (performance.now() - start < 2000)
  return (times * 1000) / (performance.now() - start)
}

/** Milliseconds, the median of several. */
async function median(times: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  for (let i = 0; i < times; i++) {
    const start = performance.now()
    await work(i)
    taken.push(performance.now() - start)
  }
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0
}

/** Entries a second into the store and into the signed public files. */
async function appending(store: Store, home: string): Promise<Measure[]> {
  const alone = await newTestLedger(store, '990001', home)
  const one = () => alone.school.write((tx) => appendEntry(tx, alone.school.urn, newEntry(), ledgerAt))
  const single = await timesASecond(one)
  const published = await timesASecond(async () => {
    await one()
    await alone.ledger.publish(ledgerAt)
  })
  const together = await newTestLedger(store, '990002', home)
  const batch = 1000
  const batches = await timesASecond(async () => {
    await append(together, batch)
    await together.ledger.publish(ledgerAt)
  })
  const aim = `≥ ${tessera.toLocaleString('en-GB')} (Tessera POSIX, as published)`
  return [
    { what: 'one entry a transaction, as a release appends', value: single, unit: 'entries/s' },
    {
      what: 'the same, checkpoint signed and published after each',
      value: published,
      unit: 'entries/s',
    },
    {
      what: `${batch.toLocaleString('en-GB')} entries a transaction, published after each`,
      value: batches * batch,
      unit: 'entries/s',
      aim,
      met: batches * batch >= tessera,
    },
  ]
}

interface AtSize {
  readonly size: number
  readonly proofHashes: number
  readonly receiptMs: number
  readonly checkMs: number
  readonly publishMs: number
  readonly insideMs: number
  readonly outsideMs: number
}

/** Everything that is done to a log of this many entries. */
async function measureAt(t: TestLedger, size: number): Promise<AtSize> {
  const index = (i: number): number => (i * 7919) % size
  const keys = [...t.keys.vkeys]
  const receipts = await Promise.all(
    Array.from({ length: 50 }, (_, i) => t.ledger.receipt(index(i), { at: ledgerAt })),
  )
  const receiptMs = await median(100, (i) => t.ledger.receipt(index(i), { at: ledgerAt }))
  const checkMs = await median(100, async (i) => {
    const bytes = Buffer.from(receipts[i % receipts.length] ?? '')
    const { ok } = await verifyLog(undefined, { keys, receipts: [{ name: 'receipt', bytes }] })
    if (!ok) throw new Error('a receipt does not verify')
  })
  const insideMs = await median(3, async () => {
    if (!(await t.ledger.verify()).ok) throw new Error('the ledger does not verify')
  })
  const outsideMs = await median(3, async () => {
    if (!(await verifyLog(openSource(t.folder), { keys })).ok) throw new Error('the log does not verify')
  })
  const publishMs = await median(9, async () => {
    await append(t, 1)
    await t.ledger.publish(ledgerAt)
  })
  return {
    size,
    proofHashes: Math.max(...receipts.map((text) => parseProof(text).hashes.length)),
    receiptMs,
    checkMs,
    publishMs,
    insideMs,
    outsideMs,
  }
}

/** A cost that grows with the logarithm of the size at most doubles from 1,000 entries to 100,000. */
function growth(
  what: string,
  of: (at: AtSize) => number,
  all: readonly AtSize[],
  most: number,
  aim: string,
): Measure {
  const [first, last] = [all[0], all.at(-1)]
  const value = first && last ? of(last) / of(first) : 0
  return { what, value, unit: 'times', aim, met: value <= most }
}

/** Appends, receipts and verification at `sizes`, on the embedded store or on the server at `databaseUrl`. */
export async function run(
  options: { readonly sizes?: readonly number[]; readonly databaseUrl?: string | undefined } = {},
): Promise<readonly Measure[]> {
  const sizes = options.sizes ?? [1_000, 10_000, 100_000]
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-bench-ledger-'))
  const store = await openStore({ databaseUrl: options.databaseUrl, folder: join(home, 'store') })
  try {
    const measures = await appending(store, home)
    const t = await newTestLedger(store, '990003', home)
    const all: AtSize[] = []
    let size = 0
    for (const next of sizes) {
      for (; size < next; size += 1000) await append(t, Math.min(1000, next - size))
      await t.ledger.publish(ledgerAt)
      await store.refreshStatistics()
      all.push(await measureAt(t, next))
      size = next + 9 // what measuring appended
      process.stderr.write(`ledger: ${next} entries\n`)
    }
    for (const at of all) {
      const over = `over ${at.size.toLocaleString('en-GB')} entries`
      measures.push(
        { what: `proof ${over}, at most`, value: at.proofHashes, unit: 'hashes' },
        { what: `making a receipt ${over}`, value: at.receiptMs, unit: 'ms' },
        { what: `checking a receipt offline ${over}`, value: at.checkMs, unit: 'ms' },
        { what: `one more entry, published ${over}`, value: at.publishMs, unit: 'ms' },
        {
          what: `verifying the ledger, rows and files, ${over}`,
          value: (at.size * 1000) / at.insideMs,
          unit: 'entries/s',
        },
        {
          what: `the stand-alone verifier ${over}`,
          value: (at.size * 1000) / at.outsideMs,
          unit: 'entries/s',
        },
      )
    }
    const factor = (sizes.at(-1) ?? 1) / (sizes[0] ?? 1)
    const times = `at ${factor}× the size`
    measures.push(
      growth(`making a receipt, ${times}`, (at) => at.receiptMs, all, 2, 'logarithmic: ≤ 2 times'),
      growth(`checking a receipt, ${times}`, (at) => at.checkMs, all, 2, 'logarithmic: ≤ 2 times'),
      growth(`one more entry, published, ${times}`, (at) => at.publishMs, all, 2, 'logarithmic: ≤ 2 times'),
      growth(`verifying everything, ${times}`, (at) => at.insideMs, all, factor, `≤ ${factor} times`),
      growth(`the stand-alone verifier, ${times}`, (at) => at.outsideMs, all, factor, `≤ ${factor} times`),
    )
    const bytes = readFileSync(join(t.folder, 'checkpoint')).length
    measures.push({ what: 'a checkpoint with both signatures', value: bytes, unit: 'bytes' })
    return measures
  } finally {
    await store.close()
    rmSync(home, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { what, value, unit, aim, met } of await run({ databaseUrl: process.env['DATABASE_URL'] })) {
    const verdict = aim === undefined ? '' : `  (aim: ${aim}: ${met === true ? 'met' : 'missed'})`
    console.log(`${what.padEnd(60)} ${value.toFixed(2).padStart(12)} ${unit}${verdict}`)
  }
}
