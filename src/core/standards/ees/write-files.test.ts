import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { GatehouseError } from '../../vocabulary/index.ts'
import { testStandards } from './testing/test-standards.ts'
import { dataHeader, readMetaFile, readRows, writeDataFile, writeMetaFile, type EesMeta } from './index.ts'

const meta: EesMeta = [
  { type: 'Filter', column: 'sex', label: 'Sex', hint: 'As the census has it, "M" or "F"' },
  { type: 'Filter', column: 'need', label: 'Need', groupingColumn: 'need_group', default: 'All pupils' },
  { type: 'Indicator', column: 'pupil_count', label: 'Pupils, all', decimalPlaces: 0 },
  {
    type: 'Indicator',
    column: 'pupil_percent',
    label: 'Share',
    unit: '%',
    decimalPlaces: 1,
    grouping: 'Rates',
  },
]

// eslint-disable-next-line @typescript-eslint/require-await
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function written(rows: readonly Record<string, string>[]): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  const shape = { levels: ['Local authority', 'National', 'Regional'], meta }
  for await (const part of writeDataFile(testStandards, shape, rows)) parts.push(part)
  return Buffer.concat(parts)
}

async function read(bytes: Uint8Array, size: number): Promise<readonly string[][]> {
  const rows: string[][] = []
  for await (const portion of readRows(pieces(bytes, size))) rows.push(...portion.rows.map((row) => [...row]))
  return rows
}

describe('the pair of files', () => {
  it('has the standard’s columns in their order, whatever order the levels are named in', () => {
    assert.deepEqual(
      dataHeader(testStandards, { levels: ['Local authority', 'National', 'Regional'], meta }),
      [
        ...['time_period', 'time_identifier', 'geographic_level', 'country_code', 'country_name'],
        ...['region_code', 'region_name', 'new_la_code', 'la_name', 'old_la_code'],
        ...['sex', 'need_group', 'need', 'pupil_count', 'pupil_percent'],
      ],
    )
  })

  it('gives back what was written, in pieces of any size', async () => {
    const cell = fc.stringMatching(/^[a-zA-Z0-9 ,"£é%.\n]{0,12}$/)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ sex: cell, la_name: cell, pupil_count: cell }, { noNullPrototype: true }), {
          maxLength: 6,
        }),
        fc.integer({ min: 1, max: 60 }),
        async (rows, size) => {
          const back = await read(await written(rows.map((row) => ({ time_period: '202526', ...row }))), size)
          const header = back[0] ?? []
          assert.deepEqual(
            back.slice(1).map((row) => ({
              sex: row[header.indexOf('sex')],
              la_name: row[header.indexOf('la_name')],
              pupil_count: row[header.indexOf('pupil_count')],
            })),
            rows,
          )
        },
      ),
    )
  })

  it('gives the metadata back', async () => {
    for (const size of [1, 7, 10_000])
      assert.deepEqual(await readMetaFile(pieces(writeMetaFile(meta), size)), meta)
  })

  it('refuses what can’t be published: formulas, unknown columns and levels, broken quotes', async () => {
    await assert.rejects(written([{ sex: '=1+1' }]), { code: 'bad-input' })
    await assert.rejects(written([{ surname: 'x' }]), { code: 'bad-input' })
    assert.throws(() => dataHeader(testStandards, { levels: ['Parish'], meta }), GatehouseError)
    for (const text of ['a,b\n"x,1\n', 'a,b\n1,x"y\n', 'a\n"x"y\n']) {
      for (const size of [1, 3, 100])
        await assert.rejects(read(new TextEncoder().encode(text), size), { code: 'bad-input' }, text)
    }
    await assert.rejects(read(new Uint8Array([0x61, 0x0a, 0xff, 0x0a]), 9), { code: 'bad-input' })
    assert.equal((await read(await written([{ pupil_count: '-4.5' }]), 50)).length, 2)
  })
})
