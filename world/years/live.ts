import type { TermDefinition } from '../../src/core/collections/index.ts'
import { authorityNumbers } from '../returns/authority-returns.ts'
import { censusTerm } from '../returns/census-term.ts'
import { draws } from '../returns/draws.ts'
import { countKinds } from '../returns/plan-schools.ts'
import { originsOf } from '../returns/populate.ts'
import { readTerm } from '../returns/read-term.ts'
import { beginTown } from './begin.ts'
import { beginTerm, passTerm } from './pass-term.ts'
import { passYear } from './pass-year.ts'
import type { LifeEvent, Town } from './town.ts'

export interface LifeOptions {
  readonly authority: string
  /** Academic years by the year in which they end: 2023 is 2022 to 2023. */
  readonly from: number
  readonly to: number
  /** The autumn after the last year as well: its census has that year's summer attendance. */
  readonly nextAutumn: boolean
  readonly seed: number
  readonly schools: number
  /** Share of pupils adopted in a term; that of `year-rates.csv` unless told. */
  readonly adoption?: number
}

/** An authority on one census day. The town is the same one, and changes when the next is asked for. */
export interface LivedTerm {
  readonly town: Town
  readonly definition: TermDefinition
  readonly academicYear: number
  readonly name: string
}

const firstUrn = 900_100

/** How many censuses the options ask for. */
export const censusesOf = ({ from, to, nextAutumn }: LifeOptions): number =>
  (to - from + 1) * 3 + (nextAutumn ? 1 : 0)

/** Lives through the terms, one after another; `happens` hears of what befalls people, by the census that first shows it. */
export async function* live(
  options: LifeOptions,
  happens: (round: { readonly year: number; readonly term: string }, event: LifeEvent) => void = () =>
    undefined,
): AsyncGenerator<LivedTerm> {
  const { authority, seed, from } = options
  const by = draws()
  by.seed(seed, 0, from)
  const plan = { authority, seed, counts: countKinds(options.schools, 'authority'), firstUrn }
  let town: Town | null = null
  let round = { year: from - 1, term: 'AUT' }
  for (let i = 0; i < censusesOf(options); i++) {
    const academicYear = from + Math.floor(i / 3)
    const name = ['AUT', 'SPR', 'SUM'][i % 3] ?? ''
    round = { year: name === 'AUT' ? academicYear - 1 : academicYear, term: name }
    const definition = await readTerm('school-census', round.year, name)
    const term = censusTerm(definition)
    if (town) {
      town.term = town.making.term = term
      beginTerm(town)
      if (name === 'AUT') passYear(town)
      passTerm(town, options.adoption)
    } else {
      const making = {
        by,
        term,
        numbers: authorityNumbers(),
        origin: originsOf('authority'),
        town: 'Telford',
        households: 0,
      }
      town = beginTown(plan, making, term, (event) => {
        happens(round, event)
      })
    }
    yield { town, definition, academicYear, name }
  }
}
