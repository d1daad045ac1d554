import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { cell, rows, type Row } from '../data.ts'
import { authorityReturns, englandNumbers, makeAuthority } from './authority-returns.ts'
import type { GeneratedReturn } from './census-return.ts'
import { draws } from './draws.ts'
import { countKinds, type SchoolKind } from './plan-schools.ts'
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

/**
 * The census files of England's schools, 24,000 with some nine million pupils: a stream that holds one authority at a time.
 * Authorities have numbers that real ones have or had; no school, pupil or address of theirs is real.
 */
export async function* englandReturns(
  options: Partial<ReturnsOptions> = {},
): AsyncGenerator<GeneratedReturn> {
  const { year = 2026, term = 'AUT', seed = 1, schools = 24_000, faulty = rateOf('faults').primary } = options
  const definition = await readTerm('school-census', year, term)
  const numbers = englandNumbers()
  const towns = rows('return-places').map((row) => cell(row, 'place'))
  const by = draws()
  let urn = firstUrn
  const shares = shareOut(
    countKinds(schools, 'england'),
    Math.min(authorities.length, Math.ceil(schools / 20)),
  )
  for (const [place, counts] of shares.entries()) {
    by.seed(seed, place, 51)
    const plan = {
      definition,
      authority: authorities[place] ?? '',
      seed,
      counts,
      firstUrn: urn,
      place,
      where: 'england' as const,
      town: by.pick(towns),
      numbers,
      faulty,
    }
    urn += [...counts.values()].reduce((sum, count) => sum + count, 0)
    yield* authorityReturns(plan, makeAuthority(plan))
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
