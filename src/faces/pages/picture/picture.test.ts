import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { pictureView } from './picture.view.ts'

const day = (back: number): string =>
  new Date(Date.parse('2026-11-24T12:00:00Z') - back * 86_400_000).toISOString().slice(0, 10)
const names = new Map([
  ['a', 'Alpha'],
  ['b', 'Beta'],
])

describe('the picture of what left', () => {
  it('is absent when nothing left', () => {
    assert.equal(pictureView([], names, '2026-11-24'), null)
  })

  it('shows days while all is recent, weeks after that', () => {
    assert.equal(pictureView([{ recipientId: 'a', day: day(13), records: 1 }], names, day(0))?.step, 'day')
    assert.equal(pictureView([{ recipientId: 'a', day: day(14), records: 1 }], names, day(0))?.step, 'week')
  })

  it('says in its table what it draws, loses nothing of the last twelve weeks, and stays inside its frame', () => {
    const left = fc.array(
      fc.record({
        recipientId: fc.constantFrom('a', 'b', 'c'),
        day: fc.integer({ min: 0, max: 83 }).map(day),
        records: fc.integer({ min: 1, max: 5000 }),
      }),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(left, (given) => {
        const view = pictureView(given, names, day(0))
        assert.ok(view)
        const figure = (text: string): number => Number(text.replaceAll(',', ''))
        const total = given.reduce((sum, one) => sum + one.records, 0)
        assert.equal(
          view.rows.reduce((sum, row) => sum + figure(row.total), 0),
          total,
        )
        const cells = view.rows.flatMap((row) => row.numbers).filter((text) => text !== '0')
        assert.deepEqual(view.svg.bars.map((bar) => bar.text).sort(), cells.sort())
        for (const bar of view.svg.bars) {
          assert.ok(bar.x >= view.svg.left && bar.x + bar.width <= view.svg.width)
          assert.ok(bar.y >= 0 && bar.y + bar.height <= view.svg.height)
        }
        assert.ok(view.rows.every((row) => row.numbers.length === view.periods.length))
      }),
    )
  })
})
