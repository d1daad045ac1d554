import { cell, rows } from '../data.ts'
import { mainGroup } from '../years/rates.ts'
import { weightsOf } from '../returns/return-data.ts'
import { origins } from '../people.ts'

const pupilsOfSchool = 370
/** Nine regions by the share of schools, of 153 authorities each; ours, about as England has them. */
const regions = [
  ['E12000001', 5],
  ['E12000002', 14],
  ['E12000003', 10],
  ['E12000004', 9],
  ['E12000005', 11],
  ['E12000006', 11],
  ['E12000007', 15],
  ['E12000008', 15],
  ['E12000009', 10],
] as const

/** A draw of 16 bits (0 to 65,535) of half a value of MD5, which has four. */
const bits = (hash: string, which: 0 | 1 | 2 | 3): string =>
  `CAST((${hash} >> ${String(16 * which)}) & 65535 AS BIGINT)`

/** What a draw stands for: by weights, in the order of the list. */
function chosen(draw: string, list: readonly (readonly [value: string, weight: number])[]): string {
  const sum = list.reduce((all, [, weight]) => all + weight, 0)
  let below = 0
  const cases = list.slice(0, -1).map(([value, weight]) => {
    below += weight
    return `WHEN ${draw} < ${String(Math.round((65_536 * below) / sum))} THEN '${value}'`
  })
  return `CASE ${cases.join(' ')} ELSE '${list.at(-1)?.[0] ?? ''}' END`
}

/** Main ethnic groups of England, by the origins of its families. */
function groups(): readonly (readonly [string, number])[] {
  const shares = new Map<string, number>()
  for (const { value, weight } of weightsOf('origin-england')) {
    const found = origins.find(({ id }) => id === value)
    const sum = found?.ethnicity.reduce((all, each) => all + each.weight, 0) ?? 1
    for (const each of found?.ethnicity ?? []) {
      const group = mainGroup(each.value)
      shares.set(group, (shares.get(group) ?? 0) + (1000 * weight * each.weight) / sum)
    }
  }
  shares.set('NOBT', 20_000)
  return [...shares].sort(([a], [b]) => (a < b ? -1 : 1))
}

const factor = (column: string, what: string, names: (name: string) => boolean): string =>
  `CASE ${column} ${rows('year-leanings')
    .filter((row) => names(cell(row, 'group')))
    .map(
      (row) =>
        `WHEN '${cell(row, 'group').replace('sen-', '')}' THEN ${String(Math.round(1000 * Number(cell(row, what))))}`,
    )
    .join(' ')} ELSE 1000 END`
const isGroup = (name: string): boolean => /^[A-Z]{4}$/.test(name)
const isProvision = (name: string): boolean => name.startsWith('sen-')

/**
 * The statement whose rows are a nation's pupils in spring: whole numbers only, drawn from MD5 of seed and row, so that no engine's
 * version changes them. What leans on what is as in `year-leanings.csv`, in thousandths.
 */
export function censusSql({
  rows: count,
  seed,
  academicYear,
}: {
  readonly rows: number
  readonly seed: number
  readonly academicYear: number
}): string {
  const places = `SELECT i, i // ${String(pupilsOfSchool)} AS s,
    md5_number_lower('${String(seed)}/p/' || i) AS a, md5_number_upper('${String(seed)}/p/' || i) AS b,
    md5_number_lower('${String(seed)}/s/' || (i // ${String(pupilsOfSchool)})) AS c, md5_number_lower('${String(seed)}/q/' || i) AS d
    FROM range(${String(count)}) AS r(i)`
  const region = chosen(bits('c', 0), regions)
  const schools = `SELECT *, ${region} AS region,
    CASE WHEN ${bits('c', 1)} < 45000 THEN 'PS' WHEN ${bits('c', 1)} < 64000 THEN 'SS' WHEN ${bits('c', 1)} < 65000 THEN 'SP' ELSE 'PR' END AS phase,
    1 + CAST(${bits('c', 2)} % 10 AS INTEGER) AS tenth, ${chosen(bits('a', 0), groups())} AS ethnicity,
    CASE WHEN ${bits('a', 1)} < 33554 THEN 'M' ELSE 'F' END AS sex FROM places`
  const meals = `SELECT *, CASE WHEN ${bits('a', 2)} * 100000 < 65536::BIGINT * (40 - 3 * tenth) * ${factor('ethnicity', 'meals', isGroup)} THEN 1 ELSE 0 END AS fsm_eligible FROM schools`
  const needs = `SELECT *, CASE WHEN phase = 'SP' OR ${bits('a', 3)} * 1000000 < 65536::BIGINT * 33 * need THEN 'E'
    WHEN ${bits('a', 3)} * 1000000 < 65536::BIGINT * (33 + CASE WHEN phase = 'PR' THEN 500 ELSE 138 END) * need THEN 'K' ELSE 'N' END AS sen_provision
    FROM (SELECT *, (CASE WHEN fsm_eligible = 1 THEN 1500 ELSE 830 END) * (CASE WHEN sex = 'M' THEN 1250 ELSE 750 END) // 1000 AS need FROM meals)`
  const absent = `SELECT *, 370 - CAST(${bits('b', 0)} % 12 AS INTEGER) AS sess_possible,
    (CASE phase WHEN 'PS' THEN 55::BIGINT WHEN 'SS' THEN 89 WHEN 'SP' THEN 87 ELSE 250 END)
      * (CASE WHEN fsm_eligible = 1 THEN 1600 ELSE 800 END) // 1000 * (${factor('sen_provision', 'missed', isProvision)}) // 1000
      * (${factor('ethnicity', 'missed', isGroup)}) // 1000 AS mean FROM needs`
  // Most miss few sessions and some very many: a tenth of all miss three times the mean, a twentieth six times.
  const sessions = `SELECT *, least(sess_possible, CAST(sess_possible * mean * ${bits('b', 1)} * (CASE WHEN ${bits('b', 2)} < 3277 THEN 12 WHEN ${bits('b', 2)} < 9830 THEN 6 ELSE 2 END) // (65536 * 1400) AS INTEGER)) AS sess_overall FROM absent`
  return `WITH places AS (${places}), schools AS (${schools}), meals AS (${meals}), needs AS (${needs}), absent AS (${absent}), sessions AS (${sessions})
    SELECT ${String(academicYear)}::INTEGER AS academic_year, 'SPR' AS term, 'made-' || lpad(CAST(i AS VARCHAR), 9, '0') AS pmr,
      CAST(910000 + s AS VARCHAR) AS urn, CAST(201 + CAST(substr(region, 9, 1) AS INTEGER) * 17 - 17 + ${bits('c', 3)} % 17 AS VARCHAR) AS la_code,
      region, phase, CASE WHEN ${bits('c', 1)} % 2 = 0 THEN '49' WHEN phase = 'PS' THEN '18' WHEN phase = 'SS' THEN '21' WHEN phase = 'SP' THEN '52' ELSE '54' END AS school_type,
      tenth AS deprivation_tenth,
      CASE phase WHEN 'PS' THEN CASE ${bits('d', 0)} % 7 WHEN 0 THEN 'R' ELSE CAST(${bits('d', 0)} % 7 AS VARCHAR) END ELSE CAST(7 + ${bits('d', 0)} % 5 AS VARCHAR) END AS ncyear,
      sex, ethnicity, CASE substr(ethnicity, 1, 1) WHEN 'W' THEN 'WHIT' WHEN 'M' THEN 'MIXD' WHEN 'A' THEN 'ASIA' WHEN 'B' THEN 'BLAC' WHEN 'C' THEN 'CHIN' WHEN 'O' THEN 'OTHR' ELSE 'UNCL' END AS ethnic_group,
      CASE WHEN ethnicity IN ('WBRI', 'WIRI', 'BCRB', 'MWBC') THEN '1' WHEN ${bits('b', 3)} < 900 THEN '3' WHEN ${bits('b', 3)} < 30000 THEN '1' ELSE '2' END AS language_group,
      fsm_eligible, sen_provision, CASE sen_provision WHEN 'K' THEN 'support' WHEN 'E' THEN 'plan' ELSE 'none' END AS sen_group,
      sess_possible, sess_overall - sess_overall * ${bits('d', 1)} // 196608 AS sess_authorised, CAST(sess_overall * ${bits('d', 1)} // 196608 AS INTEGER) AS sess_unauthorised, sess_overall,
      CASE WHEN sess_overall * 10 >= sess_possible THEN 1 ELSE 0 END AS persistent_absentee
    FROM sessions`
}
