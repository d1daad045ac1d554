// Kills the publishing process between every two of its steps, and shows that the next one goes on.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { newTestDatabase } from '../../../test/support/store.ts'
import type { Found } from './testing/publish-and-die.ts'

const child = fileURLToPath(new URL('./testing/publish-and-die.ts', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'gatehouse-faults-'))
after(() => rmSync(home, { recursive: true }))

interface Report {
  ok: boolean
  size: number | null
  convictions: unknown[]
}
const { verifyLog } = (await import(new URL('../../../verify/log.mjs', import.meta.url).href)) as {
  verifyLog: (source: unknown) => Promise<Report>
}
const { openSource } = (await import(new URL('../../../verify/source.mjs', import.meta.url).href)) as {
  openSource: (folder: string) => unknown
}

describe('publishing, killed', () => {
  it('recovers at every step: nothing lost, nothing taken back, the public log good at every instant', async () => {
    const database = await newTestDatabase()
    const folder = join(home, '100001', 'log')
    const run = (entries: number, dieAt: number | 'in the transaction') => {
      const { status, signal, stdout, stderr } = spawnSync(
        process.execPath,
        [child, home, String(entries), String(dieAt)],
        { encoding: 'utf8', env: { ...process.env, ...(database ? { FAULT_DATABASE_URL: database } : {}) } },
      )
      assert.ok(
        signal === 'SIGKILL' || status === 0,
        `${String(status)} ${String(signal)} ${stdout} ${stderr}`,
      )
      return { killed: signal === 'SIGKILL', found: JSON.parse(stdout) as Found }
    }
    const outside = async (): Promise<number> => {
      const report = await verifyLog(openSource(folder))
      assert.deepEqual(report.convictions, [])
      return report.size ?? -1
    }

    // 254 entries to begin with, so that the first growth fills a tile and begins a level.
    assert.equal(run(254, 0).killed, false)
    let size = 254
    let seen = await outside()
    const aborted = run(0, 'in the transaction')
    assert.ok(aborted.killed)

    const kills: number[] = []
    for (let step = 1; ; step++) {
      const { killed, found } = run(3, step)
      assert.deepEqual(found.faults, [], `before step ${step}`)
      assert.deepEqual([found.size, found.recovered], [size, size], `before step ${step}`)
      size += 3
      const now = await outside()
      assert.ok(now >= seen, `the public log shrank from ${seen} to ${now} at step ${step}`)
      seen = now
      if (!killed) break
      kills.push(step)
    }
    // Two files of a block and the checkpoint, each written aside and put in place, and four steps between.
    assert.ok(kills.length >= 10, `${kills.length} steps`)
    assert.equal(seen, size)
    const { found } = run(0, 0)
    assert.deepEqual(found, { size, recovered: size, faults: [] })
    assert.deepEqual(readdirSync(join(folder, '.unfinished')), [], 'nothing half-written is left')
  })
})
