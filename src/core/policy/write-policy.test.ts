import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { readPolicyFolder, writePolicy, type Policy } from './index.ts'
import { policyFolder } from './testing/changed-policy.ts'

async function readBack(policy: Policy): Promise<Policy> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-written-'))
  try {
    await mkdir(join(folder, 'recipients'))
    await mkdir(join(folder, 'agreements'))
    for (const [name, text] of writePolicy(policy)) await writeFile(join(folder, name), text)
    const read = await readPolicyFolder(folder)
    assert.ok(read.ok, JSON.stringify(!read.ok && read.error, null, 1))
    return read.value
  } finally {
    await rm(folder, { recursive: true })
  }
}

const read = await readPolicyFolder(policyFolder)
assert.ok(read.ok)
const policy = read.value

describe('a policy written out', () => {
  it('reads back as the same policy, in the same order', async () => {
    const again = await readBack(policy)
    assert.deepEqual(again, policy)
    assert.deepEqual([...again.items.keys()], [...policy.items.keys()])
    assert.deepEqual([...again.populations.keys()], [...policy.populations.keys()])
  })

  it('is the same text when written again', async () => {
    assert.deepEqual(writePolicy(await readBack(policy)), writePolicy(policy))
  })

  it('gives populations their names back', () => {
    const text = writePolicy(policy).get('agreements/otrack.yaml') ?? ''
    assert.match(text, /use: reception-to-year-6/)
    assert.match(text, /^ {2}- \{ item: pupil\.yearGroup \}$/m)
  })
})
