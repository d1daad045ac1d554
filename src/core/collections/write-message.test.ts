import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cellEnd, scanMessage } from '../standards/xml-records/index.ts'
import {
  readCollection,
  recordTables,
  termDefinition,
  writeMessage,
  type MessageRow,
  type MessageRows,
  type TermDefinition,
} from './index.ts'

const read = await readCollection('policy', 'school-census', 2026)
assert.ok(read.ok, JSON.stringify(read))
const definition = termDefinition(read.value, 'SPR')
assert.ok(definition)

/** The rows of a message as the scanner reads them, nested again. */
async function scanned(bytes: Iterable<Uint8Array>, term: TermDefinition): Promise<MessageRows> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-write-'))
  try {
    const report = await scanMessage(bytes, {
      root: term.message.root,
      tables: recordTables(term),
      folder,
      returnId: 1,
      after: 1,
    })
    assert.ok(report.ok, JSON.stringify(report))
    assert.deepEqual(report.value.notes, [])
    interface Open {
      readonly items: Record<string, string>
      readonly below: Record<string, Open[]>
    }
    const byNumber = new Map<string, Open>()
    const top: Open = { items: {}, below: {} }
    byNumber.set('1', top)
    const parents: [Open, string, string][] = []
    for (const [table, { file, rows }] of report.value.rows) {
      const columns = [...(term.tables.get(table)?.items.keys() ?? [])]
      const lines = (await readFile(file, 'utf8')).split('\n').slice(0, rows)
      const records = lines
        .map((line) => line.split(String.fromCharCode(cellEnd)))
        .sort((a, b) => Number(a[1]) - Number(b[1]))
      for (const [, n = '', parent = '', , ...cells] of records) {
        const items = Object.fromEntries(columns.flatMap((name, i) => (cells[i] ? [[name, cells[i]]] : [])))
        const open: Open = { items, below: {} }
        byNumber.set(n, open)
        parents.push([open, parent, table])
      }
    }
    for (const [open, parent, table] of parents) {
      const above = byNumber.get(parent)
      assert.ok(above)
      ;(above.below[table] ??= []).push(open)
    }
    return top.below
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Absent items and empty tables written out of a record, so that what was given can be compared with what was read. */
const plain = ({ items, below = {} }: MessageRow): MessageRow => ({
  items: Object.fromEntries(
    Object.entries(items)
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .sort(([a], [b]) => a.localeCompare(b)),
  ),
  below: Object.fromEntries(
    Object.entries(below)
      .filter(([, rows]) => rows.length > 0)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([table, rows]) => [table, rows.map(plain)]),
  ),
})
const plainRows = (rows: MessageRows): unknown =>
  Object.entries(rows)
    .map(([table, records]) => [table, [...records].map(plain)] as const)
    .filter(([, records]) => records.length > 0)
    .sort(([a], [b]) => a.localeCompare(b))

const value = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  // What a message can't hold, or reads as a space.
  .filter((text) => !/[\0-\x1f\ufffe\uffff]/.test(text) && text.isWellFormed())

function anyRow(term: TermDefinition, table: string, depth: number): fc.Arbitrary<MessageRow> {
  const shape = term.tables.get(table)
  assert.ok(shape)
  const set = new Set(shape.places.flatMap(({ sets }) => Object.keys(sets)))
  const names = [...shape.items.keys()].filter((name) => !set.has(name))
  const children = [...term.tables.values()].filter(({ parent, given }) => !given && parent === table)
  return fc.record({
    items: fc
      .uniqueArray(fc.tuple(fc.constantFrom(...names), fc.option(value)), {
        maxLength: 8,
        selector: ([name]) => name,
      })
      .map((pairs) => Object.fromEntries(pairs)),
    below: fc.record(
      Object.fromEntries(
        children.map(({ name }) => [
          name,
          depth > 2 ? fc.constant([]) : fc.array(anyRow(term, name, depth + 1), { maxLength: 2 }),
        ]),
      ),
    ),
  })
}

const withItem = (row: MessageRow, name: string, text: string): MessageRow => ({
  ...row,
  items: { ...row.items, [name]: text },
})

describe('writeMessage', () => {
  it('writes what the scanner reads, whatever the records hold', async () => {
    const pupils = fc
      .tuple(
        fc.array(anyRow(definition, 'pupil', 1), { maxLength: 3 }),
        fc.array(anyRow(definition, 'pupil', 1), { maxLength: 2 }),
      )
      .map(([on, off]) => [
        ...on.map((row) => withItem(row, 'onRoll', 'true')),
        ...off.map((row) => withItem(row, 'onRoll', 'false')),
      ])
    const message = fc.record({
      header: fc.array(anyRow(definition, 'header', 1), { maxLength: 1 }),
      school: fc.array(anyRow(definition, 'school', 1), { maxLength: 1 }),
      pupil: pupils,
    })
    await fc.assert(
      fc.asyncProperty(message, async (rows) => {
        const back = await scanned(writeMessage(definition, rows), definition)
        assert.deepEqual(plainRows(back), plainRows(rows))
      }),
      { numRuns: 60 },
    )
  })

  const text = (rows: MessageRows): string =>
    Buffer.concat([...writeMessage(definition, rows)]).toString('utf8')

  it('writes elements in the definition’s order, wrappers once, and nothing for what has no value', () => {
    const pupil = (onRoll: string, surname: string): MessageRow => ({
      items: { dob: '2019-01-02', surname, onRoll, forename: '', ethnicity: null },
      below: { senNeed: [], address: [{ items: { line1: '1 < 2 & 3 > "2"', postcode: 'TF1 1AA' } }] },
    })
    assert.equal(
      text({
        pupil: [pupil('true', 'A'), pupil('false', 'B')],
        school: [{ items: { phase: 'PS' } }],
      }).replaceAll('\n', ''),
      '<?xml version="1.0" encoding="UTF-8"?><Message>' +
        '<School><SchoolCharacteristics><Phase>PS</Phase></SchoolCharacteristics></School>' +
        '<Pupils><PupilsOnRoll><PupilOnRoll><PupilIdentifiers><Surname>A</Surname><DOB>2019-01-02</DOB></PupilIdentifiers>' +
        '<HomeInformation><Address><PostCode>TF1 1AA</PostCode><AddressLine1>1 &lt; 2 &amp; 3 &gt; "2"</AddressLine1></Address></HomeInformation></PupilOnRoll></PupilsOnRoll>' +
        '<PupilsNoLongerOnRoll><PupilNoLongerOnRoll><PupilIdentifiers><Surname>B</Surname><DOB>2019-01-02</DOB></PupilIdentifiers>' +
        '<HomeInformation><Address><PostCode>TF1 1AA</PostCode><AddressLine1>1 &lt; 2 &amp; 3 &gt; "2"</AddressLine1></Address></HomeInformation></PupilNoLongerOnRoll></PupilsNoLongerOnRoll></Pupils></Message>',
    )
  })

  it('takes a line break for the space that a reader takes it for', () => {
    assert.match(text({ school: [{ items: { schoolName: 'One\nTwo\tThree' } }] }), />One Two Three</)
  })

  it('refuses what no message can hold, and says where without the value', () => {
    const refused = (rows: MessageRows, where: string): void => {
      assert.throws(
        () => text(rows),
        (error: { code: string; where?: string; message: string }) =>
          error.code === 'bad-input' && error.where === where && !error.message.includes('secret'),
      )
    }
    for (const bad of ['secret\0', 'secret\x1f', 'secret\ufffe', 'secret\ud800', 'x'.repeat(65_537)])
      refused({ school: [{ items: { schoolName: bad } }] }, 'school.schoolName')
    refused({ school: [{ items: { surname: 'A' } }] }, 'school.surname')
    refused({ class: [{ items: {} }] }, 'class')
    refused({ previous: [{ items: {} }] }, 'previous')
    refused({ school: [{ items: {} }, { items: {} }] }, 'school')
    refused({ pupil: [{ items: { onRoll: 'false' } }, { items: { onRoll: 'true' } }] }, 'pupil')
  })

  it('holds no more than a part of a long message at a time', () => {
    function* many(): Generator<MessageRow> {
      for (let i = 0; i < 20_000; i++) yield { items: { onRoll: 'true', surname: `Pupil ${i}` } }
    }
    let longest = 0
    let bytes = 0
    for (const part of writeMessage(definition, { pupil: many() })) {
      longest = Math.max(longest, part.length)
      bytes += part.length
    }
    assert.ok(bytes > 1_000_000)
    assert.ok(longest < 100_000)
  })
})
