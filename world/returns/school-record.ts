import type { CensusTerm } from './census-term.ts'
import { isoOf } from './days.ts'
import type { Draws } from './draws.ts'
import type { MessageRecord } from './message-record.ts'
import type { PlannedSchool } from './plan-schools.ts'
import { taughtClasses } from './taught-classes.ts'

/** A pupil of the return with the place of its year. */
export interface Pupil {
  readonly year: number
  readonly record: MessageRecord
}

const fictionalPhone = (index: number): string => `01632 960${String(index % 1000).padStart(3, '0')}`

export const headerRecord = (school: PlannedSchool, term: CensusTerm): MessageRecord => ({
  items: {
    collection: 'SC',
    term: term.name,
    year: String(term.year),
    referenceDate: isoOf(term.census),
    sourceLevel: 'S',
    lea: school.authority,
    estab: school.establishment,
    urn: school.urn,
    softwareCode: 'Demonstration',
    release: '1',
    serialNo: '001',
    dateTime: `${isoOf(term.census)}T09:30:00`,
  },
})

/** The school's own part. What it counts of its pupils (meals, classes, approved ages) is counted of those that are sent. */
export function schoolRecord(
  school: PlannedSchool,
  term: CensusTerm,
  by: Draws,
  pupils: readonly Pupil[],
): MessageRecord {
  const { kind } = school
  const items: Record<string, string> = {
    schoolName: school.name,
    phase: kind.phase,
    type: kind.type,
    intake: kind.intake,
    governance: kind.governance,
    highestYear: kind.highest,
    lowestYear: kind.lowest,
    email: `office@school${school.urn}.example`,
    phone: fictionalPhone(school.index),
  }
  if (term.name !== 'SPR') return { items }
  const below: Record<string, MessageRecord[]> = { childcare: childcare(by, kind.phase) }
  const present = pupils.filter(({ record }) => record.items['onRoll'] === 'true')
  const eligible = present.filter(({ record }) => (record.below?.['freeMealPeriod'] ?? []).length > 0).length
  items['freeMealsTaken'] = String(Math.floor(eligible * 0.78))
  if (kind.phase === 'SP') {
    const [lowest, highest] = [term.years.indexOf(kind.lowest), term.years.indexOf(kind.highest) + 1]
    Object.assign(items, {
      organisation: 'D',
      maxDayPupils: String(present.length + 5),
      maxBoarders: '0',
      minMaleAge: String(lowest),
      maxMaleAge: String(highest),
      minFemaleAge: String(lowest),
      maxFemaleAge: String(highest),
    })
    below['approvedSenType'] = ['ASD', 'SLD', 'SEMH'].map((type) => ({ items: { type } }))
  }
  if (kind.phase === 'PR')
    Object.assign(items, { childMothers: 'false', teenMotherPlaces: '0', childcarePlaces: 'false' })
  if (['PS', 'MP', 'MS', 'SS', 'AT'].includes(kind.phase)) {
    const { classes, counts } = taughtClasses(by, school, term, present)
    Object.assign(items, counts)
    below['class'] = classes
    if (['VA', 'FO', 'CA'].includes(kind.governance)) Object.assign(items, appeals(by, kind, term.years))
  }
  return { items, below }
}

/** Of each table of appeals: lodged are withdrawn or heard, heard are upheld or rejected. */
function appeals(by: Draws, kind: PlannedSchool['kind'], years: readonly string[]): Record<string, string> {
  const of = (name: string): Record<string, string> => {
    const [withdrawn, upheld, rejected] = [by.int(0, 2), by.int(0, 2), by.int(1, 6)]
    return {
      [`${name}Lodged`]: String(withdrawn + upheld + rejected),
      [`${name}Withdrawn`]: String(withdrawn),
      [`${name}Heard`]: String(upheld + rejected),
      [`${name}Upheld`]: String(upheld),
      [`${name}Rejected`]: String(rejected),
    }
  }
  const infants = ['PS', 'AT'].includes(kind.phase) && years.indexOf(kind.lowest) <= years.indexOf('2')
  const secondary = years.indexOf(kind.highest) >= years.indexOf('7')
  return { ...(infants ? of('infant') : {}), ...(secondary ? of('secondary') : {}) }
}

/** One record of each type: before school, after school, in the holidays, of under-fives. */
function childcare(by: Draws, phase: string): MessageRecord[] {
  const times: readonly (readonly [string, Record<string, string>])[] = [
    ['B', { openingTime: '07:30' }],
    ['A', { closingTime: '18:00' }],
    ['H', { openingTime: '08:00', closingTime: '17:30', weeksOpen: '6' }],
    ['U', { openingTime: '08:00', closingTime: '18:00' }],
  ]
  return times.map(([type, hours]) => {
    const here = (phase === 'PS' || phase === 'NS') && by.chance(type === 'H' ? 0.25 : 0.6)
    return {
      items: here
        ? {
            type,
            onSite: 'Y',
            ...hours,
            places: String(by.int(2, 8) * 8),
            provider: by.pick(['SCH', 'OTH']),
            otherSchools: 'N',
          }
        : { type, onSite: 'N', signposting: 'N' },
    }
  })
}
