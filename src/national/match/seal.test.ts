import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sealFile, unsealFile } from './seal.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-seal-'))
after(() => {
  rmSync(folder, { recursive: true })
})
const at = (name: string): string => join(folder, name)
const key = randomBytes(32)

test('a file comes back as it was, whatever its size', async () => {
  for (const [i, size] of [0, 1, 1 << 20, (1 << 20) + 1, 3 << 20].entries()) {
    const plain = randomBytes(size)
    writeFileSync(at(`plain${String(i)}`), plain)
    await sealFile(key, at(`plain${String(i)}`), at(`sealed${String(i)}`))
    await unsealFile(key, at(`sealed${String(i)}`), at(`again${String(i)}`))
    assert.deepEqual(readFileSync(at(`again${String(i)}`)), plain)
    if (size > 20) assert.ok(!readFileSync(at(`sealed${String(i)}`)).includes(plain.subarray(0, 20)))
  }
})

test('a changed, cut, reordered or foreign file is refused', async () => {
  writeFileSync(at('plain'), randomBytes(2.5 * (1 << 20)))
  await sealFile(key, at('plain'), at('whole'))
  const whole = readFileSync(at('whole'))
  const chunk = (1 << 20) + 28
  const wrong = {
    flipped: Buffer.from(whole).fill(whole.readUInt8(100) ^ 1, 100, 101),
    cut: whole.subarray(0, 8 + 2 * chunk),
    shortened: whole.subarray(0, -1),
    reordered: Buffer.concat([
      whole.subarray(0, 8),
      whole.subarray(8 + chunk, 8 + 2 * chunk),
      whole.subarray(8, 8 + chunk),
      whole.subarray(8 + 2 * chunk),
    ]),
    empty: Buffer.alloc(0),
  }
  for (const [name, bytes] of Object.entries(wrong)) {
    writeFileSync(at(name), bytes)
    await assert.rejects(unsealFile(key, at(name), at(`${name}.plain`)), { code: 'store-failed' }, name)
  }
  await assert.rejects(unsealFile(randomBytes(32), at('whole'), at('other')), { code: 'store-failed' })
})
