import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, describe, it } from 'node:test'
import { addSchool } from '../../../test/support/school.ts'
import { haveSshd, startSshd } from '../../../test/support/sshd.ts'
import { openQueue } from '../../core/store/index.ts'
import { decryptWith, makeIdentity } from '../../core/standards/age/index.ts'
import type { Agreement } from '../../core/vocabulary/index.ts'
import { deliveryQueue, type Door } from '../release/index.ts'
import { releaseWith, type Parts } from '../release/release-feed.ts'
import {
  addPupils,
  at,
  openSmallSchool,
  partsWith,
  type SmallSchool,
} from '../release/testing/small-school.ts'
import {
  beginDownload,
  cancelDelivery,
  confirmDelivery,
  deliverNow,
  folderTransport,
  isDownloadOpen,
  makeDownloadLink,
  openDownload,
  readCopySheet,
  retryDelivery,
  startDelivery,
  takeCopySheet,
  usualTransports,
  type Transports,
} from './index.ts'
import { failed, type Transport } from './transport.ts'

const clock = { now: () => at }
let urn = 300_000
let small: SmallSchool = await openSmallSchool(String(urn))
let keys = 0

beforeEach(async () => {
  const school = await addSchool(small.store, String(++urn))
  small = { ...small, school, door: { ...small.door, school } }
  await addPupils(school, [{ forename: 'Zoë' }, {}])
})

const releaseFor = async (
  transport: Agreement['transport'],
  change: Parameters<typeof partsWith>[1] = {},
  door: Door = small.door,
): Promise<string> => {
  const parts: Parts = partsWith({ transport }, change)
  const outcome = await releaseWith(parts, door, {
    agreementId: 'class-list',
    requestKey: `key ${keys++}`,
    at,
  })
  assert.ok(outcome.kind === 'released', JSON.stringify(outcome))
  return outcome.releaseId
}
const sftp: Agreement['transport'] = { kind: 'sftp', encrypt: false, note: '' }
const download: Agreement['transport'] = { kind: 'download', encrypt: false, note: '' }
const copySheet: Agreement['transport'] = { kind: 'copy-sheet', encrypt: true, note: '' }

const deliveryOf = (releaseId: string) =>
  small.school.read((tx) =>
    tx.selectFrom('delivery').selectAll().where('release_id', '=', releaseId).executeTakeFirstOrThrow(),
  )
const payloads = () => small.school.read((tx) => tx.selectFrom('payload').select('release_id').execute())
/** The outcomes of deliveries in the ledger, in order. */
const logged = async (): Promise<readonly string[]> => {
  const rows = await small.school.read((tx) =>
    tx.selectFrom('ledger_entry').select('leaf').where('type', '=', 'delivery/v1').orderBy('index').execute(),
  )
  return rows.map(({ leaf }) => (JSON.parse(Buffer.from(leaf).toString()) as { outcome: string }).outcome)
}
const openTasks = () =>
  small.school.read((tx) => tx.selectFrom('task').selectAll().where('closed_at', 'is', null).execute())

/** Transports that answer as told, one answer a try; the last one again and again. */
const scripted = (...answers: readonly Awaited<ReturnType<Transport['send']>>[]) => {
  const tries: string[] = []
  const transport: Transport = {
    send: (payload) => {
      tries.push(payload.fileName)
      const next = answers[Math.min(tries.length, answers.length) - 1]
      return next ? Promise.resolve(next) : Promise.reject(new Error('no answer'))
    },
  }
  const transports: Transports = {
    sftp: transport,
    https: transport,
    download: transport,
    'copy-sheet': transport,
    collector: transport,
  }
  return { tries, transports }
}
const good = { kind: 'acknowledged', receipt: { how: 'test' } } as const
const bad = failed('unreachable', 'The server does not answer.', true)
const lost = failed('host-key', 'Another key.', false)

describe('a delivery', () => {
  it('is acknowledged once, logged in the same transaction, and its payload shredded', async () => {
    const releaseId = await releaseFor(sftp)
    const { tries, transports } = scripted(good)
    assert.deepEqual(await deliverNow(small.door, releaseId, { clock, transports }), { kind: 'acknowledged' })
    assert.deepEqual(await deliverNow(small.door, releaseId, { clock, transports }), {
      kind: 'left-alone',
      state: 'acknowledged',
    })
    assert.equal(tries.length, 1)
    assert.deepEqual(await logged(), ['acknowledged'])
    assert.deepEqual(await payloads(), [])
    const row = await deliveryOf(releaseId)
    assert.deepEqual(
      [row.state, row.attempts, row.acknowledged_at?.toISOString()],
      ['acknowledged', 1, at.toISOString()],
    )
    assert.equal(typeof row.ledger_index, 'number')
  })

  it('waits after a try that failed, and keeps its payload', async () => {
    const releaseId = await releaseFor(sftp)
    const { transports } = scripted(bad, good)
    assert.equal((await deliverNow(small.door, releaseId, { clock, transports })).kind, 'failed')
    const row = await deliveryOf(releaseId)
    assert.deepEqual(
      [row.state, row.attempts, row.last_error],
      ['queued', 1, 'unreachable: The server does not answer.'],
    )
    assert.deepEqual(await logged(), [])
    assert.equal((await payloads()).length, 1)
    assert.equal((await deliverNow(small.door, releaseId, { clock, transports })).kind, 'acknowledged')
  })

  it('is dead at once when a person must look; it keeps its payload and can be tried again', async () => {
    const releaseId = await releaseFor(sftp)
    const { transports } = scripted(lost, good)
    assert.equal((await deliverNow(small.door, releaseId, { clock, transports })).kind, 'failed')
    assert.equal((await deliveryOf(releaseId)).state, 'dead')
    assert.deepEqual(
      (await openTasks()).map(({ kind }) => kind),
      ['delivery-dead'],
    )
    assert.equal((await payloads()).length, 1)
    assert.equal(await retryDelivery(small.door, releaseId, at), true)
    assert.equal(await retryDelivery(small.door, releaseId, at), false)
    assert.deepEqual(await openTasks(), [])
    assert.equal((await deliverNow(small.door, releaseId, { clock, transports })).kind, 'acknowledged')
    assert.deepEqual(await logged(), ['dead', 'acknowledged'])
    assert.deepEqual(await payloads(), [])
  })

  it('whose fate was unclear is confirmed by a person, or begun anew', async () => {
    const stages: (string | null)[] = []
    let tries = 0
    const unclear: Transport = {
      async send(_payload, _endpoint, progress) {
        stages.push(progress.reached)
        await progress.mark('uploaded')
        return ++tries < 3 ? failed('unclear', 'Ask the recipient.', false) : good
      },
    }
    const transports = { ...scripted(good).transports, sftp: unclear }
    const [one, two] = [await releaseFor(sftp), await releaseFor(sftp)]
    for (const releaseId of [one, two]) await deliverNow(small.door, releaseId, { clock, transports })
    assert.equal(await confirmDelivery(small.school, one, at), true)
    assert.equal(await confirmDelivery(small.school, one, at), false)
    assert.equal((await deliveryOf(one)).state, 'acknowledged')
    assert.equal(await retryDelivery(small.door, two, at), true)
    assert.equal((await deliverNow(small.door, two, { clock, transports })).kind, 'acknowledged')
    assert.deepEqual(stages, [null, null, null])
    assert.deepEqual([await payloads(), await openTasks()], [[], []])
  })

  it('can be stopped before it left, and then leaves no more', async () => {
    const releaseId = await releaseFor(sftp)
    const { tries, transports } = scripted(good)
    assert.equal(await cancelDelivery(small.school, releaseId, 'sent in error', at), true)
    assert.equal(await cancelDelivery(small.school, releaseId, 'sent in error', at), false)
    assert.deepEqual(await deliverNow(small.door, releaseId, { clock, transports }), {
      kind: 'left-alone',
      state: 'cancelled',
    })
    assert.deepEqual([tries.length, await logged(), await payloads()], [0, ['cancelled'], []])
  })

  it('is made by one worker, however many want it', async () => {
    const releaseId = await releaseFor(sftp)
    let under = 0
    let sent = 0
    const slow: Transport = {
      async send() {
        sent++
        assert.equal(++under, 1)
        await new Promise((resolve) => setTimeout(resolve, 60))
        under--
        return good
      },
    }
    const transports = { ...scripted(good).transports, sftp: slow }
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => deliverNow(small.door, releaseId, { clock, transports })),
    )
    assert.equal(outcomes.filter(({ kind }) => kind === 'acknowledged').length, 1)
    assert.equal(sent, 1)
    assert.deepEqual(await logged(), ['acknowledged'])
  })

  it('says nothing of a release that is not this school’s', async () => {
    const releaseId = await releaseFor(sftp)
    const other = await addSchool(small.store, String(++urn))
    assert.deepEqual(await deliverNow({ ...small.door, school: other }, releaseId, { clock }), {
      kind: 'left-alone',
      state: 'unknown',
    })
  })
})

describe('the worker', () => {
  const until = async (ready: () => Promise<boolean>): Promise<void> => {
    for (let i = 0; i < 200; i++) {
      if (await ready()) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    assert.fail('it did not come to pass')
  }

  it('tries with pauses until it is acknowledged; a delivery whose tries are used up becomes a task', async () => {
    // Jobs of the schools of other tests would only be in the way.
    await small.store.engine.script('delete from pgboss.job')
    const queue = await openQueue(small.store.engine, [deliveryQueue], { retryLimit: 2, retryDelay: 0 })
    const door = { ...small.door, queue }
    const first = await releaseFor(sftp, {}, door)
    const second = await releaseFor({ ...sftp, kind: 'https' }, {}, door)
    const slowly = scripted(bad, bad, good)
    const never = scripted(bad)
    await startDelivery(door, {
      clock,
      transports: { ...slowly.transports, https: never.transports.https },
    })
    await until(async () => (await deliveryOf(first)).state === 'acknowledged')
    await until(async () => (await deliveryOf(second)).state === 'dead')
    await queue.stop()
    assert.equal(slowly.tries.length, 3)
    assert.ok(never.tries.length >= 3)
    const [task] = await openTasks()
    assert.deepEqual(
      [task?.kind, task?.for_role, (task?.detail as { releaseId: string } | undefined)?.releaseId],
      ['delivery-dead', 'office', second],
    )
    assert.deepEqual([...(await logged())].sort(), ['acknowledged', 'dead'])
    assert.deepEqual(await payloads(), [{ release_id: second }])
  })
})

describe('a download', () => {
  const laid = async (): Promise<string> => {
    const releaseId = await releaseFor(download)
    assert.deepEqual(await deliverNow(small.door, releaseId, { clock }), { kind: 'sent' })
    return releaseId
  }

  it('works once, and only its hash is kept', async () => {
    const releaseId = await laid()
    const token = await makeDownloadLink(small.school, releaseId, at)
    const row = await deliveryOf(releaseId)
    assert.ok(!JSON.stringify(row).includes(token))
    assert.equal(await isDownloadOpen(small.school, token, at), true)
    const payload = await openDownload(small.school, token, at)
    assert.match(Buffer.from(payload.body).toString(), /Zoë/)
    await assert.rejects(openDownload(small.school, token, at), { code: 'not-found' })
    assert.equal(await isDownloadOpen(small.school, token, at), false)
    assert.deepEqual(await logged(), ['sent', 'acknowledged'])
    assert.deepEqual(await payloads(), [])
  })

  it('is handed to one person at a time, and is used up only when it was fetched whole', async () => {
    const releaseId = await laid()
    const token = await makeDownloadLink(small.school, releaseId, at)
    const attempts = await Promise.allSettled([1, 2, 3].map(() => beginDownload(small.school, token, at)))
    const begun = attempts.filter((each) => each.status === 'fulfilled')
    assert.equal(begun.length, 1)
    assert.equal((await deliveryOf(releaseId)).state, 'sent')
    assert.equal((await payloads()).length, 1)
    await begun[0]!.value.fetched(at)
    assert.equal((await deliveryOf(releaseId)).state, 'acknowledged')
  })

  it('that broke off can be begun again when its claim has run out', async () => {
    const releaseId = await laid()
    const token = await makeDownloadLink(small.school, releaseId, at)
    await beginDownload(small.school, token, at)
    await assert.rejects(beginDownload(small.school, token, at), { code: 'not-found' })
    await small.school.write((tx) =>
      tx
        .updateTable('delivery')
        .set({ claimed_until: new Date(0) })
        .where('release_id', '=', releaseId)
        .execute(),
    )
    await (await beginDownload(small.school, token, at)).fetched(at)
    assert.deepEqual(await logged(), ['sent', 'acknowledged'])
  })

  it('ends with its link: run out, replaced, wrong', async () => {
    const releaseId = await laid()
    const token = await makeDownloadLink(small.school, releaseId, at)
    const later = new Date(at.getTime() + 15 * 86_400_000)
    await assert.rejects(openDownload(small.school, token, later), { code: 'not-found' })
    const second = await makeDownloadLink(small.school, releaseId, at)
    await assert.rejects(openDownload(small.school, token, at), { code: 'not-found' })
    await assert.rejects(openDownload(small.school, 'x', at), { code: 'not-found' })
    await openDownload(small.school, second, at)
    await assert.rejects(makeDownloadLink(small.school, releaseId, at), { code: 'not-found' })
  })
})

describe('a copy sheet', () => {
  it('shows the rows as often as needed, and ends when somebody has entered them', async () => {
    const releaseId = await releaseFor(copySheet)
    await deliverNow(small.door, releaseId, { clock })
    for (let i = 0; i < 2; i++) {
      const sheet = await readCopySheet(small.school, releaseId)
      assert.deepEqual(sheet.header, ['Code', 'Forename', 'Surname', 'Born', 'Year'])
      assert.equal(sheet.rows[0]?.[1], 'Zoë')
    }
    await takeCopySheet(small.school, releaseId, at)
    await assert.rejects(readCopySheet(small.school, releaseId), { code: 'not-found' })
    assert.deepEqual(await logged(), ['sent', 'acknowledged'])
    assert.deepEqual(await payloads(), [])
  })
})

describe('over a real way out', () => {
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-way-'))
  after(() => rmSync(home, { recursive: true, force: true }))

  it('lays the file and what it says into a folder, once', async () => {
    const { identity, recipient } = await makeIdentity('x25519')
    const releaseId = await releaseFor({ ...sftp, encrypt: true }, { standing: { ageRecipient: recipient } })
    const folder = folderTransport({
      folder: join(home, 'outbox'),
      open: async (payload) => {
        const opened = await decryptWith(identity, payload.body)
        return opened.ok ? opened.value : null
      },
    })
    const transports = { ...scripted(good).transports, sftp: folder }
    assert.equal((await deliverNow(small.door, releaseId, { clock, transports })).kind, 'acknowledged')
    const names = readdirSync(join(home, 'outbox', 'class-list')).sort()
    assert.deepEqual(
      names.map((name) => name.replace(/-[0-9a-f]{8}\./, '-X.')),
      ['class-list-2026-11-24-X.csv', 'class-list-2026-11-24-X.csv.age'],
    )
    assert.match(readFileSync(join(home, 'outbox', 'class-list', names[0]!), 'utf8'), /Zoë/)
  })

  it('reaches an OpenSSH server, encrypted, with the school’s key', { skip: !haveSshd }, async () => {
    const sshd = await startSshd()
    try {
      const { identity, recipient } = await makeIdentity('hybrid')
      await small.school.write((tx) =>
        tx
          .insertInto('recipient_standing')
          .values({
            school_urn: small.school.urn,
            recipient_id: 'test-recipient',
            endpoint: JSON.stringify({
              host: sshd.host,
              port: sshd.port,
              user: sshd.user,
              fingerprint: sshd.fingerprint,
            }),
            secret_reference: 'test-sftp',
          })
          .execute(),
      )
      mkdirSync(join(small.home, 'keys'), { recursive: true })
      writeFileSync(join(small.home, 'keys', 'test-sftp'), sshd.clientKey, { mode: 0o600 })
      const releaseId = await releaseFor(
        { ...sftp, encrypt: true },
        { standing: { ageRecipient: recipient } },
      )
      const outcome = await deliverNow(small.door, releaseId, {
        clock,
        transports: usualTransports(small.door),
      })
      assert.deepEqual(outcome, { kind: 'acknowledged' })
      const [name = ''] = readdirSync(sshd.folder)
      assert.match(name, /^class-list-2026-11-24-[0-9a-f]{8}\.csv\.age$/)
      const opened = await decryptWith(identity, readFileSync(join(sshd.folder, name)))
      assert.ok(opened.ok)
      assert.match(Buffer.from(opened.value).toString(), /Zoë/)
    } finally {
      sshd.stop()
    }
  })
})
