import type { Analytics } from '../../core/analytics/index.ts'
import type { TermDefinition } from '../../core/collections/index.ts'
import { ageAt } from './age-at.ts'

/** Pupils of one line of the summary, by sex as the return has it. */
export interface SummaryLine {
  readonly label: string
  readonly pupils: number
  readonly female: number
  readonly male: number
  readonly partTime: number
}

/** What the head is shown before signing off: counts, and nothing about one pupil. */
export interface ReturnSummary {
  readonly onRoll: number
  readonly left: number
  readonly ages: readonly SummaryLine[]
  readonly years: readonly SummaryLine[]
  readonly needs: readonly SummaryLine[]
}

interface Pupil {
  readonly age: number
  /** Month of birth, from 1. */
  readonly month: number
  readonly sex: string
  readonly isPartTime: boolean
  readonly year: string
  readonly provision: string
  readonly inUnit: boolean
  readonly inResourced: boolean
}

/** Thirds of a year of birth in which children of three and four begin to be funded. */
const bands = [
  ['born 1 September to 31 December', 9, 12],
  ['born 1 January to 31 March', 1, 3],
  ['born 1 April to 31 August', 4, 8],
] as const

/**
 * The school summary of a return that is loaded as return 1: pupils on the roll by age at 31 August, by year group and by
 * special educational need. What the department's summary holds is published; how it is laid out is not.
 */
export async function summariseReturn(
  analytics: Analytics,
  definition: TermDefinition,
): Promise<ReturnSummary> {
  const day = definition.term.periods.get('ageDate')?.from ?? definition.term.census
  const rows = await analytics.rows(
    'SELECT onRoll, CAST(dob AS VARCHAR) AS dob, sex, partTime, ncYear, senProvision, senUnit, resourcedProvision FROM "pupil"',
  )
  const pupils = rows.filter((row) => row['onRoll'] === true).map((row) => pupilOf(row, day))
  const lines: SummaryLine[] = []
  const line = (label: string, of: (pupil: Pupil) => boolean): SummaryLine => lineOf(label, pupils.filter(of))
  lines.push(line('19 or over', ({ age }) => age >= 19))
  for (let years = 18; years >= 5; years--) lines.push(line(String(years), ({ age }) => age === years))
  for (const years of [4, 3]) {
    for (const [label, from, to] of bands)
      lines.push(
        line(`${years}, ${label}`, ({ age, month }) => age === years && month >= from && month <= to),
      )
  }
  lines.push(
    line('2 or under', ({ age }) => age <= 2),
    line('All of 16 or over', ({ age }) => age >= 16),
    line('All of 11 to 15', ({ age }) => age >= 11 && age <= 15),
    line('All of 5 to 10', ({ age }) => age >= 5 && age <= 10),
    line('All under 5', ({ age }) => age < 5),
  )
  const order = [...(definition.lists.get('yearOrder') ?? []).toReversed(), 'X']
  return {
    onRoll: pupils.length,
    left: rows.length - pupils.length,
    ages: lines,
    years: order.map((year) => line(year, (pupil) => pupil.year === year)),
    needs: [
      line('Education, health and care plan (E)', ({ provision }) => provision === 'E'),
      line('SEN support (K)', ({ provision }) => provision === 'K'),
      line('No special educational need (N)', ({ provision }) => provision === 'N'),
      line('All with special educational needs', ({ provision }) => provision === 'E' || provision === 'K'),
      line('In an SEN unit', ({ inUnit }) => inUnit),
      line('In resourced provision', ({ inResourced }) => inResourced),
    ],
  }
}

function pupilOf(row: Readonly<Record<string, unknown>>, day: string): Pupil {
  const text = (name: string): string => (typeof row[name] === 'string' ? row[name] : '')
  const born = text('dob')
  return {
    age: born === '' ? Number.NaN : ageAt(born, day),
    month: Number(born.slice(5, 7)),
    sex: text('sex'),
    isPartTime: row['partTime'] === true,
    year: text('ncYear'),
    provision: text('senProvision'),
    inUnit: row['senUnit'] === true,
    inResourced: row['resourcedProvision'] === true,
  }
}

const lineOf = (label: string, pupils: readonly Pupil[]): SummaryLine => ({
  label,
  pupils: pupils.length,
  female: pupils.filter(({ sex }) => sex === 'F').length,
  male: pupils.filter(({ sex }) => sex === 'M').length,
  partTime: pupils.filter(({ isPartTime }) => isPartTime).length,
})
