import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { GatehouseError } from '../../vocabulary/index.ts'
import { parseWritten, readCsv, writeCsv, type CsvReading, type CsvRow } from './index.ts'

// eslint-disable-next-line @typescript-eslint/require-await
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function read(input: Uint8Array | string, reading?: CsvReading, size = 7): Promise<CsvRow[]> {
  const rows: CsvRow[] = []
  const all = typeof input === 'string' ? bytes(input) : input
  for await (const row of readCsv(pieces(all, size), reading)) rows.push(row)
  return rows
}

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.stringMatching(/^['"=+\-@, \r\n\t;a-z0-9]{0,12}$/),
  fc.constantFrom('', '"', '""', 'a,b', "'", "''=1", 'é', 'e\u0301', '=1+1', '-5', '+44'),
)
const table = fc
  .integer({ min: 1, max: 6 })
  .chain((width) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
  )

const normal = (rows: readonly (readonly string[])[]): string[][] =>
  rows.map((row) => row.map((text) => text.normalize('NFC')))

describe('writing CSV', () => {
  it('comes back as it was given, through the check before egress and through the stream', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom('\r\n' as const, '\n' as const), async (rows, lineEnd) => {
        let written: Uint8Array
        try {
          written = writeCsv(rows, { formula: 'prefix', lineEnd })
        } catch (error) {
          // Only a forbidden character may stop a prefixed file.
          assert.ok(error instanceof GatehouseError)

          assert.match(rows.flat().join(''), /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/)
          return
        }
        const back = parseWritten(written, 'prefix')
        assert.deepEqual([back.header, ...back.rows], normal(rows))
        const streamed = await read(written, {}, 5)
        const guarded = parseWritten(written, 'refuse')
        assert.deepEqual(
          streamed.map((row) => row.cells),
          [guarded.header, ...guarded.rows].map((row) => row.map((text) => text.replace(/\r\n?/g, '\n'))),
        )
      }),
      { numRuns: 400 },
    )
  })

  it('never lets a cell begin like a formula', () => {
    fc.assert(
      fc.property(table, (rows) => {
        for (const formula of ['refuse', 'prefix'] as const) {
          let written: Uint8Array
          try {
            written = writeCsv(rows, { formula })
          } catch (error) {
            assert.ok(error instanceof GatehouseError)
            continue
          }
          const raw = parseWritten(written, 'refuse')
          for (const text of [raw.header, ...raw.rows].flat()) {
            assert.doesNotMatch(text, /^(?![+-][\d ().]+$)[=+\-@\t\r\n]/)
          }
        }
      }),
      { numRuns: 400 },
    )
  })

  it('refuses a formula by its place, without repeating it', () => {
    assert.throws(
      () => writeCsv([['Name'], ['=HYPERLINK("secret")']], { formula: 'refuse' }),
      (error: GatehouseError) => {
        assert.equal(error.where, 'row 2, column 1')
        assert.doesNotMatch(error.explain(), /secret/)
        return true
      },
    )
  })

  it('writes UTF-8 without a mark, CRLF, composed accents, quotes doubled', () => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      writeCsv(
        [
          ['a', 'b'],
          ['e\u0301', 'x "y", z'],
          ['', ' padded'],
        ],
        { formula: 'refuse' },
      ),
    )
    assert.equal(text, 'a,b\r\né,"x ""y"", z"\r\n," padded"\r\n')
  })

  it('refuses ragged rows, no header, lone surrogates and NUL', () => {
    for (const rows of [[['a', 'b'], ['c']], [], [[]], [['\ud800']], [['a\u0000']]]) {
      assert.throws(() => writeCsv(rows, { formula: 'prefix' }), GatehouseError)
    }
  })

  it('refuses at the egress check what it would not have written', () => {
    for (const text of [
      '\ufeffa\r\n1\r\n',
      'a,b\r\n1\r\n',
      '',
      'a\r\n\r\n1\r\n',
      'a\r\nx"y\r\n',
      'a\r\n"x',
    ]) {
      assert.throws(() => parseWritten(bytes(text), 'refuse'), GatehouseError, JSON.stringify(text))
    }
    assert.throws(() => parseWritten(new Uint8Array([0x61, 0xff]), 'refuse'), GatehouseError)
  })
})

describe('reading CSV', () => {
  it('gives each row the line it begins on, whatever the line ends and pieces', async () => {
    for (const end of ['\r\n', '\n', '\r']) {
      const text = ['a,b', '"x', 'y",2', '', '3,4', '5', ''].join(end)
      for (const size of [1, 2, 3, 1000]) {
        assert.deepEqual(
          await read(text, {}, size),
          [
            { line: 1, cells: ['a', 'b'] },
            { line: 2, cells: ['x\ny', '2'] },
            { line: 5, cells: ['3', '4'] },
            { line: 6, cells: ['5'] },
          ],
          JSON.stringify([end, size]),
        )
      }
    }
  })

  it('takes a byte-order mark off', async () => {
    assert.deepEqual(await read('\ufeffa\n1\n'), [
      { line: 1, cells: ['a'] },
      { line: 2, cells: ['1'] },
    ])
  })

  it('reads Windows-1252 when told or when it shows, and refuses it by line otherwise', async () => {
    const latin = Buffer.from('Name\nAnn\nZo\xeb O\x92Brien\nRen\xe9e\n', 'latin1')
    for (const encoding of ['windows-1252', 'detect'] as const) {
      for (const size of [1, 3, 100]) {
        assert.deepEqual(
          (await read(latin, { encoding }, size)).map((row) => row.cells[0]),
          ['Name', 'Ann', 'Zoë O’Brien', 'Renée'],
        )
      }
    }
    for (const size of [1, 3, 100]) {
      await assert.rejects(read(latin, {}, size), { code: 'bad-input', where: 'line 3' })
    }
    assert.equal((await read('Zoë\n', { encoding: 'detect' }, 1))[0]?.cells[0], 'Zoë')
  })

  it('names the line of what it refuses', async () => {
    const cases: [string, Uint8Array | string, string, CsvReading?][] = [
      ['NUL', 'a,b\n1,2\n3,\u00004\n', 'line 3'],
      ['UTF-16', Buffer.from('\ufeffa,b\n', 'utf16le'), 'line 1'],
      ['UTF-16 without a mark', Buffer.from('a,b\n1,2\n', 'utf16le'), 'line 1'],
      ['quote never closed', 'a,b\n1,2\n"3,4\n5,6\n', 'line 3'],
      ['quote inside a cell', 'a,b\n1,x"y\n', 'line 2'],
      ['text after a closing quote', 'a,b\n1,"x"y\n', 'line 2'],
      ['giant cell', `a,b\n1,${'x'.repeat(20_000)}\n`, 'line 2'],
      ['giant row', `a,b\n1,2\n"${'x'.repeat(2_000_000)}"\n`, 'line 3'],
      ['too many columns', `a,b\n${'x,'.repeat(400)}\n`, 'line 2'],
      ['truncated character', Buffer.from([0x61, 0x0a, 0x62, 0xc3]), 'line 2'],
      [
        'undefined in Windows-1252',
        Buffer.from('a\nb\x81\n', 'latin1'),
        'line 2',
        { encoding: 'windows-1252' },
      ],
    ]
    for (const [name, input, where, reading] of cases) {
      for (const size of [1, 64, 5_000_000]) {
        if (size === 1 && input.length > 100_000) continue
        await assert.rejects(
          read(input, reading, size),
          { code: 'bad-input', where },
          `${name} in pieces of ${size}`,
        )
      }
    }
  })

  it('survives any damage: rows or a GatehouseError, nothing else', async () => {
    const good = bytes('Id,Name,Born\n1,"O\'Brien, Zoë",2015-02-03\n2,"say ""hi""",2016-01-01\n')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(good.length),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('utf-8' as const, 'windows-1252' as const, 'detect' as const),
        async (flips, cut, size, encoding) => {
          const damaged = good.slice(0, good.length - (cut % 30))
          for (const [at, value] of flips) if (at < damaged.length) damaged[at] = value
          try {
            for (const row of await read(damaged, { encoding }, size)) assert.ok(row.line >= 1)
          } catch (error) {
            assert.ok(error instanceof GatehouseError, String(error))
            assert.match(error.where ?? '', /^line \d+$/)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('stops reading its source when the caller stops', async () => {
    let ended = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          await new Promise((resolve) => setImmediate(resolve))
          yield bytes('a,b\n')
        }
      } finally {
        ended = true
      }
    }
    for await (const row of readCsv(endless())) {
      assert.equal(row.line, 1)
      break
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.ok(ended)
  })
})

describe('numbers under the formula guard', () => {
  it('lets an international telephone number and a signed number pass as they are', () => {
    for (const cell of ['+44 7700 900123', '+44 (0)7700 900123', '-4.5', '+1']) {
      for (const formula of ['refuse', 'prefix'] as const) {
        const bytes = writeCsv(
          [
            ['a', 'b'],
            [cell, 'x'],
          ],
          { formula },
        )
        assert.deepEqual(parseWritten(bytes, formula).rows, [[cell, 'x']])
        assert.ok(new TextDecoder().decode(bytes).includes(`\n${cell},`))
      }
    }
  })

  it('still refuses what only begins like a number', () => {
    for (const cell of ['+44|cmd', '-1+cmd()', '+1=2', '-2-3', '+A1', '+ 4', '-4.5.6']) {
      assert.throws(() => writeCsv([['a'], [cell]], { formula: 'refuse' }), { code: 'bad-input' })
    }
  })
})
