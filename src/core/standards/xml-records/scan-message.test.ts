import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { scanMessage } from './scan-message.ts'
import { example, exampleTables, scanExample } from './testing/scan-example.ts'

const exampleRows = {
  header: [['7', '101', '7', '4', '2026', 'Ex & Söhne €']],
  pupil: [
    ['7', '102', '7', '10', 'true', 'A1', "O'<Neill>"],
    ['7', '106', '7', '14', 'true', 'A2', 'two lines'],
    ['7', '107', '7', '17', 'false', 'A3', ''],
  ],
  need: [
    ['7', '103', '102', '12', 'SPLD'],
    ['7', '104', '102', '12', ' '],
    ['7', '105', '102', '12', ''],
  ],
}

void test('a message’s records, their numbers, parents, lines and values', () => {
  const { rows, notes, fault } = scanExample(example)
  assert.equal(fault, null)
  assert.deepEqual(rows, exampleRows)
  assert.deepEqual(notes, [{ code: 'unknown-element', line: 15, path: 'M/Pupils/On/Pupil/Other' }])
})

void test('the rows are the same wherever the chunks end', () => {
  const bytes = Buffer.from(example)
  const whole = scanExample(bytes)
  for (let at = 1; at < bytes.length; at++)
    assert.deepEqual(scanExample(bytes, [at, bytes.length]), whole, `a boundary at byte ${String(at)}`)
  for (const sizes of [[1], [2], [3, 1], [5, 7, 11]]) assert.deepEqual(scanExample(bytes, sizes), whole)
})

void test('a message cut off anywhere is refused, by its own fault and at its place', () => {
  const bytes = Buffer.from(example.trimEnd())
  const end = bytes.lastIndexOf('</M>') + 4
  for (let at = 0; at < bytes.length; at++) {
    const { fault } = scanExample(bytes.subarray(0, at), [at % 7 === 0 ? 5 : 4096])
    if (at === end || at === end + 1) assert.equal(fault, null)
    else
      assert.match(
        fault?.message ?? 'none',
        at === 0 ? /empty/ : /ends (before|inside)/,
        `byte ${String(at)}`,
      )
  }
})

void test('a stream of chunks of any size is read', async () => {
  for (const size of [1, 1000, 40_000]) {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-scan-'))
    try {
      const many = example.replace('<Need/>', '<Need/>'.repeat(20_000))
      const chunks = Array.from({ length: Math.ceil(many.length / size) }, (_, i) =>
        Buffer.from(many.slice(i * size, (i + 1) * size)),
      )
      const read = await scanMessage(chunks, {
        root: 'M',
        tables: exampleTables,
        folder,
        returnId: 1,
        after: 0,
      })
      assert.ok(read.ok, JSON.stringify(read))
      assert.equal(read.value.rows.get('need')?.rows, 20_002)
      assert.equal(readFileSync(join(folder, 'need.rows'), 'utf8').split('\n').length, 20_003)
      assert.equal(read.value.bytes, Buffer.byteLength(many))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
})

void test('what is unknown, doubled or out of place is passed over and noted, up to a bound', () => {
  const { rows, notes } = scanExample(
    `<M><Header><Details><Year>1</Year><Year>2</Year></Details></Header><Header><Source>x</Source></Header>
     text <Pupils>more<On><Pupil><Ids><UPN>A<b>B</b>C</UPN></Ids></Pupil></On></Pupils></M>`,
  )
  assert.deepEqual(rows['header'], [['7', '101', '7', '1', '1', '']])
  assert.deepEqual(rows['pupil'], [['7', '102', '7', '2', 'true', 'AC', '']])
  assert.deepEqual(
    notes.map(({ code, line, path }) => `${code} ${String(line)} ${path}`),
    [
      'repeated-element 1 M/Header/Details/Year',
      'repeated-element 1 M/Header',
      'text-out-of-place 2 M',
      'text-out-of-place 2 M/Pupils',
      'unknown-element 2 M/Pupils/On/Pupil/Ids/UPN/b',
    ],
  )
  const many = scanExample(`<M>${'<x/>'.repeat(30)}</M>`, [9], { notes: 10 })
  assert.deepEqual([many.notes.length, many.moreNotes], [10, 20])
})
