import { cell, rows } from '../data.ts'
import { picker, type Draws } from './draws.ts'

/** Kinds of school by which rates differ; an all-through school has two, by its pupils' years. */
export const stages = ['nursery', 'primary', 'secondary', 'special', 'referral'] as const
export type Stage = (typeof stages)[number]

const rates = new Map(
  rows('return-rates').map((row) => [
    cell(row, 'name'),
    Object.fromEntries(stages.map((stage) => [stage, Number(cell(row, stage))])) as Record<Stage, number>,
  ]),
)

/** How often something is so in schools of a kind: a row of `return-rates.csv`, which says of each where it is from. */
export function rateOf(name: string): Readonly<Record<Stage, number>> {
  const found = rates.get(name)
  if (!found) throw new Error(`return-rates.csv has no rate ${name}`)
  return found
}

/** Draws from a list of `return-shares.csv`. */
export function shareOf(list: string): (by: Draws) => string {
  const from = rows('return-shares')
    .filter((row) => cell(row, 'list') === list)
    .map((row) => ({ value: cell(row, 'value'), weight: Number(cell(row, 'weight')) }))
  if (from.length === 0) throw new Error(`return-shares.csv has no list ${list}`)
  return picker(from)
}

/** Weights of a list, for lists whose values stand for something else. */
export const weightsOf = (list: string): readonly { readonly value: string; readonly weight: number }[] =>
  rows('return-shares')
    .filter((row) => cell(row, 'list') === list)
    .map((row) => ({ value: cell(row, 'value'), weight: Number(cell(row, 'weight')) }))

const days = new Map(rows('return-days').map((row) => [cell(row, 'period'), Number(cell(row, 'days'))]))

/** Days open to pupils in a period of a term's attendance. */
export function openDays(term: string, period: string): number {
  const found = days.get(`${term}/${period}`)
  if (found === undefined) throw new Error(`return-days.csv has no period ${term}/${period}`)
  return found
}
