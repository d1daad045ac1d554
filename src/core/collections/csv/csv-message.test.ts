import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readPolicyFile, readShape } from '../../policy/index.ts'
import { checkReturn } from '../check-return.ts'
import { tablesShape } from '../definition-shapes.ts'
import type { CsvShape, TermDefinition } from '../definition.ts'
import { readTables } from '../read-tables.ts'
import { recognise } from '../recognise.ts'
import { csvTables, nameFits } from './csv-tables.ts'

const written = `
header:
  label: Header
  once: true
  at: [{ path: header }]
  items:
    collection: { path: Collection, type: text, label: Collection }
    year: { path: Year, type: integer, label: Year }
    source: { path: Source, type: text, label: Source, mayBeMarked: true }
result:
  label: Result
  at: [{ path: row }]
  items:
    pupil: { path: Pupil, type: text, label: Pupil }
    mark: { path: Mark, type: integer, label: Mark, mayBeMarked: true }
    late: { path: Late, type: text, label: Late, mayBeMarked: true, terms: [AUT] }
`

function tablesOf(yaml: string): TermDefinition['tables'] {
  const file = readPolicyFile('tables.yaml', yaml)
  const shaped = readShape(file, tablesShape)
  assert.ok(shaped.ok, JSON.stringify(shaped))
  const tables = readTables(file, shaped.value)
  assert.ok(tables.ok, JSON.stringify(tables))
  return tables.value
}

function definitionOf(header: CsvShape['header']): TermDefinition {
  const term = {
    name: 'YEAR',
    title: 'A year',
    census: '2026-07-07',
    previousCensus: null,
    due: null,
    periods: new Map<string, never>(),
    confidence: 'official',
  }
  return {
    id: 'example',
    year: 2026,
    title: 'Example',
    source: 'agency',
    law: { instrument: 'example', agreement: null },
    message: {
      root: '',
      known: ['EX'],
      csv: { marker: '-2', header, fileName: '(?<collection>[A-Z]+)-(?<year>[0-9]{4})\\.csv' },
    },
    tables: tablesOf(written),
    codes: new Map(),
    lists: new Map(),
    maps: new Map(),
    parameters: new Map(),
    measures: new Map(),
    terms: new Map([['YEAR', term]]),
    term,
    holidays: null,
    rules: [],
    listed: [],
  }
}
const byRecord = definitionOf('record')
const byName = definitionOf('name')

const header = 'Collection,Year,Source\r\nEX,2026,-2\r\n'
const sound = `${header}Pupil,Mark,Late\r\na,1,-2\r\n"b, c",-2,-2\r\n`

const stream = (text: string | Uint8Array, size = 7): AsyncIterable<Uint8Array> => {
  const bytes = Buffer.from(text)
  return Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, i * size + size),
    ),
  )
}

async function found(
  text: string,
  definition = byRecord,
  fileName: string | null = null,
): Promise<readonly string[]> {
  const result = await checkReturn(stream(text), definition, {}, fileName)
  assert.ok(result.ok, JSON.stringify(result))
  await result.value.close()
  return result.value.findings.map(({ rule, location }) => `${rule} ${location}`)
}

async function refused(text: string, definition = byRecord, fileName: string | null = null): Promise<string> {
  const result = await checkReturn(stream(text), definition, {}, fileName)
  assert.ok(!result.ok)
  return `${String(result.error.line)}: ${result.error.message}`
}

describe('a CSV message', () => {
  it('is loaded as it stands, and what is marked is absent', async () => {
    const result = await checkReturn(stream(sound), byRecord)
    assert.ok(result.ok)
    const { findings, counts, report } = result.value
    const analytics = await result.value.loaded()
    assert.deepEqual(findings, [])
    assert.deepEqual(Object.fromEntries(counts), { header: 1, result: 2 })
    assert.deepEqual([report.last, report.bytes], [4, Buffer.byteLength(sound)])
    assert.deepEqual(
      await analytics.rows('SELECT n, line, parent, pupil, mark, "mark$raw" AS raw FROM result ORDER BY n'),
      [
        { n: 3, line: 4, parent: 1, pupil: 'a', mark: 1, raw: '1' },
        { n: 4, line: 5, parent: 1, pupil: 'b, c', mark: null, raw: null },
      ],
    )
    await result.value.close()
  })

  it('has a finding where the marker may not stand, and where a cell is empty', async () => {
    assert.deepEqual(await found(sound.replace('a,1,-2', '-2,,').replace('EX,2026,-2', 'EX,-2,')), [
      'S7 Header: Year',
      'S8 Header: Source',
      'S7 Result 1, line 4: Pupil',
      'S8 Result 1, line 4: Mark, Late',
    ])
  })

  it('asks for an item in its term alone, and a marked one was not sent', async () => {
    assert.deepEqual(await found(sound.replace('a,1,-2', 'a,1,x')), [
      'S4 Result: Late, on 1 record in line 4',
    ])
  })

  it('leaves out rows that do not fit the columns, and says so', async () => {
    assert.deepEqual(await found(sound.replace('a,1,-2', 'a,1').replace('"b, c",', 'b, c,')), [
      'S5 line 4: 2 cells in place of 3',
      'S5 line 5: 4 cells in place of 3',
    ])
  })

  it('counts what it no longer keeps of such rows', async () => {
    const result = await checkReturn(stream(`${sound}${'x\r\n'.repeat(600)}`, 999), byRecord)
    assert.ok(result.ok)
    await result.value.close()
    assert.deepEqual([result.value.report.notes.length, result.value.report.moreNotes], [500, 100])
  })

  it('says other than the name of its file, whatever its capitals', async () => {
    assert.deepEqual(await found(sound, byRecord, 'ex-2026.CSV'), [])
    assert.deepEqual(await found(sound, byRecord, 'EX-2025.csv'), [
      'S6 line 2: the name of the file says another: Year',
    ])
    assert.deepEqual(await found(sound, byRecord, 'results.csv'), [
      'S6 line 2: the file is not named as the format asks',
    ])
  })

  it('is not read under other columns, or without them', async () => {
    assert.equal(
      await refused(sound.replace('Year,Source', 'Source,Year')),
      '1: Column 2 of the header is not Year: columns stand in their order.',
    )
    assert.equal(
      await refused(sound.replace('Pupil,Mark,Late', 'Pupil,Mark')),
      '3: Column 3 of the rows is not Late: columns stand in their order.',
    )
    assert.equal(
      await refused(sound.replace('Late\r\n', 'Late,More\r\n')),
      '3: The rows have more columns than the 3 of the format.',
    )
    assert.equal(
      await refused(sound.replace('2026,-2', '2026')),
      '2: The header has 2 values for its 3 columns.',
    )
    assert.equal(await refused(''), '1: The file ends before its header.')
    assert.equal(await refused(header), '1: The file ends before the columns of its rows.')
    assert.match(
      await refused('<Message><Header/></Message>'),
      /^1: Column 1 of the header is not Collection/,
    )
    assert.match(await refused(`${sound}"x`), /^6: A quotation mark is opened/)
  })

  it('never repeats what stands in the place of a column’s name', async () => {
    assert.doesNotMatch(await refused('Secret,Year,Source\r\n'), /Secret/)
  })

  it('keeps rows whole whatever its cells hold, and any number of them', async () => {
    const many = 20_000
    const row = '"x\u001fy\r\nz\u0001",12,-2\r\n'
    const result = await checkReturn(
      stream(`${header}Pupil,Mark,Late\r\n${row.repeat(many)}`, 65_536),
      byRecord,
    )
    assert.ok(result.ok)
    const { findings } = result.value
    const analytics = await result.value.loaded()
    assert.deepEqual(findings, [])
    assert.deepEqual(
      await analytics.rows('SELECT DISTINCT pupil, mark, count(*) OVER () AS many FROM result'),
      [{ pupil: 'x y z ', mark: 12, many }].map((each) => ({ ...each, pupil: 'x y z' })),
    )
    await result.value.close()
  })

  it('may have its header in the name of its file', async () => {
    const rows = 'Pupil,Mark,Late\r\na,1,-2\r\n'
    const result = await checkReturn(stream(rows), byName, {}, 'EX-2026.csv')
    assert.ok(result.ok)
    assert.deepEqual(await (await result.value.loaded()).rows('SELECT collection, year FROM header'), [
      { collection: 'EX', year: 2026 },
    ])
    await result.value.close()
    const recognised = await recognise(stream(rows), byName, 'ex-2026.csv')
    assert.ok(recognised.ok)
    assert.deepEqual(recognised.value, { collection: 'ex', year: '2026', source: '' })
    assert.match(await refused(rows, byName, 'rows.csv'), /^1: The name of the file/)
    assert.match(await refused(rows, byName), /^1: The name of the file/)
  })

  it('says what it is by its first two records, however long it is', async () => {
    let ended = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield Buffer.from(header)
        for (;;) {
          await new Promise((resolve) => setImmediate(resolve))
          yield Buffer.from('a,1,-2\r\n')
        }
      } finally {
        ended = true
      }
    }
    const recognised = await recognise(endless(), byRecord)
    assert.ok(recognised.ok)
    assert.deepEqual(recognised.value, { collection: 'EX', year: '2026', source: '' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.ok(ended)
  })

  it('is read or refused with a line, whatever damage it has', async () => {
    const good = Buffer.from(sound)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 5 }),
        fc.nat(good.length),
        async (flips, cut) => {
          const damaged = Buffer.from(good.subarray(0, good.length - (cut % 40)))
          for (const [at, value] of flips) if (at < damaged.length) damaged[at] = value
          const read = await recognise(stream(damaged), byRecord)
          if (!read.ok) assert.ok(read.error.line >= 1 && read.error.message.length > 0)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('tables of a CSV message', () => {
  it('are a header and rows, each item in one column', () => {
    assert.ok(csvTables({ tables: tablesOf(written) }))
    for (const [from, to] of [
      ['path: header', 'path: top'],
      ['path: row', 'path: rows/row'],
      ['path: Mark', 'path: Marks/Mark'],
      ['once: true\n  at: [{ path: header }]', 'at: [{ path: header }]'],
      ['result:\n  label: Result', 'result:\n  parent: header\n  label: Result'],
    ] as const) {
      assert.ok(written.includes(from), from)
      assert.equal(csvTables({ tables: tablesOf(written.replace(from, to)) }), null, to)
    }
  })

  it('are named as the file’s name names them', () => {
    const tables = csvTables(byRecord)
    const { csv } = byRecord.message
    assert.ok(tables && csv)
    assert.ok(nameFits(csv, tables))
    for (const fileName of ['(?<other>x)', '(?<year>x', '(x|(?<mark>y))'])
      assert.equal(nameFits({ ...csv, fileName }, tables), false, fileName)
  })
})
