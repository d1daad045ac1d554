import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { openAnalytics } from '../../../core/analytics/index.ts'
import { makeFolder } from '../keep/durable.ts'
import { writeRows } from './part-draft.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-rows-'))
after(() => rmSync(folder, { recursive: true, force: true }))

describe('rows of a partition', () => {
  it('are the same bytes with little memory and one thread as with more', async () => {
    const query = `SELECT i AS n, 'P' || hash(i) AS pmr, CASE WHEN i % 7 = 0 THEN NULL ELSE 'text ' || (i % 1000) END AS text,
      (i * 7919) % 250 AS urn FROM range(1000000) AS r(i) ORDER BY urn, pmr NULLS FIRST, n`
    const digests: string[] = []
    for (const [memory, threads] of [
      ['128MB', 1],
      ['1GB', 2],
      ['1GB', 4],
    ] as const) {
      const own = join(folder, `${memory}-${String(threads)}`)
      await makeFolder(own)
      const analytics = await openAnalytics({ folders: [folder], memory, threads, spill: own })
      try {
        const draft = await writeRows(analytics, own, query)
        assert.equal(draft.rows, 1_000_000)
        digests.push(draft.content)
      } finally {
        analytics.close()
      }
    }
    assert.equal(new Set(digests).size, 1)
  })
})
