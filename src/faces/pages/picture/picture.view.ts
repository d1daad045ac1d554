import type { RecipientId } from '../../../core/vocabulary/index.ts'
import { shortDate } from '../words/dates.ts'
import { number } from '../words/numbers.ts'

/** "What left, by recipient over time": ready coordinates for the picture, and the same numbers as a table. */
export interface PictureView {
  readonly title: string
  readonly step: 'day' | 'week'
  readonly periods: readonly string[]
  readonly rows: readonly {
    readonly recipient: string
    readonly total: string
    readonly numbers: readonly string[]
  }[]
  readonly svg: {
    readonly width: number
    readonly height: number
    readonly labels: readonly { readonly x: number; readonly y: number; readonly text: string }[]
    readonly ticks: readonly { readonly x: number; readonly y: number; readonly text: string }[]
    readonly lines: readonly { readonly y: number }[]
    readonly left: number
    readonly bars: readonly {
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
      readonly text: string
      readonly textX: number
      readonly textY: number
    }[]
  }
}

export interface Left {
  readonly recipientId: RecipientId
  readonly day: string
  readonly records: number
}

const dayLength = 86_400_000
const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`)

/** Fourteen days up to today when all that left is so recent, else weeks (at most twelve). Null when nothing left. */
export function pictureView(
  left: readonly Left[],
  names: ReadonlyMap<RecipientId, string>,
  today: string,
): PictureView | null {
  if (left.length === 0) return null
  const oldest = Math.min(...left.map((one) => noon(one.day)))
  const byWeek = noon(today) - oldest >= 14 * dayLength
  const length = byWeek ? 7 * dayLength : dayLength
  const slots = byWeek ? Math.min(12, Math.floor((noon(today) - oldest) / length) + 1) : 7
  const slotCount = byWeek ? slots : Math.max(7, Math.floor((noon(today) - oldest) / dayLength) + 1)
  const slotOf = (day: string): number => slotCount - 1 - Math.floor((noon(today) - noon(day)) / length)

  const byRecipient = new Map<RecipientId, number[]>()
  for (const one of left) {
    const slot = slotOf(one.day)
    if (slot < 0 || slot >= slotCount) continue
    const numbers = byRecipient.get(one.recipientId) ?? Array<number>(slotCount).fill(0)
    numbers[slot] = (numbers[slot] ?? 0) + one.records
    byRecipient.set(one.recipientId, numbers)
  }
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
  const rows = [...byRecipient]
    .map(([id, numbers]) => ({ recipient: names.get(id) ?? id, numbers }))
    .sort((a, b) => sum(b.numbers) - sum(a.numbers) || a.recipient.localeCompare(b.recipient))
  const periods = Array.from({ length: slotCount }, (_, slot) =>
    shortDate(new Date(noon(today) - (slotCount - 1 - slot) * length)),
  )
  return {
    title: byWeek
      ? `Pupil records released in the last ${slotCount} weeks, by recipient`
      : `Pupil records released in the last ${slotCount} days, by recipient`,
    step: byWeek ? 'week' : 'day',
    periods,
    rows: rows.map((row) => ({
      recipient: row.recipient,
      total: number(sum(row.numbers)),
      numbers: row.numbers.map(number),
    })),
    svg: draw(rows, periods),
  }
}

const width = 960
const left = 300
const rowHeight = 34
const head = 26

function draw(
  rows: readonly { recipient: string; numbers: readonly number[] }[],
  periods: readonly string[],
): PictureView['svg'] {
  const slot = (width - left) / periods.length
  const largest = Math.max(1, ...rows.flatMap((row) => row.numbers))
  const barWidth = Math.min(64, slot - 8)
  const base = (index: number): number => head + (index + 1) * rowHeight
  const tallest = rowHeight - 16
  return {
    width,
    left,
    height: head + rows.length * rowHeight + 6,
    labels: rows.map((row, index) => ({ x: 0, y: base(index) - 4, text: shorten(row.recipient) })),
    ticks: periods.map((text, index) => ({ x: left + (index + 0.5) * slot, y: 14, text })),
    lines: rows.map((_, index) => ({ y: base(index) + 0.5 })),
    bars: rows.flatMap((row, index) =>
      row.numbers.flatMap((records, period) => {
        if (records === 0) return []
        const height = Math.max(2, Math.round((records / largest) * tallest))
        const x = left + (period + 0.5) * slot - barWidth / 2
        return [
          {
            x,
            y: base(index) - height,
            width: barWidth,
            height,
            text: number(records),
            textX: left + (period + 0.5) * slot,
            textY: base(index) - height - 2,
          },
        ]
      }),
    ),
  }
}

const shorten = (text: string): string => (text.length <= 42 ? text : `${text.slice(0, 41).trimEnd()}…`)
