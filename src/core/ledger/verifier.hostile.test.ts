// The stand-alone verifier against logs, receipts and servers made to mislead it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import {
  addNotices,
  addRelease,
  ledgerAt,
  newTestLedger,
  noticeEntry,
  pupilA,
  pupilB,
  releaseEntry,
  type TestLedger,
} from '../../../test/support/ledger.ts'
import { canonicalJson } from '../standards/index.ts'
import {
  encodeBundle,
  formatCheckpoint,
  hashLeaf,
  packHashes,
  parseProof,
  rootOf,
  signNote,
} from '../standards/tlog/index.ts'
import { openStore } from '../store/index.ts'
import { leaf, type Leaf } from './entry.ts'
import {
  assertConvicts,
  complaints,
  filesOf,
  load,
  sourceOf,
  verifier,
  verifyLog,
  withFile,
  type Source,
} from './testing/verifier.ts'

const { openSource } = await load<{ openSource: (where: string, how?: { patience: number }) => Source }>(
  'source.mjs',
)
const { checkEntry } = await load<{ checkEntry: (entry: unknown) => unknown }>('entry.mjs')

const store = await openStore({ folder: 'memory' })
after(() => store.close())
const home = mkdtempSync(join(tmpdir(), 'gatehouse-hostile-'))
after(() => rmSync(home, { recursive: true }))

let t: TestLedger
let files: Map<string, Buffer>
let receipt: Buffer

before(async () => {
  t = await newTestLedger(store, '430001', home)
  await addRelease(t)
  await addNotices(t, 4)
  await addRelease(t)
  await t.ledger.publish(ledgerAt)
  files = filesOf(t.folder)
  receipt = Buffer.from(await t.ledger.receipt(0, { at: ledgerAt, pupilId: pupilA }))
})

/** A log of these leaves with the true keys, as whoever holds them could make it. */
function forge(
  leaves: readonly string[],
  text = (checkpoint: string) => checkpoint,
): Map<string, Uint8Array> {
  const entries = leaves.map((content) => Buffer.from(content))
  const hashes = entries.map(hashLeaf)
  const note = formatCheckpoint({ origin: t.keys.origin, size: entries.length, root: rootOf(hashes) })
  return new Map<string, Uint8Array>([
    ['checkpoint', Buffer.from(signNote(text(note), t.keys.signersAt(ledgerAt)))],
    ['policy', files.get('policy') ?? Buffer.of()],
    [`tile/0/000.p/${entries.length}`, packHashes(hashes)],
    [`tile/entries/000.p/${entries.length}`, encodeBundle(entries)],
  ])
}

async function withServer<T>(answer: RequestListener, work: (address: string) => Promise<T>): Promise<T> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/log`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const fileAsked = (url: string | undefined): string => (url ?? '').replace(/^\/log\//, '')

describe('against whoever holds the log, the verifier', () => {
  it('names two entries that changed places', async () => {
    const bundle = 'tile/entries/000.p/6'
    const own = files.get(bundle) ?? Buffer.of()
    const entries: Buffer[] = []
    for (let at = 0; at < own.length; at += 2 + own.readUInt16BE(at)) {
      entries.push(own.subarray(at, at + 2 + own.readUInt16BE(at)))
    }
    const swapped = Buffer.concat([1, 0, 2, 3, 4, 5].map((i) => entries[i] ?? Buffer.of()))
    const report = await verifyLog(sourceOf(withFile(files, bundle, swapped)))
    assert.deepEqual(
      report.convictions.map(({ place }) => place),
      [`${bundle}, entry 0`, `${bundle}, entry 1`],
    )
  })

  it('sees an entry taken out and all of it signed again, by the old keys or by new ones', async () => {
    const old = [{ name: 'last-term', bytes: files.get('checkpoint') ?? Buffer.of() }]
    const notices = Array.from({ length: 6 }, (_, i) => canonicalJson(noticeEntry(i + 1)))
    const report = await verifyLog(sourceOf(forge(notices)), { old })
    assertConvicts(report, 'last-term', 'another history under the same keys')
    assertConvicts(
      await verifyLog(sourceOf(forge(notices.slice(1))), { old }),
      'last-term',
      'a log that was rolled back',
    )
    const impostor = await newTestLedger(store, '430002', home)
    await addNotices(impostor, 6)
    await impostor.ledger.publish(ledgerAt)
    const strange = filesOf(impostor.folder)
    assertConvicts(await verifyLog(sourceOf(strange), { old }), 'last-term', 'new keys')
    assertConvicts(
      await verifyLog(sourceOf(strange), { keys: [...t.keys.vkeys] }),
      'checkpoint',
      'new keys against pinned ones',
    )
  })

  it('takes extension lines for what they are', async () => {
    const log = forge([canonicalJson(noticeEntry(1))], (note) => `${note}entries removed: 3\n`)
    const report = await verifyLog(sourceOf(log))
    assert.equal(complaints(report), '')
    assert.match(report.notes.join('\n'), /extension lines/)
  })

  it('ends on a size that is a lie, and says where nothing is', async () => {
    for (const size of [7, 300, 70_000, 2 ** 53 - 1]) {
      const note = formatCheckpoint({ origin: t.keys.origin, size, root: hashLeaf(Buffer.of()) })
      const lie = withFile(files, 'checkpoint', Buffer.from(signNote(note, t.keys.signersAt(ledgerAt))))
      const report = await verifyLog(sourceOf(lie))
      assert.equal(report.ok, false, String(size))
      assert.match(complaints(report), /tile\/0\/000\S*: (the file is missing|it has)/)
    }
    const beyond = `${t.keys.origin}\n9007199254740993\n${'A'.repeat(43)}=\n`
    const note = Buffer.from(signNote(beyond, [t.keys.signersAt(ledgerAt)[0]]))
    assertConvicts(await verifyLog(sourceOf(withFile(files, 'checkpoint', note))), 'checkpoint', 'over 2^53')
  })

  it('refuses a receipt put together from true parts', async () => {
    const keys = [...t.keys.vkeys]
    const judged = async (bytes: Buffer | string) =>
      (await verifyLog(undefined, { keys, receipts: [{ name: 'r', bytes: Buffer.from(bytes) }] })).ok
    assert.equal(await judged(receipt), true)
    const text = receipt.toString()
    const other = await t.ledger.receipt(5, { at: ledgerAt, pupilId: pupilB })
    const extraOf = (from: string): string => /^extra (.*)$/m.exec(from)?.[1] ?? ''
    const parts = [text, other].map(
      (from) =>
        JSON.parse(Buffer.from(extraOf(from), 'base64').toString()) as {
          entry: Leaf
          pupil: { proof: string[] }
        },
    )
    const [mine, theirs] = parts
    assert.ok(mine && theirs)
    const withExtra = (extra: unknown): string =>
      text.replace(extraOf(text), Buffer.from(canonicalJson(extra)).toString('base64'))
    assert.equal(await judged(withExtra(mine)), true)
    for (const forged of [
      withExtra({ ...mine, pupil: theirs.pupil }), // another pupil of another release
      withExtra({ ...mine, entry: theirs.entry }), // the entry of another index
      withExtra({ ...mine, pupil: { ...mine.pupil, proof: mine.pupil.proof.slice(1) } }),
      withExtra({ ...mine, sealed: { salt: '00', entry: theirs.entry } }), // “what it hides” of an open entry
      withExtra({ ...mine, note: 'and nothing else was sent' }),
      text.replace('index 0', 'index 5'),
      text.replace('index 0', 'index 6'),
      text.replace('index 0', 'index 18446744073709551616'),
      text.replace(/\n\n/, `\n${'A'.repeat(43)}=\n\n`),
    ]) {
      assert.notEqual(forged, text)
      assert.equal(await judged(forged), false, forged.slice(0, 200))
    }
    assert.equal(parseProof(text).index, 0)
  })

  it('believes a receipt by one key that was handed over, and says what it did not check', async () => {
    for (const key of t.keys.vkeys) {
      const report = await verifyLog(undefined, { keys: [key], receipts: [{ name: 'r', bytes: receipt }] })
      assert.equal(complaints(report), '')
      assert.match(report.notes.join('\n'), /was not checked: its key is not known here/)
    }
  })

  it('lets no log, receipt or policy make it fail in another way than by convicting', async () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom('\n', '\n\n', ' ', 'x', '0', '9'.repeat(17), '— ', '{"type":', 'null', '\u0000')
        .map((text) => Buffer.from(text)),
    )
    const targets = [...files.keys(), 'receipt', 'policy handed over'] as const
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...targets),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(80),
        part,
        async (target, where, cut, put) => {
          const policy = files.get('policy') ?? Buffer.of()
          const good =
            target === 'receipt' ? receipt : target === 'policy handed over' ? policy : files.get(target)
          assert.ok(good)
          const at = Math.floor(where * good.length)
          const bytes = Buffer.concat([good.subarray(0, at), put, good.subarray(at + cut)])
          const report = await verifyLog(
            sourceOf(files.has(target) ? withFile(files, target, bytes) : files),
            {
              ...(target === 'policy handed over' ? { policy: bytes } : { keys: [...t.keys.vkeys] }),
              receipts: [{ name: 'r', bytes: target === 'receipt' ? bytes : receipt }],
            },
          )
          if (target !== 'policy handed over' && target !== 'policy')
            assert.equal(report.ok, bytes.equals(good), `${target} at ${at}`)
        },
      ),
      { numRuns: 600 },
    )
  })
})

describe('the forms of entries', () => {
  it('are the same to the verifier as to the ledger, whatever is put into a field', () => {
    const hash = 'cd'.repeat(32)
    const at = '2026-11-24T07:30:00.000Z'
    const samples: Leaf[] = [
      releaseEntry({
        basis: {
          article6: 'ea',
          instrument: 'x',
          article9: 'g',
          schedule1: 'para 18',
          article10: 'DPA 10(5)',
        },
      }),
      releaseEntry({ noticeVersion: null, items: [] }),
      noticeEntry(3),
      { type: 'delivery/v1', release: 0, at, outcome: 'sent', transport: 'sftp', attempts: 1 },
      { type: 'erasure/v1', at, openings: 2, ground: 'retention', decidedBy: 'dpo', commitment: hash },
      {
        type: 'policy/v1',
        at,
        kind: 'agreement',
        id: 'otrack',
        version: 2,
        hash,
        event: 'approved',
        by: 'head',
      },
      {
        type: 'recall/v1',
        at,
        recall: '11111111-1111-4111-8111-111111111111',
        recipient: 'otrack',
        release: null,
        event: 'demanded',
        ground: 'withdrawn',
        pupils: { count: 1, root: hash },
      },
      { type: 'map-root/v1', covered: 4, root: hash },
      { type: 'sealed/v1', commitment: hash },
    ]
    const values: unknown[] = [
      ...[
        '',
        'Amelia Okafor',
        'amelia',
        'otrack',
        hash,
        hash.toUpperCase(),
        `${hash}0`,
        at,
        '2026-02-30T00:00:00.000Z',
      ],
      ...[
        '2026-11-24T07:30:00Z',
        'x'.repeat(81),
        'a',
        'k',
        'dpo',
        'parent',
        'as-is',
        'pupil.surname',
        'sent\n',
        'é',
      ],
      ...[0, 1, -1, 1.5, 2 ** 53, true, null, [], {}, ['release/v1'], { count: 1, root: hash, name: 'x' }],
      ...[
        { count: 1, root: hash },
        { 'consent-missing': 2 },
        { 'Amelia Okafor': 1 },
        [{ item: 'pupil.upn', as: 'flag' }],
      ],
      ...[[{ item: 'pupil.upn', as: 'flag', value: 'A123' }], [null], { id: 'x', version: 1, hash }],
    ]
    const isTheirs = (entry: unknown): boolean => {
      try {
        checkEntry(entry)
        return true
      } catch {
        return false
      }
    }
    let [accepted, refused] = [0, 0]
    const compare = (entry: unknown): void => {
      const ours = leaf.safeParse(entry).success
      assert.equal(isTheirs(entry), ours, JSON.stringify(entry))
      if (ours) accepted++
      else refused++
    }
    const everywhere = (
      entry: Record<string, unknown>,
      put: (changed: Record<string, unknown>) => void,
    ): void => {
      for (const [name, inner] of Object.entries(entry)) {
        for (const value of values) put({ ...entry, [name]: value })
        put(Object.fromEntries(Object.entries(entry).filter(([other]) => other !== name)))
        if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
          everywhere(inner as Record<string, unknown>, (changed) => put({ ...entry, [name]: changed }))
        }
      }
      put({ ...entry, pupil: 'Amelia Okafor' })
    }
    for (const entry of samples) {
      compare(entry)
      everywhere({ ...entry }, compare)
    }
    for (const value of values) compare(value)
    assert.ok(accepted > 100 && refused > 1000, `${accepted} accepted, ${refused} refused`)
  })

  it('convict words in a log that was signed with them', async () => {
    const named = canonicalJson({ ...noticeEntry(1), publishedBy: 'Amelia Okafor' })
    const report = await verifyLog(sourceOf(forge([canonicalJson(noticeEntry(1)), named])))
    assertConvicts(report, 'tile/entries/000.p/2', 'a name in an entry')
    assert.match(complaints(report), /entry 1: its field publishedBy .* personal data/)
    assert.doesNotMatch(complaints(report), /Amelia/)
  })
})

describe('against servers, the verifier', () => {
  const verifyAt = (address: string, patience = 1000) => verifyLog(openSource(address, { patience }))

  it('reads what is compressed on the way or sent elsewhere', async () => {
    const report = await withServer(
      (request, response) => {
        const asked = fileAsked(request.url)
        if (!asked.startsWith('moved/')) response.writeHead(302, { location: `/log/moved/${asked}` }).end()
        else {
          const file = files.get(asked.slice('moved/'.length))
          response.writeHead(file ? 200 : 404, { 'content-encoding': 'gzip' }).end(file && gzipSync(file))
        }
      },
      (address) => verifyAt(address),
    )
    assert.equal(complaints(report), '')
    assert.equal(report.checked.entries, 6)
  })

  it('convicts bodies without end, plain or compressed', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    for (const target of ['checkpoint', 'policy', 'tile/0/000.p/6', 'tile/entries/000.p/6']) {
      for (const encoding of ['gzip', 'identity']) {
        const report = await withServer(
          (request, response) => {
            const asked = fileAsked(request.url)
            if (asked !== target) {
              response.writeHead(files.has(asked) ? 200 : 404).end(files.get(asked))
            } else if (encoding === 'gzip') {
              response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
            } else {
              const pour = (): void => {
                while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024)));
              }
              response.on('drain', pour)
              pour()
            }
          },
          (address) => verifyAt(address, 20_000),
        )
        assertConvicts(report, target, `${encoding} ${target}`)
        assert.match(complaints(report), /longer than any file of a log/)
      }
    }
  })

  it('gives up on one that hangs, trickles, fails or sends it in circles, and says which file', async () => {
    const tricks: Record<string, RequestListener> = {
      hangs: () => undefined,
      trickles: (_, response) => {
        const timer = setInterval(() => response.write('x'), 50)
        response.on('close', () => {
          clearInterval(timer)
        })
      },
      fails: (_, response) => response.writeHead(500).end(),
      circles: (request, response) => response.writeHead(302, { location: request.url ?? '' }).end(),
      'hangs up': (_, response) => response.destroy(),
    }
    for (const [name, trick] of Object.entries(tricks)) {
      const answer: RequestListener = (request, response) => {
        const file = files.get(fileAsked(request.url))
        if (file && !(request.url ?? '').includes('entries')) response.writeHead(200).end(file)
        else trick(request, response)
      }
      await assert.rejects(
        withServer(answer, (address) => verifyAt(address, 300)),
        /tile\/entries\/000\.p\/6 can’t be read/,
        name,
      )
    }
  })

  it('keeps what it has convicted when the server then falls silent', async () => {
    const broken = Buffer.from(files.get('tile/0/000.p/6') ?? '').subarray(1)
    const report = await withServer(
      (request, response) => {
        const asked = fileAsked(request.url)
        if (asked.includes('entries')) response.writeHead(503).end()
        else response.writeHead(200).end(asked.startsWith('tile/0') ? broken : files.get(asked))
      },
      (address) => verifyAt(address),
    )
    assertConvicts(report, 'tile/0/000.p/6', 'a short tile')
    assert.match(report.notes.join('\n'), /The rest was not checked: .*503/)
  })
})

describe('on a terminal, the verifier', () => {
  it('prints nothing of a log that could write over its verdict', () => {
    const folder = mkdtempSync(join(home, 'terminal-'))
    const name = 'GOOD\u001b[2J\u202e.txt'
    for (const [path, bytes] of [
      ...['checkpoint', 'policy'].map((own) => [own, files.get(own)] as const),
      [name, 'x'] as const,
    ]) {
      writeFileSync(join(folder, path), bytes ?? '')
    }
    const { status, stdout } = spawnSync(process.execPath, [join(verifier.pathname, 'verify.mjs'), folder], {
      encoding: 'utf8',
    })
    assert.equal(status, 1)
    assert.match(stdout, /GOOD\ufffd\[2J\ufffd\.txt/)
    assert.doesNotMatch(stdout, /[\u001b\u202e]/)
  })
})

describe('at the edges of tiles', () => {
  it('a log verifies at each size, its receipts hold, and each size continues the ones before', async () => {
    const grown = await newTestLedger(store, '430003', home)
    const old: { name: string; bytes: Buffer }[] = []
    let size = 0
    for (const next of [255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537]) {
      await addNotices(grown, next - size)
      size = next
      await grown.ledger.publish(ledgerAt)
      const receipts = []
      for (const index of new Set([0, 254, 255, 256, 65_535, size - 1].filter((i) => i < size))) {
        receipts.push({
          name: `entry ${index}`,
          bytes: Buffer.from(await grown.ledger.receipt(index, { at: ledgerAt })),
        })
      }
      const report = await verifyLog(sourceOf(filesOf(grown.folder)), {
        keys: [...grown.keys.vkeys],
        receipts,
        old,
      })
      assert.equal(complaints(report), '', String(size))
      assert.deepEqual([report.size, report.checked.receipts], [size, receipts.length])
      old.push({ name: `over ${size}`, bytes: readFileSync(join(grown.folder, 'checkpoint')) })
    }
  })
})
