import type { CollectionDefinition, CollectionTerm, DatedCode, TermDefinition } from './definition.ts'

const order = ['SPR', 'SUM', 'AUT']

/** The definition as it stands in one term: the codes that are in force on its census day. Null: there is no such term. */
export function termDefinition(definition: CollectionDefinition, name: string): TermDefinition | null {
  const term = definition.terms.get(name)
  if (!term) return null
  const codes = new Map(
    [...definition.codes].map(([set, dated]) => [
      set,
      dated.filter((code) => inForce(code, term, definition.year)).map(({ code }) => code),
    ]),
  )
  return { ...definition, term, codes }
}

/** A code’s first and last use: a date is compared with census day, `2025-SPR` with the term. */
function inForce({ from, to }: DatedCode, term: CollectionTerm, year: number): boolean {
  return (from === null || place(from, term, year) <= 0) && (to === null || place(to, term, year) >= 0)
}

/** Below zero before the term, zero in it, above zero after it. */
function place(moment: string, term: CollectionTerm, year: number): number {
  const census = /^(\d{4})-(SPR|SUM|AUT)$/.exec(moment)
  if (!census) return moment < term.census ? -1 : moment > term.census ? 1 : 0
  return Number(census[1]) * 3 + order.indexOf(census[2] ?? '') - schoolCensus(term, year)
}

/**
 * The school census that the term is, or the last one before its census day where the collection has other terms: the spring
 * one is held in January, the summer one in May, the autumn one in October.
 */
function schoolCensus({ name, census }: CollectionTerm, year: number): number {
  if (order.includes(name)) return year * 3 + order.indexOf(name)
  const month = Number(census.slice(5, 7))
  return Number(census.slice(0, 4)) * 3 + (month >= 10 ? 2 : month >= 5 ? 1 : 0)
}
