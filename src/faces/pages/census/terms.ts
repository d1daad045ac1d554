import type { TermDefinition } from '../../../core/collections/index.ts'
import { dateInEngland, GatehouseError } from '../../../core/vocabulary/index.ts'
import { collectionOf, yearsOf } from '../../../school/returns/index.ts'

export const census = 'school-census'

const titles: Readonly<Record<string, string>> = { SPR: 'Spring', SUM: 'Summer', AUT: 'Autumn' }

/** “Autumn 2026” */
export const termTitle = ({ year, term }: { readonly year: number; readonly term: string }): string =>
  `${titles[term] ?? term} ${year}`

export const termPath = ({ year, term }: { readonly year: number; readonly term: string }): string =>
  `/census/${year}/${term}`

/** The terms of the census that the policy has, each read once and kept while the server runs. */
export interface Terms {
  /** By census day. */
  all(): Promise<readonly TermDefinition[]>
  /** @throws GatehouseError `not-found` for a term that the policy does not have. */
  named(year: string, term: string): Promise<TermDefinition>
}

export function termsOf(policyFolder: string): Terms {
  const kept = new Map<string, Promise<TermDefinition>>()
  const read = (year: number, term: string): Promise<TermDefinition> => {
    const key = `${year}/${term}`
    const found = kept.get(key) ?? collectionOf(policyFolder, census, year, term)
    kept.set(key, found)
    found.catch(() => kept.delete(key))
    return found
  }
  return {
    async all() {
      const years = await yearsOf(policyFolder, census)
      const each = await Promise.all(
        years.flatMap((year) => Object.keys(titles).map((term) => read(year, term).catch(() => null))),
      )
      return each.filter((one) => one !== null).sort((a, b) => (a.term.census < b.term.census ? -1 : 1))
    },
    named(year, term) {
      if (/^2\d{3}$/.test(year) && Object.hasOwn(titles, term)) return read(Number(year), term)
      throw new GatehouseError('not-found', 'The census has no such term.')
    },
  }
}

const daysAfterDue = 28

/**
 * The term that the office works on: the last whose census day has come, until it is at the department or long over; then the
 * next. `isDone` says of a term whether its return was acknowledged, `isBegun` whether one was built.
 */
export function currentTerm(
  terms: readonly TermDefinition[],
  at: Date,
  isDone: (of: TermDefinition) => boolean,
  isBegun: (of: TermDefinition) => boolean,
): TermDefinition | null {
  const today = dateInEngland(at)
  const last = terms.findLast(({ term }) => term.census <= today)
  const next = terms.find(({ term }) => term.census > today)
  if (!last || !next) return last ?? next ?? null
  const end = new Date(`${last.term.due ?? last.term.census}T12:00:00Z`)
  end.setUTCDate(end.getUTCDate() + daysAfterDue)
  const isOver = !isBegun(last) && end.toISOString().slice(0, 10) < today
  return isDone(last) || isOver ? next : last
}
