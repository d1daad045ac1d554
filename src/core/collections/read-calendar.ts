import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { PolicyFault } from '../policy/index.ts'
import { readCsv } from '../standards/csv/index.ts'
import { fail, ok, type Result } from '../vocabulary/index.ts'

/** The bank holidays of `calendar/<name>.csv` of the policy: a date a row, in order, each once. */
export async function readCalendar(
  policy: string,
  name: string,
): Promise<Result<readonly string[], readonly PolicyFault[]>> {
  const file = join('calendar', `${name}.csv`)
  const fault = (line: number, message: string, todo: string): Result<never, readonly PolicyFault[]> =>
    fail([{ file, line, column: 1, message, todo }])
  const there = await access(join(policy, file)).then(
    () => true,
    () => false,
  )
  if (!there)
    return fault(1, 'The collection names this calendar, and there is no such file.', 'Add the file.')
  const days: string[] = []
  let place: number | null = null
  for await (const { cells, line } of readCsv(createReadStream(join(policy, file)))) {
    if (place === null) {
      place = cells.indexOf('date')
      if (place < 0) return fault(1, 'The calendar has no column “date”.', 'Begin it with date,name.')
      continue
    }
    const day = cells[place] ?? ''
    if (!z.iso.date().safeParse(day).success)
      return fault(line, 'This is not a date.', 'Write it as yyyy-mm-dd.')
    if (day <= (days.at(-1) ?? ''))
      return fault(line, 'This day is not later than the one before it.', 'Put the days in order.')
    days.push(day)
  }
  return ok(days)
}
