import assert from 'node:assert/strict'
import { it } from 'node:test'
import { checkReturn } from './check-return.ts'
import type { Finding } from './finding.ts'
import { sampleReturn, termOf } from './testing/sample-return.ts'

const term = await termOf('school-census', 2026, 'SPR')
const message = await sampleReturn(term, 60, (pupil) => (pupil % 7 === 0 ? { language: 'ZZZ' } : {}))

async function found(sparingFrom?: number): Promise<readonly Finding[]> {
  // eslint-disable-next-line @typescript-eslint/require-await
  async function* source(): AsyncGenerator<Uint8Array> {
    yield message
  }
  const checked = await checkReturn(source(), term, {}, null, sparingFrom)
  assert.ok(checked.ok)
  assert.equal(checked.value.counts.get('pupil'), 60)
  await checked.value.close()
  return checked.value.findings
}

it('finds the same whether it spares memory or not', async () => {
  const usual = await found()
  assert.ok(usual.length > 9)
  assert.deepEqual(await found(0), usual)
})
