import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { newTestDatabase } from '../../../../test/support/store.ts'
import type { Seen } from '../testing/build-and-die.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-holdings-killed-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const url = await newTestDatabase()

function run(what: string): { readonly killed: boolean; readonly seen: readonly Seen[] } {
  const { signal, status, stdout, stderr } = spawnSync(
    process.execPath,
    ['src/national/holdings/testing/build-and-die.ts', folder, what],
    { encoding: 'utf8', env: { ...process.env, ...(url ? { FAULT_DATABASE_URL: url } : {}) } },
  )
  if (signal === null) assert.equal(status, 0, stderr)
  const seen = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Seen)
  return { killed: signal === 'SIGKILL', seen }
}

describe('a build that is killed', () => {
  it('leaves readers what stood before, and the next build finishes', () => {
    const [before] = run('prepare').seen
    assert.deepEqual([before?.edition, before?.rows, before?.faults], [1, 3, 0])
    for (const step of ['rows', 'place', 'part', 'edition']) {
      const { killed, seen } = run(step)
      assert.ok(killed, `not killed before ${step}`)
      assert.deepEqual([seen[0]?.edition, seen[0]?.rows, seen[0]?.faults], [1, 3, 0], step)
    }
    // After the edition is written and before the store has heard of it.
    const { killed } = run('record')
    assert.ok(killed)
    const [found, finished] = run('none').seen
    assert.deepEqual([found?.edition, found?.rows, found?.faults], [2, 2, 0])
    // The next build found nothing to do, and cleared what the killed ones had left: what is there, an edition names.
    assert.deepEqual([finished?.edition, finished?.rows, finished?.faults, finished?.drafts], [2, 2, 0, 0])
    assert.equal(finished?.versions, finished?.named)
  })
})
