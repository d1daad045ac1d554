import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { receiptClaimsShape, receiptTokenType } from '../../src/core/collections/index.ts'
import { parsePublicKey, readJws, verifyJws } from '../../src/core/standards/jws/index.ts'
import { openStore } from '../../src/core/store/index.ts'
import { clockOf, markPlayed } from '../../src/demonstration/demonstration-clock.ts'
import { importDay } from '../../src/demonstration/import-day.ts'
import { policyOf, prepareSchool, staffMember } from '../../src/demonstration/prepare-school.ts'
import { readSchoolFacts } from '../../src/demonstration/school-facts.ts'
import { createCollectorApp, openLog } from '../../src/faces/api/index.ts'
import { runGatehouse } from '../../src/faces/cli/testing/run-gatehouse.ts'
import {
  asCollector,
  eventsOf,
  findingsOf,
  findReturn,
  meantReturn,
  moveReturn,
  openCollector,
  operator,
  registerSources,
  type Collector,
} from '../../src/national/collect/index.ts'
import { recordStanding } from '../../src/school/agreements/index.ts'
import { publishNotice } from '../../src/school/notice/index.ts'
import { writeSchoolWorld } from '../../world/index.ts'
import { haveOpenssl, loopbackCertificate } from '../support/certificate.ts'
import { openTestStore } from '../support/store.ts'

// The demonstration school's census from its register to a collector of its own, each with its own store, over https.

const home = mkdtempSync(join(tmpdir(), 'gatehouse-submit-'))
const national = mkdtempSync(join(tmpdir(), 'gatehouse-submit-collector-'))
const at = new Date('2026-11-24T07:30:00Z')
const store = await openTestStore()
/** The school’s clock runs on from `at`, and the collector’s with it: a token is not of the future. */
const clock = { now: () => clockOf(home).now() }

interface Submitted {
  readonly releaseId: string
  readonly delivery: { readonly kind: string; readonly text?: string }
  readonly submission: {
    readonly returnId: string | null
    readonly state: string | null
    readonly receipt: string | null
    readonly delivery: string
  }
}

describe(
  'the demonstration school’s census and a collector',
  { skip: !haveOpenssl && 'without openssl' },
  () => {
    let collector: Collector
    let served: Server | undefined
    let urn = ''
    let env: Record<string, string> = {}
    const run = async (
      ...args: readonly string[]
    ): Promise<{ code: number | null; json: unknown; err: string }> => {
      const { code, out, err } = await runGatehouse(home, [...args, '--json'], { env })
      return { code, json: JSON.parse(out) as unknown, err }
    }
    /** A build that the head signed off. */
    const signed = async (name: string): Promise<string> => {
      const file = join(home, name)
      const built = await run('census', 'build', '--term', 'autumn', '--year', '2026', '--out', file)
      assert.equal(built.code, 0, built.err)
      const off = await run('census', 'sign-off', file, '--as', 'head@wrekinview.example')
      assert.equal(off.code, 0, off.err)
      return file
    }
    const submit = async (
      file: string,
      replaces?: string,
    ): Promise<{ code: number | null; json: Submitted }> => {
      const { code, json } = await run(
        'census',
        'submit',
        file,
        ...(replaces === undefined ? [] : ['--replaces', replaces]),
      )
      return { code, json: json as Submitted }
    }
    const standing = () => asCollector(collector).read((tx) => meantReturn(tx, urn))

    before(async () => {
      const { key, cert } = loopbackCertificate()
      const authority = join(home, 'authority.pem')
      writeFileSync(authority, cert)
      const silent = openLog(new Writable({ write: (_chunk, _encoding, done) => done() }))
      const opened: { app?: ReturnType<typeof createCollectorApp> } = {}
      const listener = getRequestListener(
        (request) => opened.app?.fetch(request) ?? new Response(null, { status: 503 }),
      )
      const server = createServer({ key, cert }, (request, response) => void listener(request, response))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      served = server
      const origin = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`
      collector = await openCollector({ store, home: national, policyFolder: 'policy', origin })
      opened.app = createCollectorApp({ settings: { publicUrl: origin }, clock, collector }, silent)
      env = { COLLECTOR_URL: origin, NODE_EXTRA_CA_CERTS: authority }

      const files = join(home, 'world')
      await writeSchoolWorld(files)
      const facts = await readSchoolFacts(join(files, 'school.yaml'))
      urn = facts.school.urn
      const policy = await policyOf('policy')
      const own = await openStore({ folder: join(home, 'store') })
      await prepareSchool(own, facts, policy, { password: 'a-password-of-the-test', at })
      const shown = facts.standing.find(({ recipientId }) => recipientId === 'department-for-education')
      assert.ok(shown)
      const { recipientId, identityVerifiedOn, contractOn } = shown
      const ageRecipient = collector.keys.recipient.text
      await recordStanding(own.school(urn, staffMember(facts, 'dpo')), {
        recipientId,
        identityVerifiedOn,
        contractOn,
        ageRecipient,
      })
      const office = own.school(urn, staffMember(facts, 'office'))
      const { wordings } = policy
      await importDay(office, { files, policyFolder: 'policy', wordings, at, say: () => undefined })
      await publishNotice(own.school(urn, staffMember(facts, 'head')), at)
      await own.close()
      markPlayed(home, at)
    })
    after(() => {
      served?.close()
      served?.closeAllConnections()
      for (const folder of [home, national]) rmSync(folder, { recursive: true, force: true })
    })

    let first = ''

    it('do not know each other until the collector has the school’s key', async () => {
      first = await signed('a.xml')
      const refused = await submit(first)
      assert.notEqual(refused.code, 0)
      assert.equal(refused.json.delivery.kind, 'failed')
      assert.match(refused.json.delivery.text ?? '', /census key/)
      assert.equal(refused.json.submission.receipt, null)
    })

    it('exchange the return for a receipt that the collector signed over these very bytes', async () => {
      const { json: key } = await run('census', 'key')
      const { publicKey } = key as { publicKey: string }
      const lines = /<LEA>(\d{3})<\/LEA>\s*<Estab>(\d{4})</.exec(readFileSync(first, 'utf8'))
      assert.ok(lines)
      const [, laNumber = '', establishment = ''] = lines
      const more = { phase: '', schoolType: '', governance: 'CO', sixthForm: null }
      await registerSources(
        collector,
        operator('test'),
        [{ laNumber, source: urn, kind: 'school', name: 'Wrekin View', establishment, publicKey, ...more }],
        at,
      )
      writeFileSync(join(home, 'keys', 'collector-receipt.pub'), `${collector.keys.signing.publicText}\n`)
      const { code, json } = await submit(first)
      assert.equal(code, 0, JSON.stringify(json))
      assert.equal(json.delivery.kind, 'acknowledged')
      assert.ok(json.submission.receipt && json.submission.returnId)

      const read = readJws(json.submission.receipt, receiptTokenType)
      const receiptKey = parsePublicKey(collector.keys.signing.publicText)
      assert.ok(read.ok && receiptKey && verifyJws(read.value, receiptKey).ok)
      const claims = receiptClaimsShape.parse(read.value.claims)
      const of = await standing()
      const sha256 = createHash('sha256').update(readFileSync(first)).digest('hex')
      assert.deepEqual(
        [claims.messageSha256, claims.sha256, claims.return, claims.sub],
        [sha256, of.bodySha256, json.submission.returnId, `urn:source:${urn}`],
      )
      assert.deepEqual(
        [of.id, of.messageSha256, of.version, of.state],
        [claims.return, sha256, 1, 'loaded-and-validated'],
      )
      assert.equal(
        of.records['pupil'],
        (readFileSync(first, 'utf8').match(/<PupilOnRoll>|<PupilNoLongerOnRoll>/g) ?? []).length,
      )
    })

    it('find the same in it', async () => {
      const { json } = await run('census', 'validate', first)
      const own = (json as { findings: readonly { rule: string; location: string }[] }).findings
      const theirs = await asCollector(collector).read(async (tx) =>
        findingsOf(tx, await meantReturn(tx, urn)),
      )
      const places = (found: readonly { rule: string; location: string }[]): readonly string[] =>
        found.map(({ rule, location }) => `${rule} ${location}`).sort()
      assert.deepEqual(places(theirs), places(own))
    })

    it('have it in the ledger, which verifies', async () => {
      const { code } = await run('ledger', 'verify')
      assert.equal(code, 0)
      const own = await openStore({ folder: join(home, 'store') })
      const entries = await own
        .school(urn, { kind: 'job', name: 'test', role: 'office' })
        .read((tx) => tx.selectFrom('ledger_entry').select(['type', 'leaf']).orderBy('index').execute())
      await own.close()
      assert.deepEqual(
        entries.map(({ type }) => type).filter((type) => /^(release|delivery)/.test(type)),
        ['release/v1', 'delivery/v1', 'delivery/v1'], // the refusal is an entry too
      )
      const said = entries.map(({ leaf }) => Buffer.from(leaf).toString()).join()
      const values = [...readFileSync(first, 'utf8').matchAll(/<(?:UPN|PostCode)>([^<]+)</g)].map(
        ([, value = '']) => value,
      )
      assert.ok(values.length > 800)
      assert.deepEqual(
        values.filter((value) => said.includes(value)),
        [],
      )
    })

    it('replace it only with a reason', async () => {
      const second = await signed('b.xml')
      const refused = await submit(second)
      assert.notEqual(refused.code, 0)
      assert.match(refused.json.delivery.text ?? '', /stands at the collector already/)
      assert.equal((await standing()).version, 1)
      const taken = await submit(second, 'Attendance of May was corrected – 3 pupils')
      assert.equal(taken.code, 0, JSON.stringify(taken.json))
      const of = await standing()
      assert.deepEqual(
        [of.version, of.replaceReason, of.id],
        [2, 'Attendance of May was corrected – 3 pupils', taken.json.submission.returnId],
      )
      const events = await asCollector(collector).read((tx) => eventsOf(tx, of.id))
      assert.deepEqual(
        events.map(({ move, role }) => [move, role]),
        [
          ['replace', 'source'],
          ['validate', 'collector'],
        ],
      )
    })

    it('take nothing in place of what was authorised, until it is rejected', async () => {
      const of = await standing()
      await asCollector(collector).write((tx) =>
        tx.updateTable('collected_return').set({ state: 'authorised' }).where('id', '=', of.id).execute(),
      )
      const third = await signed('c.xml')
      const refused = await submit(third, 'Once more')
      assert.match(refused.json.delivery.text ?? '', /was authorised/)
      const rejected = await moveReturn(
        collector,
        operator('test'),
        of.id,
        'reject',
        'Look at the classes',
        at,
      )
      assert.ok(rejected.ok)
      const taken = await submit(third, 'Once more')
      assert.equal(taken.code, 0, JSON.stringify(taken.json))
      assert.equal((await standing()).version, 3)
      assert.equal((await asCollector(collector).read((tx) => findReturn(tx, of.id))).stands, false)
    })
  },
)
