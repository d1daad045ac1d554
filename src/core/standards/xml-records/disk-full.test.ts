import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'
import { scanMessage } from './scan-message.ts'
import { example, exampleTables } from './testing/scan-example.ts'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-full-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A device that takes nothing, as a full disk does. */
const full = '/dev/full'
const open = (): number => readdirSync('/proc/self/fd').length

it('leaves no file open where the disk is full', { skip: !existsSync(full) }, async () => {
  symlinkSync(full, join(folder, 'header.rows'))
  const reading = { root: 'M', tables: exampleTables, folder, returnId: 7, after: 0 }
  const before = open()
  for (let time = 0; time < 9; time++)
    await assert.rejects(scanMessage([Buffer.from(example)], reading), { code: 'ENOSPC' })
  assert.ok(open() < before + 9)
})

it('leaves no file open where one of them can’t be made', { skip: !existsSync(full) }, async () => {
  const reading = { root: 'M', tables: exampleTables, folder, returnId: 7, after: 0 }
  const tables = [...exampleTables, { ...exampleTables[2], name: 'no/folder' }] as typeof exampleTables
  const before = open()
  for (let time = 0; time < 9; time++)
    await assert.rejects(scanMessage([Buffer.from(example)], { ...reading, tables }), { code: 'ENOENT' })
  assert.ok(open() < before + 9)
})
