import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { cell, rows, type Row } from '../data.ts'
import type { Leanings, PupilFacts } from '../returns/leanings.ts'

const rates = new Map(rows('year-rates').map((row) => [cell(row, 'name'), Number(cell(row, 'value'))]))

/** How often something happens: a row of `year-rates.csv`, which says of each that it is ours. */
export function yearRate(name: string): number {
  const found = rates.get(name)
  if (found === undefined) throw new Error(`year-rates.csv has no rate ${name}`)
  return found
}

/** The group of the national tables that an extended code belongs to; what is no group stays as it is. */
const mainGroups = new Map(
  parse<Row>(readFileSync(new URL('../../policy/codes/ethnicity-extended.csv', import.meta.url), 'utf8'), {
    columns: true,
  }).map((row) => [cell(row, 'code'), cell(row, 'main_code')]),
)
export const mainGroup = (code: string): string => mainGroups.get(code) ?? code

const lean = new Map(rows('year-leanings').map((row) => [cell(row, 'group'), row]))
const of = (group: string, what: string): number => {
  const row = lean.get(group) ?? lean.get('none')
  if (!row) throw new Error('year-leanings.csv has no row for a group that is not known')
  return Number(cell(row, what))
}
const sexOf = (sex: string): string => (sex === 'F' ? 'girl' : 'boy')
const mealsOf = (meals: boolean): string => (meals ? 'free-meals' : 'not-free-meals')

const groupsOf = ({ ethnicity, sex, meals, senProvision }: PupilFacts): readonly string[] => [
  mainGroup(ethnicity),
  sexOf(sex),
  mealsOf(meals),
  `sen-${senProvision}`,
]
const product = (groups: readonly string[], what: string): number =>
  groups.reduce((all, group) => all * of(group, what), 1)

/** How a pupil's needs, absence and suspensions lean on group, sex, meals and need: factors of `year-leanings.csv`, multiplied. */
export const leanings: Leanings = {
  need: ({ ethnicity, sex, meals }) => product([mainGroup(ethnicity), sexOf(sex), mealsOf(meals)], 'need'),
  missed: (pupil) => product(groupsOf(pupil), 'missed'),
  suspended: (pupil) => product(groupsOf(pupil), 'suspended'),
}

/** How many times likelier free meals are in a group. */
export const mealsFactor = (ethnicity: string): number => of(mainGroup(ethnicity), 'meals')

/** By how many standard deviations attainment lies off, all shifts added. */
export const attainmentShift = (pupil: PupilFacts): number =>
  groupsOf(pupil).reduce((all, group) => all + of(group, 'attainment'), 0)
