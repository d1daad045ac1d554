import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { cell, type Row } from '../data.ts'
import type { MessageRecord } from '../returns/message-record.ts'
import { mainGroup } from './rates.ts'

const meanings = new Map(
  parse<Row>(readFileSync(new URL('../../policy/codes/attendance-2024.csv', import.meta.url), 'utf8'), {
    columns: true,
  }).map((row) => [cell(row, 'code'), cell(row, 'meaning')]),
)

/** What a statistic must find in the files: totals by school, and by group for the authority (school `all`). */
export interface Counts {
  add(school: string, measure: string, group: string, value?: number): void
  /** School, measure, group, value, in the order of their names. */
  rows(): readonly (readonly [school: string, measure: string, group: string, value: string])[]
}

export function newCounts(): Counts {
  const values = new Map<string, number>()
  return {
    add(school, measure, group, value = 1) {
      const key = `${school}\t${measure}\t${group}`
      values.set(key, (values.get(key) ?? 0) + value)
    },
    rows: () =>
      [...values]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => {
          const [school = '', measure = '', group = ''] = key.split('\t')
          return [school, measure, group, String(value)]
        }),
  }
}

/**
 * Counts a pupil's record as it is sent, before anything is broken on purpose. `pupils` are those on roll of a single or main
 * registration, `on-roll` those of a subsidiary one too, `records` leavers as well.
 */
export function countPupil(counts: Counts, urn: string, { items, below = {} }: MessageRecord): void {
  const both = (measure: string, value = 1): void => {
    if (value === 0) return
    counts.add(urn, measure, '', value)
    counts.add('all', measure, '', value)
  }
  both('records')
  for (const [possible, table, name] of [
    ['sessionsPossible', 'session', 'sessions'],
    ['summerSessionsPossible', 'summerSession', 'summer-sessions'],
  ] as const) {
    both(`${name}-possible`, Number(items[possible] ?? 0))
    for (const { items: detail } of below[table] ?? []) {
      const meaning = meanings.get(detail['code'] ?? '')
      if (meaning === 'authorised-absence' || meaning === 'unauthorised-absence')
        both(
          `${name}-${meaning === 'authorised-absence' ? 'authorised' : 'unauthorised'}`,
          Number(detail['sessions']),
        )
    }
  }
  for (const { items: suspension } of below['suspension'] ?? [])
    both(suspension['category'] === 'PERM' ? 'permanent-exclusions' : 'suspensions')
  if (items['onRoll'] !== 'true') return
  both('on-roll')
  if (items['enrolStatus'] === 'S') return
  both('pupils')
  if ((below['freeMealPeriod'] ?? []).length > 0) both('free-meals')
  if (items['senProvision'] === 'K' || items['senProvision'] === 'E') both(`sen-${items['senProvision']}`)
  counts.add('all', 'pupils-by-year-group', items['ncYear'] ?? '')
  counts.add('all', 'pupils-by-sex', items['sex'] ?? '')
  counts.add('all', 'pupils-by-language', items['language'] === 'ENG' ? 'ENG' : 'other')
  if (items['ethnicity'] !== undefined)
    counts.add('all', 'pupils-by-ethnicity', mainGroup(items['ethnicity']))
}
