import { parse, stringify } from 'yaml'
import { readFileSync } from 'node:fs'
import { cell, rows } from './data.ts'

/** `school.yaml`: the school as `data/school.yaml` has it, with the term dates put in. */
export function schoolFacts(): string {
  const facts = parse(readFileSync(new URL('data/school.yaml', import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >
  const dates = rows('terms-2026').map((row) => ({
    kind: cell(row, 'kind'),
    name: cell(row, 'name'),
    from: cell(row, 'from'),
    to: cell(row, 'to'),
  }))
  return stringify({ ...facts, termDates: dates })
}
