import { cell, rows } from '../data.ts'
import { familyName, type FamilyName, type Origin } from '../people.ts'
import { asRandom } from '../returns/as-random.ts'
import type { Draws } from '../returns/draws.ts'

const parts = (place: string): readonly string[] =>
  rows('stream-surname-parts')
    .filter((row) => cell(row, 'place') === place)
    .map((row) => cell(row, 'part'))
const [first, last] = [parts('first'), parts('last')]
const [listed, double] = [0.4, 0.03]

/**
 * A family's name: from the world's lists, which are short, or a place's name of two parts, of which some are much commoner than
 * others; a few families have two names.
 */
export function nationalSurname(by: Draws, origin: Origin): FamilyName {
  const foreign = origin.surnames !== 'british'
  if (foreign || by.chance(listed)) return familyName(asRandom(by), origin)
  const name = placeName(by)
  if (!by.chance(double)) return { common: name, feminine: name }
  const both = `${name}-${placeName(by)}`
  return { common: both, feminine: both }
}

/** Squared draws: the first of a list are the commonest. */
function placeName(by: Draws): string {
  const [one, two] = [by.next(), by.next()]
  return (
    (first[Math.floor(one * one * first.length)] ?? '') + (last[Math.floor(two * two * last.length)] ?? '')
  )
}
