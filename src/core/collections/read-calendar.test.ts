import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readCalendar } from './read-calendar.ts'

const policy = join(import.meta.dirname, '../../../policy')
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-calendar-'))
after(() => rm(folder, { recursive: true, force: true }))

const day = (year: number, month: number, date: number): Date => new Date(Date.UTC(year, month - 1, date))
const plus = (date: Date, days: number): Date => new Date(date.getTime() + days * 86_400_000)
const written = (date: Date): string => date.toISOString().slice(0, 10)

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
function easter(year: number): Date {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100]
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114
  return day(year, Math.floor(f / 31), (f % 31) + 1)
}

const firstMonday = (year: number, month: number): Date => {
  const first = day(year, month, 1)
  return plus(first, (8 - first.getUTCDay()) % 7)
}

const lastMonday = (year: number, month: number): Date => {
  const last = plus(day(year, month + 1, 1), -1)
  return plus(last, -((last.getUTCDay() + 6) % 7))
}

/** The days themselves, or the next weekdays that are free where they fall on a weekend. */
function onWeekdays(dates: readonly Date[]): readonly string[] {
  const taken: string[] = []
  for (let date of dates) {
    while ([0, 6].includes(date.getUTCDay()) || taken.includes(written(date))) date = plus(date, 1)
    taken.push(written(date))
  }
  return taken
}

/** What a proclamation changed: days of their own, and in 2022 the spring holiday was moved. */
const proclaimed: Readonly<
  Record<number, { readonly more: readonly string[]; readonly not: readonly string[] }>
> = {
  2022: { more: ['2022-06-02', '2022-06-03', '2022-09-19'], not: ['2022-05-30'] },
  2023: { more: ['2023-05-08'], not: [] },
}

void test('England’s bank holidays are those that the rules and proclamations give', async () => {
  const read = await readCalendar(policy, 'england-bank-holidays')
  assert.ok(read.ok, JSON.stringify(read))
  const expected = [2022, 2023, 2024, 2025, 2026, 2027].flatMap((year) =>
    [
      ...onWeekdays([day(year, 1, 1)]),
      written(plus(easter(year), -2)),
      written(plus(easter(year), 1)),
      written(firstMonday(year, 5)),
      written(lastMonday(year, 5)),
      written(lastMonday(year, 8)),
      ...onWeekdays([day(year, 12, 25), day(year, 12, 26)]),
      ...(proclaimed[year]?.more ?? []),
    ]
      .filter((each) => !(proclaimed[year]?.not ?? []).includes(each))
      .sort(),
  )
  assert.deepEqual(read.value, expected)
})

const faultOf = async (text: string | null): Promise<string> => {
  await mkdir(join(folder, 'calendar'), { recursive: true })
  if (text !== null) await writeFile(join(folder, 'calendar', 'days.csv'), text)
  const read = await readCalendar(folder, text === null ? 'none' : 'days')
  assert.ok(!read.ok)
  const [fault] = read.error
  return `${String(fault?.line)}: ${fault?.message ?? ''}`
}

void test('a calendar that is not one is a fault with its line', async () => {
  assert.match(await faultOf(null), /no such file/)
  assert.match(await faultOf('name\nOne\n'), /^1: .*no column “date”/)
  assert.match(await faultOf('date,name\n2026-02-30,None\n'), /^2: This is not a date/)
  assert.match(await faultOf('date,name\n2026-01-02,Two\n2026-01-01,One\n'), /^3: .*not later/)
})
