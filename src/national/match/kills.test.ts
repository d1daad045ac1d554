import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, test } from 'node:test'
import type { Stood } from './testing/match-and-die.ts'

const script = fileURLToPath(new URL('testing/match-and-die.ts', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'gatehouse-match-kills-'))
after(() => {
  rmSync(home, { recursive: true, force: true })
})

const play = (dieBefore: string, receive: string): Stood | null => {
  const { stdout, stderr, signal } = spawnSync(process.execPath, [script, home, dieBefore, receive], {
    encoding: 'utf8',
  })
  if (dieBefore === '') assert.notEqual(stdout, '', stderr)
  else assert.equal(signal, 'SIGKILL', stderr)
  return stdout === '' ? null : (JSON.parse(stdout) as Stood)
}

test('killed before any step, the state is the one before; killed after the last, the one after', () => {
  play('', '0')
  // Each kill leaves the second return unmatched; what lay in plain form is gone with the next start.
  play('regroup', '1')
  assert.equal(readdirSync(join(home, 'match', 'spill')).length, 1)
  for (const step of ['read', 'score', 'write', 'commit']) play(step, '')
  assert.ok(readdirSync(join(home, 'match', 'state')).length > 4, 'files that no run lists lie there')
  const next = play('', '')
  assert.equal(next?.before, 1)
  assert.equal(next.run, 2)
  assert.deepEqual(next.stray, [])
  assert.deepEqual(next.spill, [])
  play('done', '2')
  const last = play('', '')
  assert.equal(last?.before, 3)
  assert.equal(last.run, null)
})
