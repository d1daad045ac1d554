import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { newTestDatabase, testEngine } from '../../../test/support/store.ts'
import { openStore } from '../../core/store/index.ts'
import { asCollector } from './collector.ts'
import { exportReturn, findingsOf, findReturn, openCollector, operator } from './index.ts'
import { censusMessage, upnOf } from './testing/census-message.ts'

const kills = 8
const scratch = mkdtempSync(join(tmpdir(), 'gatehouse-random-kills-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
const [home, messages, out] = ['home', 'messages', 'out'].map((name) => join(scratch, name)) as [
  string,
  string,
  string,
]

interface Ended {
  readonly killed: boolean
  readonly code: number | null
  /** Milliseconds from when it had resumed. */
  readonly worked: number
}

/** Runs the collector in a process of its own; `killAfter` milliseconds after it began to work it is killed. */
function run(url: string, round: string, killAfter: number | null): Promise<Ended> {
  const env: NodeJS.ProcessEnv = { ...process.env, FAULT_DATABASE_URL: url }
  delete env['NODE_TEST_CONTEXT']
  const args = ['src/national/collect/testing/work-until-killed.ts', home, messages, round]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    let began = 0
    let timer: NodeJS.Timeout | undefined
    child.stdout.once('data', () => {
      began = performance.now()
      if (killAfter !== null) timer = setTimeout(() => child.kill('SIGKILL'), killAfter)
    })
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ killed: signal === 'SIGKILL', code, worked: performance.now() - began })
    })
  })
}

describe(`a collector that is killed at any moment (${testEngine})`, () => {
  it('resumes: every return whole, no file that belongs to none', { timeout: 600_000 }, async (t) => {
    const url = (await newTestDatabase()) ?? ''
    mkdirSync(messages)
    const sent = new Map<string, string>()
    for (let i = 0; i < 5; i++) {
      const urn = String(100001 + i)
      // The first child is in every school.
      const upns = [upnOf(1), ...Array.from({ length: 40 }, (_, k) => upnOf(2 + i * 40 + k))]
      sent.set(urn, censusMessage({ urn, pupils: upns.map((upn) => ({ upn })) }))
      writeFileSync(join(messages, `${urn}.xml`), sent.get(urn) ?? '')
    }
    const whole = await run(url, '', null)
    assert.equal(whole.code, 0)
    const moments: number[] = []
    for (let i = 1; i <= kills; i++) {
      const moment = Math.random() * whole.worked
      moments.push(Math.round(moment))
      const { killed, code } = await run(url, String(i), moment)
      assert.ok(
        killed || code === 0,
        `run ${String(i)}, killed after ${String(Math.round(moment))} ms: exit ${String(code)}`,
      )
    }
    t.diagnostic(`killed after ${moments.join(', ')} ms of ${String(Math.round(whole.worked))}`)
    assert.equal((await run(url, 'last', null)).code, 0)

    const store = await openStore({ databaseUrl: url || undefined, folder: join(home, 'store') })
    try {
      const collector = await openCollector({
        store,
        home,
        policyFolder: 'policy',
        origin: 'https://collector.example',
      })
      const { ids, groups } = await asCollector(collector).read(async (tx) => ({
        ids: (await tx.selectFrom('collected_return').select('id').execute()).map(({ id }) => id),
        groups: await tx.selectFrom('duplicate_candidate').select(['source', 'return_id']).execute(),
      }))
      const collected = join(home, 'collected')
      const files = readdirSync(collected, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(collected.length + 1))
      assert.deepEqual(
        files.filter((file) => !ids.some((id) => file.includes(id))),
        [],
        'files of no return',
      )
      assert.deepEqual(
        files.filter((file) => file.includes('.incoming')),
        [],
        'unfinished files',
      )
      const versions = new Map<string, number>()
      for (const id of ids) {
        const { of, findings } = await asCollector(collector).read(async (tx) => {
          const stored = await findReturn(tx, id)
          return { of: stored, findings: await findingsOf(tx, stored) }
        })
        const text = sent.get(of.source) ?? ''
        assert.equal(of.messageSha256, createHash('sha256').update(text).digest('hex'))
        assert.equal(of.state, 'loaded-and-validated')
        assert.equal(findings.length, of.errors + of.queries)
        assert.equal(of.records['pupil'], 41)
        const own = files.filter((file) => file.includes(id)).map((file) => file.split('/').at(-1))
        assert.deepEqual(own.sort(), [
          'address.parquet',
          'header.parquet',
          'pupil.parquet',
          'received.age',
          'school.parquet',
        ])
        await exportReturn(collector, operator('test'), id, out)
        if (of.stands) versions.set(of.source, of.version)
      }
      assert.deepEqual([...versions.keys()].sort(), [...sent.keys()])
      assert.equal(
        [...versions.values()].reduce((sum, n) => sum + n, 0),
        ids.length,
        'no version is lost or doubled',
      )
      const standing = new Set(groups.map(({ return_id: id }) => id))
      assert.equal(standing.size, sent.size, 'the last search saw those that stand, and no others')
    } finally {
      await store.close()
    }
  })
})
