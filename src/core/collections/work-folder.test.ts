import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'
import { sampleReturn, termOf } from './testing/sample-return.ts'
import { makeWorkFolder } from './work-folder.ts'

const within = mkdtempSync(join(tmpdir(), 'gatehouse-work-'))
after(() => rmSync(within, { recursive: true, force: true }))

/** Begins to check a return that never ends, and says so when its rows lie on the disk. */
const script = `
import { checkReturn } from '${new URL('check-return.ts', import.meta.url).href}'
import { termOf } from '${new URL('testing/sample-return.ts', import.meta.url).href}'
async function* endless() {
  yield await new Promise((resolve) => process.stdin.once('data', resolve))
  process.stdout.write('read')
  setInterval(() => undefined, 1000)
  await new Promise(() => undefined)
}
await checkReturn(endless(), await termOf('school-census', 2026, 'SPR'))
`

it('leaves nothing of a check that was killed after the next has begun', { timeout: 60_000 }, async () => {
  const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR: within }
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const message = await sampleReturn(await termOf('school-census', 2026, 'SPR'), 30)
  child.stdin.write(message.subarray(0, message.length - 20))
  await once(child.stdout, 'data')
  const left = (): readonly string[] =>
    readdirSync(within, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.rows'))
  assert.ok(left().length > 0)
  const alive = await makeWorkFolder(within)
  assert.ok(left().length > 0, 'its process goes on')
  child.kill('SIGKILL')
  await once(child, 'close')
  const others = join(within, 'gatehouse-return~another-machine~1~abc')
  mkdirSync(others)
  const next = await makeWorkFolder(within)
  assert.deepEqual(left(), [])
  for (const each of [alive, next, others]) assert.ok(existsSync(each))
})

it('knows a process that ended by when it began, where another has its number', async () => {
  const mine = await makeWorkFolder(within)
  const [host = '', pid = ''] = mine.split('~').slice(-4)
  assert.equal(pid, String(process.pid))
  const before = join(within, `gatehouse-return~${host}~${pid}~1~abc`)
  mkdirSync(before)
  await makeWorkFolder(within)
  assert.ok(existsSync(mine))
  assert.ok(!existsSync(before))
})
