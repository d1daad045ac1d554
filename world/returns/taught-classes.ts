import type { CensusTerm } from './census-term.ts'
import type { Draws } from './draws.ts'
import type { MessageRecord } from './message-record.ts'
import type { PlannedSchool } from './plan-schools.ts'
import type { Pupil } from './school-record.ts'

const names = ['Oak', 'Ash', 'Elm', 'Beech', 'Rowan', 'Hazel', 'Willow', 'Maple']

/**
 * The classes at the selected time and the pupils who are in none: classes' home pupils and those counts add up to the roll.
 * Half of the part-time pupils are not in; who is mainly registered here and goes to another school too is at the other.
 */
export function taughtClasses(
  by: Draws,
  { kind }: PlannedSchool,
  term: CensusTerm,
  present: readonly Pupil[],
): { readonly classes: MessageRecord[]; readonly counts: Record<string, string> } {
  const primary = kind.phase === 'PS' || kind.phase === 'AT'
  const grown = ['MS', 'SS', 'AT'].includes(kind.phase)
  const rolls = new Map<number, number>()
  const counts = { partTimeNotIn: 0, privateStudy: 0, pupilsAtOtherSchool: 0 }
  let partTime = 0
  for (const { year, record } of present) {
    if (record.items['enrolStatus'] === 'M') counts.pupilsAtOtherSchool++
    else if (record.items['partTime'] === 'true' && partTime++ % 2 === 1) counts.partTimeNotIn++
    else if (year >= 16 && by.chance(0.2)) counts.privateStudy++
    else rolls.set(year <= 3 ? 3 : year, (rolls.get(year <= 3 ? 3 : year) ?? 0) + 1)
  }
  const classes = [...rolls.keys()]
    .toSorted((a, b) => a - b)
    .flatMap((year) => {
      const roll = rolls.get(year) ?? 0
      const many = Math.ceil(roll / (year <= 3 ? 26 : year <= 10 ? 30 : 27))
      return Array.from({ length: many }, (_, i): MessageRecord => {
        const home = Math.floor(roll / many) + (i < roll % many ? 1 : 0)
        const group = year === 3 ? (kind.lowest === 'N1' ? 'N2' : kind.lowest) : (term.years[year] ?? '')
        const items: Record<string, string> = {
          name: `${group} ${names[i % names.length] ?? ''}${i < names.length ? '' : ` ${String(1 + Math.floor(i / names.length))}`}`,
          teachers: '1',
          nonTeachers: String(year <= 6 ? by.int(1, 2) : by.int(0, 1)),
          homePupils: String(home),
          guestPupils: '0',
          yearGroup: group,
        }
        if (primary && year <= 11)
          Object.assign(items, {
            type: year <= 3 ? 'N' : 'O',
            keyStage: year <= 4 ? 'F' : year <= 6 ? '1' : year <= 10 ? '2' : '3',
            activity: by.pick(['MA', 'EN', 'SC', 'HU']),
          })
        return { items }
      })
    })
  return {
    classes,
    counts: {
      partTimeNotIn: String(counts.partTimeNotIn),
      privateStudy: String(counts.privateStudy),
      pupilsAtOtherSchool: String(counts.pupilsAtOtherSchool),
      ...(grown ? { workExperience: '0', feCollege: '0' } : {}),
    },
  }
}
