import { cell, rows } from '../data.ts'
import { draws, numberOf, type Draws } from './draws.ts'
import type { Stage } from './return-data.ts'

/** A row of `return-schools.csv`. */
export interface SchoolKind {
  readonly name: string
  readonly phase: string
  readonly type: string
  readonly governance: string
  readonly intake: string
  readonly lowest: string
  readonly highest: string
  readonly sixthForm: boolean
  readonly pupils: number
  readonly label: string
  /** Share of the schools of one authority, and of those of England. */
  readonly weights: { readonly authority: number; readonly england: number }
}

export interface PlannedSchool {
  /** Its place in the authority. */
  readonly index: number
  readonly kind: SchoolKind
  readonly urn: string
  readonly authority: string
  readonly establishment: string
  readonly name: string
  /** Pupils that it has places for. */
  readonly places: number
  /** Schools near one another: brothers and sisters go to these, and the primary ones' leavers to the secondary ones. */
  readonly cluster: number
}

export const schoolKinds: readonly SchoolKind[] = rows('return-schools').map((row) => ({
  name: cell(row, 'kind'),
  phase: cell(row, 'phase'),
  type: cell(row, 'type'),
  governance: cell(row, 'governance'),
  intake: cell(row, 'intake'),
  lowest: cell(row, 'lowest'),
  highest: cell(row, 'highest'),
  sixthForm: cell(row, 'sixth_form') === 'yes',
  pupils: Number(cell(row, 'pupils')),
  label: cell(row, 'name'),
  weights: { authority: Number(cell(row, 'authority')), england: Number(cell(row, 'england')) },
}))

const placeNames = rows('return-places').map((row) => cell(row, 'place'))

export interface SchoolPlan {
  readonly authority: string
  readonly seed: number
  /** How many schools of each kind. */
  readonly counts: ReadonlyMap<SchoolKind, number>
  readonly firstUrn: number
}

/** Shares `total` schools out among the kinds; what is left after rounding down goes to the largest remainders. */
export function countKinds(total: number, by: 'authority' | 'england'): ReadonlyMap<SchoolKind, number> {
  const sum = schoolKinds.reduce((all, kind) => all + kind.weights[by], 0)
  const exact = schoolKinds.map((kind) => ({ kind, share: (kind.weights[by] * total) / sum }))
  const counts = new Map(exact.map(({ kind, share }) => [kind, Math.floor(share)]))
  let left = total - [...counts.values()].reduce((all, count) => all + count, 0)
  for (const { kind } of exact.toSorted((a, b) => (b.share % 1) - (a.share % 1))) {
    if (left-- <= 0) break
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}

/** The last of the establishment numbers of a phase: authorities number their schools from the first. */
const lastNumber: Readonly<Record<string, number>> = {
  NS: 1099,
  PR: 1199,
  PS: 3999,
  MP: 3999,
  SS: 4999,
  MS: 4999,
  AT: 6999,
  SP: 7999,
}

/** The schools of an authority: the same plan gives the same schools. */
export function planSchools({ authority, seed, counts, firstUrn }: SchoolPlan): readonly PlannedSchool[] {
  const by: Draws = draws()
  by.seed(seed, numberOf(authority), 1)
  const kinds = [...counts].flatMap(([kind, count]) => Array.from({ length: count }, () => kind))
  const clusters = Math.max(1, kinds.filter(({ phase }) => phase === 'SS' || phase === 'AT').length)
  const numbers = new Map<number, number>()
  const inCluster = new Map<string, number>()
  const used = new Set<string>()
  return kinds.map((kind, index) => {
    const last = lastNumber[kind.phase] ?? 3999
    const number = numbers.get(last) ?? last
    numbers.set(last, number - 1)
    const band = stageOf(kind.phase)
    const turn = inCluster.get(band) ?? 0
    inCluster.set(band, turn + 1)
    const place = by.pick(placeNames)
    let name = `${place} ${kind.label}`
    for (let again = 2; used.has(name); again++) name = `${place} ${kind.label} ${String(again)}`
    used.add(name)
    return {
      index,
      kind,
      urn: String(firstUrn + index),
      authority,
      establishment: String(number),
      name,
      places: Math.max(10, Math.round(kind.pupils * (0.55 + 0.9 * by.next()))),
      cluster: turn % clusters,
    }
  })
}

const stageByPhase: Readonly<Record<string, Stage>> = {
  NS: 'nursery',
  PS: 'primary',
  MP: 'primary',
  MS: 'secondary',
  SS: 'secondary',
  AT: 'secondary',
  SP: 'special',
  PR: 'referral',
}

const stageOf = (phase: string): Stage => stageByPhase[phase] ?? 'primary'

/** The kind of school that a pupil of this year (its place among the years) is at, for rates. */
export function stageAt(school: PlannedSchool, year: number): Stage {
  const { phase } = school.kind
  if (phase === 'AT') return year <= 10 ? 'primary' : 'secondary'
  return stageOf(phase)
}

/** LLLEEEE_SCn_LLLLLYY_001.xml, as an authority's guide of 2022 names the files. */
export function returnFileName(school: PlannedSchool, term: string, year: number): string {
  const census = { AUT: 'SC1', SPR: 'SC2', SUM: 'SC3' }[term] ?? 'SC'
  return `${school.authority}${school.establishment}_${census}_${school.authority}LL${String(year % 100)}_001.xml`
}
