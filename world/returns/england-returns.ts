import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { cell, rows, type Row } from '../data.ts'
import { authorityReturns, englandNumbers, makeAuthority } from './authority-returns.ts'
import type { GeneratedReturn } from './census-return.ts'
import { draws } from './draws.ts'
import {
  countKinds,
  planSchools,
  type PlannedSchool,
  type SchoolKind,
  type SchoolPlan,
} from './plan-schools.ts'
import { readTerm } from './read-term.ts'
import { rateOf } from './return-data.ts'
import type { ReturnsOptions } from './write-returns.ts'

const firstUrn = 910_000

/** England has 153 authorities; codes from 201 on, the first of those that returns are sent of. */
const authorities = parse<Row>(
  readFileSync(new URL('../../policy/codes/la-number.csv', import.meta.url), 'utf8'),
  {
    columns: true,
  },
)
  .filter(
    (row) => row['in_census_export'] === 'yes' && Number(row['code']) > 200 && Number(row['code']) < 939,
  )
  .map((row) => row['code'] ?? '')
  .slice(0, 153)

/** The authorities of England that the schools are dealt out to, each with its plan, in the order of their files. */
function plans({ seed = 1, schools = 24_000 }: Partial<ReturnsOptions>): readonly EnglandPlan[] {
  const shares = shareOut(
    countKinds(schools, 'england'),
    Math.min(authorities.length, Math.ceil(schools / 20)),
  )
  let urn = firstUrn
  return shares.map((counts, place) => {
    const plan = { authority: authorities[place] ?? '', seed, counts, firstUrn: urn, place }
    urn += [...counts.values()].reduce((sum, count) => sum + count, 0)
    return plan
  })
}

interface EnglandPlan extends SchoolPlan {
  readonly place: number
}

/** Every school of England, without its pupils, in the order of `englandReturns`. */
export const englandSchools = (options: Partial<ReturnsOptions> = {}): readonly PlannedSchool[] =>
  plans(options).flatMap((plan) => planSchools(plan))

/**
 * The census files of England's schools, 24,000 with some nine million pupils: a stream that holds one authority at a time.
 * Authorities have numbers that real ones have or had; no school, pupil or address of theirs is real. Files that are not
 * wanted are not made; the others are the same as without that.
 */
export async function* englandReturns(
  options: Partial<ReturnsOptions> = {},
  wanted?: (school: PlannedSchool) => boolean,
): AsyncGenerator<GeneratedReturn> {
  const { year = 2026, term = 'AUT', faulty = rateOf('faults').primary } = options
  const definition = await readTerm('school-census', year, term)
  const numbers = englandNumbers()
  const towns = rows('return-places').map((row) => cell(row, 'place'))
  const by = draws()
  for (const own of plans(options)) {
    by.seed(own.seed, own.place, 51)
    const plan = {
      ...own,
      definition,
      where: 'england' as const,
      town: by.pick(towns),
      numbers,
      faulty,
    }
    yield* authorityReturns(plan, makeAuthority(plan), wanted)
  }
}

/** Deals the schools of each kind out to the authorities in turn, each kind going on where the last one stopped. */
function shareOut(
  counts: ReadonlyMap<SchoolKind, number>,
  among: number,
): readonly ReadonlyMap<SchoolKind, number>[] {
  const shares = Array.from({ length: among }, () => new Map<SchoolKind, number>())
  let next = 0
  for (const [kind, count] of counts)
    for (let i = 0; i < count; i++, next++) {
      const share = shares[next % among]
      share?.set(kind, (share.get(kind) ?? 0) + 1)
    }
  return shares
}
