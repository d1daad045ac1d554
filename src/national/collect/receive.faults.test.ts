import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { newTestDatabase, testEngine } from '../../../test/support/store.ts'
import type { Left } from './testing/receive-and-die.ts'

/** Runs the collector in a process of its own. */
async function run(
  home: string,
  url: string,
  urn: string,
  dieBefore: string,
): Promise<{ killed: boolean; left: Left | null }> {
  const env: NodeJS.ProcessEnv = { ...process.env, FAULT_DATABASE_URL: url }
  delete env['NODE_TEST_CONTEXT']
  const script = 'src/national/collect/testing/receive-and-die.ts'
  const child = spawn(process.execPath, [script, home, urn, dieBefore], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_, signal) => resolve(signal)),
  )
  const out = await text(child.stdout)
  return { killed: (await ended) === 'SIGKILL', left: out === '' ? null : (JSON.parse(out) as Left) }
}

// In the order in which a return meets them, and whether it stands once they are reached.
const steps: readonly (readonly [step: string, stands: boolean])[] = [
  ['recognise', false],
  ['scan', false],
  ['keep', false],
  ['accept', false],
  ['accepted', true],
  ['rules', true],
  ['tables', true],
  ['place', true],
  ['record', true],
]

/** Where it is killed a second time, while it goes on with what the first kill left. */
const again = ['resume:tables', 'resume:place', 'resume:record']

describe(`a collector that is killed (${testEngine})`, () => {
  it('before any step has nothing of a return, or goes on with it to the end', async () => {
    const home = mkdtempSync(join(tmpdir(), 'gatehouse-killed-'))
    after(() => rmSync(home, { recursive: true, force: true }))
    const url = (await newTestDatabase()) ?? ''
    let standing = 0
    for (const [i, [step]] of steps.entries()) {
      const { killed, left } = await run(home, url, String(100001 + i), step)
      assert.ok(killed, step)
      check(left, i, standing)
      if (steps[i]?.[1]) standing++
    }
    for (const step of again) assert.ok((await run(home, url, '', step)).killed, step)
    const { killed, left } = await run(home, url, '', '')
    assert.equal(killed, false)
    check(left, steps.length, standing)
    assert.ok(left)
    assert.deepEqual(
      left.returns.map(({ source }) => source).sort(),
      steps.flatMap(([, stands], i) => (stands ? [String(100001 + i)] : [])),
    )
  })
})

/** What the process found after it had resumed: everything whole, and the last one validated if it was accepted. */
function check(left: Left | null, run: number, standing: number): void {
  const before = steps[run - 1]
  const where = `after a kill before ${before?.[0] ?? 'anything'}`
  assert.ok(left, where)
  assert.deepEqual(left.stray, [], where)
  assert.equal(left.stuck, 0, where)
  assert.equal(left.validated, before?.[1] ? 1 : 0, where)
  assert.equal(left.returns.length, standing, where)
  for (const { state, findings, counted, files } of left.returns) {
    assert.equal(state, 'loaded-and-validated', where)
    assert.ok(findings > 0 && findings === counted, where)
    const tables = ['address', 'header', 'pupil', 'school'].map((name) => `${name}.parquet`)
    assert.deepEqual(files, [...tables, 'received.age'].sort(), where)
  }
}
