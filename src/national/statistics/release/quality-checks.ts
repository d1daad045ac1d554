import type { Analytics } from '../../../core/analytics/index.ts'
import type { Screening } from '../../../core/standards/ees/index.ts'
import type { Facets } from './facets.ts'
import { cubeColumns } from './write-cube.ts'

/** One line of a draft's check list. A failure stops the sign-off; a warning and what was not made are for a person to look at. */
export interface QualityCheck {
  readonly check: string
  readonly outcome: 'pass' | 'warn' | 'fail' | 'not-made'
  readonly says: string
}

const numeric = '^-?[0-9]+$'
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

export const screenerCheck = ({ passed, results }: Screening): QualityCheck => {
  const failed = results.filter(({ outcome }) => outcome === 'fail')
  const open = results.filter(({ outcome }) => outcome === 'warn' || outcome === 'not-made')
  const list = (some: typeof results): string =>
    some.map(({ check, must }) => `${String(check)} (${must})`).join('; ')
  return {
    check: 'screener',
    outcome: !passed ? 'fail' : open.length > 0 ? 'warn' : 'pass',
    says: !passed
      ? `Failed: ${list(failed)}.`
      : open.length > 0
        ? `Passed. To be looked at: ${list(open)}.`
        : 'All 83 checks passed.',
  }
}

/** Children add up to their totals, for indicators of whole numbers, wherever no symbol stands among them. */
export async function totalsCheck(
  analytics: Analytics,
  cube: string,
  facets: Facets,
  adds: boolean,
): Promise<QualityCheck> {
  const names = cubeColumns(facets)
  if (!adds)
    return {
      check: 'totals',
      outcome: 'pass',
      says: 'The publication’s policy adds noise or rounds: totals need not add up.',
    }
  const wrong: string[] = []
  let looked = 0
  for (const [f, filter] of facets.filters.entries()) {
    const total = filter.items.findIndex(({ label }) => label === filter.default)
    if (total < 0) continue
    const own = names.filters[f] ?? ''
    const others = [
      names.time,
      names.level,
      ...names.places,
      ...names.filters.filter((name) => name !== own),
    ].join(', ')
    for (const [v, indicator] of facets.indicators.entries()) {
      if (indicator.unit !== '') continue
      const value = names.values[v] ?? ''
      const [row] = await analytics.rows(`
        SELECT count(*) AS groups, count(*) FILTER (parts <> whole) AS wrong FROM (
          SELECT sum(TRY_CAST(CASE WHEN ${own} <> ${String(total)} THEN ${value} END AS BIGINT)) AS parts,
            max(TRY_CAST(CASE WHEN ${own} = ${String(total)} THEN ${value} END AS BIGINT)) AS whole
          FROM read_parquet(${text(cube)}) GROUP BY ${others}
          HAVING bool_and(regexp_full_match(${value}, ${text(numeric)})) AND count(*) > 1)
        WHERE whole IS NOT NULL`)
      looked += Number(row?.['groups'] ?? 0)
      const bad = Number(row?.['wrong'] ?? 0)
      if (bad > 0) wrong.push(`${indicator.label} by ${filter.label}: ${String(bad)}`)
    }
  }
  return wrong.length === 0
    ? {
        check: 'totals',
        outcome: 'pass',
        says: `In ${String(looked)} groups the parts add up to their total.`,
      }
    : {
        check: 'totals',
        outcome: 'warn',
        says: `Parts that don’t add up to their total: ${wrong.join('; ')}.`,
      }
}

/** A pair of cells of two versions, of the same place, time and items, of which one is hidden and the other a number. */
export async function pastReleasesCheck(
  analytics: Analytics,
  now: { readonly cube: string; readonly facets: Facets },
  past: readonly { readonly cube: string; readonly facets: Facets; readonly name: string }[],
): Promise<QualityCheck> {
  const wrong: string[] = []
  for (const each of past) {
    const shared = now.facets.indicators.flatMap(({ id }, v) => {
      const w = each.facets.indicators.findIndex((one) => one.id === id)
      return w < 0 ? [] : [[`n.v${String(v)}`, `o.v${String(w)}`] as const]
    })
    if (
      shared.length === 0 ||
      now.facets.filters.some(({ id }) => !each.facets.filters.some((one) => one.id === id))
    )
      continue
    const hidden = shared.map(([one, other]) => `((${one} = 'c') <> (${other} = 'c'))`).join(' OR ')
    const [row] = await analytics.rows(`
      SELECT count(*) AS cells FROM (${keyed(now, each.facets)}) n JOIN (${keyed(each, each.facets)}) o USING (key) WHERE ${hidden}`)
    const cells = Number(row?.['cells'] ?? 0)
    if (cells > 0) wrong.push(`${each.name}: ${String(cells)}`)
  }
  return wrong.length > 0
    ? {
        check: 'past-releases',
        outcome: 'fail',
        says: `Cells that one release hides and another shows: ${wrong.join('; ')}.`,
      }
    : {
        check: 'past-releases',
        outcome: 'pass',
        says:
          past.length === 0
            ? 'There is no release before it.'
            : `No cell is hidden in one and shown in another of ${String(past.length)} past releases.`,
      }
}

/** Rows with a key that two versions share: the ids of time, places and items. */
function keyed({ cube, facets }: { readonly cube: string; readonly facets: Facets }, like: Facets): string {
  const names = cubeColumns(facets)
  const by = (column: string, ids: readonly string[]): string =>
    `coalesce(list_extract([${ids.map(text).join(', ')}]::VARCHAR[], ${column} + 1), '')`
  const parts = [
    by(
      names.time,
      facets.timePeriods.map(({ timePeriod, identifier }) => `${timePeriod} ${identifier}`),
    ),
    `CAST(${names.level} AS VARCHAR)`,
    ...facets.locations.map(({ options }, i) =>
      by(
        names.places[i] ?? '',
        options.map(({ id }) => id),
      ),
    ),
    ...like.filters.flatMap(({ id }) => {
      const f = facets.filters.findIndex((one) => one.id === id)
      return f < 0 ? [] : [by(names.filters[f] ?? '', facets.filters[f]?.items.map((item) => item.id) ?? [])]
    }),
  ]
  return `SELECT ${parts.join(` || '|' || `)} AS key, ${names.values.join(', ')} FROM read_parquet(${text(cube)})`
}

/** How the release compares with the one before it. */
export function lastReleaseCheck(
  rows: number,
  before: { readonly rows: number; readonly name: string } | null,
  gone: number,
): QualityCheck {
  if (!before) return { check: 'last-release', outcome: 'pass', says: 'There is no release before it.' }
  const fewer = rows < before.rows
  return {
    check: 'last-release',
    outcome: fewer || gone > 0 ? 'warn' : 'pass',
    says: `${String(rows)} rows; ${before.name} had ${String(before.rows)}. ${gone > 0 ? `${String(gone)} facets of it are gone.` : 'None of its facets is gone.'}`,
  }
}

/** The people of the table against the accepted returns, where the build says how many there were and how many it left out. */
export function populationCheck(lineage: unknown): QualityCheck {
  const people = (lineage as { population?: { accepted?: unknown; excluded?: unknown; counted?: unknown } })
    .population
  if (
    typeof people?.accepted !== 'number' ||
    typeof people.excluded !== 'number' ||
    typeof people.counted !== 'number'
  )
    return {
      check: 'population',
      outcome: 'not-made',
      says: 'The build does not say how many records were accepted and left out.',
    }
  const { accepted, excluded, counted } = people
  return {
    check: 'population',
    outcome: accepted - excluded === counted ? 'pass' : 'fail',
    says: `${String(accepted)} accepted less ${String(excluded)} left out for stated reasons; ${String(counted)} counted.`,
  }
}
