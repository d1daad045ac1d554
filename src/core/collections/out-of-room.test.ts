import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'
import { openAnalytics } from '../analytics/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'
import { outOfRoom } from './out-of-room.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-room-'))
after(() => rmSync(folder, { recursive: true, force: true }))

async function errorOf(memory: string, sql: string): Promise<unknown> {
  const analytics = await openAnalytics({ folders: [folder], spill: folder, memory, threads: 1 })
  try {
    await analytics.rows(sql)
  } catch (error) {
    return error
  } finally {
    analytics.close()
  }
  return null
}

it('tells a person that the engine has no room, and leaves other faults as they are', async () => {
  const small = outOfRoom(
    await errorOf('8MB', 'SELECT list(md5(i::VARCHAR)) AS all FROM range(1000000) AS r(i)'),
  )
  assert.ok(small instanceof GatehouseError)
  assert.equal(small.code, 'misconfigured')
  assert.match(small.todo ?? '', /TMPDIR/)
  const other = await errorOf('64MB', 'SELECT 1 FROM nothing')
  assert.ok(other instanceof Error && !(other instanceof GatehouseError))
  assert.equal(outOfRoom(other), other)
})
