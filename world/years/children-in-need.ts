import { childrenInNeedReturn } from '../returns/children-in-need.ts'
import { draws } from '../returns/draws.ts'
import type { Child } from '../returns/populate.ts'
import { readTerm } from '../returns/read-term.ts'
import { yearRate } from './rates.ts'
import type { Person, Town } from './town.ts'
import type { Truth } from './truth.ts'
import type { AddFile } from './write-years.ts'

interface ChildrenWriting {
  readonly town: Town
  readonly truth: Truth
  readonly add: AddFile
  readonly seed: number
  readonly year: number
  readonly authority: string
}

const missing = yearRate('case-number-missing')
/** Of pupils eligible for free meals, and of others: about one in twenty of all. Ours. */
const [poor, other] = [0.11, 0.032]

/** The children in need return of the year that ends in spring, and the truth of its records. */
export async function writeChildrenInNeed({
  town,
  truth,
  add,
  seed,
  year,
  authority,
}: ChildrenWriting): Promise<void> {
  const by = draws()
  const people = new Map<Child, Person>()
  const rolls = town.rolls.map((roll) =>
    roll.map(({ person, status, entry, leaving, year: place }) => {
      people.set(person.child, person)
      return { child: person.child, status, entry, leaving, year: place }
    }),
  )
  const hasNumber = ({ index }: Child): boolean => {
    by.seed(seed, index, 64 + year * 16)
    return !by.chance(missing)
  }
  const made = await childrenInNeedReturn(
    { authority, year, seed },
    { rolls },
    {
      share: (child) => (people.get(child)?.sent?.meals === true ? poor : other),
      hasNumber,
      idOf: (child) => idOf(year, child),
    },
  )
  const { term } = await readTerm('children-in-need', year, 'YEAR')
  await add(`returns/${term.census}-children-in-need-${term.name}/${made.name}`, made.bytes)
  const place = {
    collection: 'children-in-need',
    year,
    term: term.name,
    academicYear: year,
    source: authority,
    file: made.name,
    table: 'child',
  }
  for (const [i, child] of made.children.entries()) {
    const person = child && people.get(child)
    truth.record(
      { ...place, ordinal: i + 1, n: made.numbers[i] ?? 0 },
      {
        // A child who is no pupil yet has no number: each of its returns is another to whoever reads them.
        person: person?.id ?? `C${String(year)}${String(i + 1).padStart(5, '0')}`,
        never: person?.never ?? null,
        school: '',
        marks: child && hasNumber(child) ? [] : ['number-missing'],
      },
    )
  }
  truth.count([
    'children-in-need',
    String(year),
    term.name,
    String(year),
    'all',
    'children',
    '',
    String(made.children.length),
  ])
}

/** The authority's number of a child is the same every year; a child who is no pupil yet has another each time. */
const idOf = (year: number, child: Child | number): string =>
  typeof child === 'number'
    ? `N${String(year)}${String(child).padStart(5, '0')}`
    : `C${String(child.index).padStart(7, '0')}`
