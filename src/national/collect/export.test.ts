import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { openTestStore } from '../../../test/support/store.ts'
import { exportReturn, receiveReturn } from './index.ts'
import { bodyFile, returnFolder } from './return-files.ts'
import { asBytes, censusMessage } from './testing/census-message.ts'
import {
  agentOf,
  headOf,
  testCollector,
  testSource,
  testTime,
  theOperator,
} from './testing/test-collector.ts'

const store = await openTestStore()
const collector = await testCollector(store, [testSource('100001')])
const out = mkdtempSync(join(tmpdir(), 'gatehouse-export-'))
after(() => rmSync(out, { recursive: true, force: true }))
const message = censusMessage({ pupils: [{ surname: 'O’Brien, "Ann"' }, { surname: '=1+1' }] })
const received = await receiveReturn(
  collector,
  theOperator,
  { name: 'a.xml', open: asBytes(message) },
  testTime,
)
assert.ok(received.ok)
const { return: id, round } = received.value

describe('an export', () => {
  it('holds the message as it was received, and a CSV for each table', async () => {
    const exported = await exportReturn(collector, headOf('100001'), '100001', out)
    assert.deepEqual([...exported.files].sort(), [
      'address.csv',
      'header.csv',
      'message.xml',
      'pupil.csv',
      'school.csv',
    ])
    const folder = join(out, '894-100001-school-census-2026-AUT-1')
    assert.equal(readFileSync(join(folder, 'message.xml'), 'utf8'), message)
    const [header, ...pupils] = readFileSync(join(folder, 'pupil.csv'), 'utf8').trimEnd().split('\r\n')
    assert.match(header ?? '', /^lineage,return_id,source,n,parent,line,onRoll,upn/)
    assert.equal(pupils.length, 2)
    assert.ok(pupils[0]?.startsWith(`${id}/`) && pupils[0].includes('"O’Brien, ""Ann"""'))
    assert.ok(pupils[1]?.includes(",'=1+1,"))
    await assert.rejects(exportReturn(collector, theOperator, id, out), { code: 'conflict' })
  })

  it('is for whoever sees the return, and notices that kept bytes were changed', async () => {
    await assert.rejects(exportReturn(collector, agentOf('301'), id, out), { code: 'not-found' })
    appendFileSync(join(returnFolder(collector.home, round, id), bodyFile), 'x')
    const other = join(out, 'other')
    await assert.rejects(exportReturn(collector, theOperator, id, other), /opened|not those/)
    assert.deepEqual(readdirSync(other), [], 'what failed leaves nothing behind')
  })
})
