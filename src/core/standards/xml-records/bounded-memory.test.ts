import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { scanMessage } from './scan-message.ts'
import { exampleTables } from './testing/scan-example.ts'

const mebibyte = 2 ** 20

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** As many pupils as make up so many bytes; each chunk is made when it is asked for. */
function* pupils(bytes: number): Generator<Buffer> {
  yield Buffer.from('<M><Pupils><On>')
  const block = Buffer.from(
    '<Pupil>\n  <Ids>\n    <UPN>A123456789012</UPN>\n    <Name>Example</Name>\n  </Ids>\n</Pupil>\n'.repeat(
      1500,
    ),
  )
  for (let made = 0; made < bytes; made += block.length) yield Buffer.from(block)
  yield Buffer.from('</On></Pupils></M>')
}

async function peakOf(bytes: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-scan-'))
  let peak = 0
  function* watched(): Generator<Buffer> {
    let n = 0
    for (const chunk of pupils(bytes)) {
      yield chunk
      if (n++ % 100 === 0) {
        collect()
        const { heapUsed, arrayBuffers } = process.memoryUsage()
        peak = Math.max(peak, heapUsed + arrayBuffers)
      }
    }
  }
  try {
    const read = await scanMessage(watched(), {
      root: 'M',
      tables: exampleTables,
      folder,
      returnId: 1,
      after: 0,
    })
    assert.ok(read.ok)
    return peak
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

void test('memory does not grow with the message', async () => {
  await peakOf(4 * mebibyte)
  const [small, large] = [await peakOf(4 * mebibyte), await peakOf(96 * mebibyte)]
  assert.ok(large - small < 24 * mebibyte, `${String(Math.round((large - small) / mebibyte))} MiB more`)
})
