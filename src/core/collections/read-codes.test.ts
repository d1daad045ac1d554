import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { readCodes } from './read-codes.ts'

const policy = join(import.meta.dirname, '../../../policy')

void test('a further column of a file divides its codes', async () => {
  const read = await readCodes(policy, {}, new Map())
  assert.ok(read.ok)
  const of = (set: string): readonly string[] => (read.value.get(set) ?? []).map(({ code }) => code)
  const allowed = of('la-number.valid_in_upn.yes')
  assert.ok(allowed.includes('894') && allowed.includes('942'))
  assert.ok(!allowed.includes('MMM'))
  assert.ok(of('la-number').includes('MMM'))
  assert.deepEqual([...allowed, ...of('la-number.valid_in_upn.no')].toSorted(), of('la-number').toSorted())
  assert.equal(read.value.has('la-number.note.yes'), false)
})

void test('a list of the collection itself is not divided', async () => {
  const read = await readCodes(policy, { sides: ['left', 'right'] }, new Map())
  assert.ok(read.ok)
  assert.deepEqual(read.value.get('sides'), [
    { code: 'left', from: null, to: null },
    { code: 'right', from: null, to: null },
  ])
})
