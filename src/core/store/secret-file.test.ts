import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'
import { createOrLoadSecret } from './secret-file.ts'

const home = mkdtempSync(join(tmpdir(), 'gatehouse-secret-'))
after(() => rmSync(home, { recursive: true }))
const of = { file: join(home, 'keys', 'a.key'), cannot: 'The key can’t be used.', todo: 'Put it back.' }

it('of many makers at once one wins, and nothing lies beside it', async () => {
  const got = await Promise.all(
    Array.from({ length: 20 }, (_, i) => createOrLoadSecret(of, () => `secret ${i}`)),
  )
  assert.equal(new Set(got.map(String)).size, 1)
  assert.deepEqual(await createOrLoadSecret(of, () => 'another'), got[0])
  assert.deepEqual(readdirSync(join(home, 'keys')), ['a.key'])
  assert.equal(statSync(of.file).mode & 0o777, 0o600)
})

it('leaves nothing of one that could not be made', async () => {
  const other = { ...of, file: join(home, 'keys', 'b.key') }
  await assert.rejects(
    createOrLoadSecret(other, () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.deepEqual(readdirSync(join(home, 'keys')), ['a.key'])
})

it('refuses one that others may read', async () => {
  chmodSync(of.file, 0o640)
  await assert.rejects(
    createOrLoadSecret(of, () => 'x'),
    { code: 'misconfigured', where: of.file, todo: of.todo },
  )
})
