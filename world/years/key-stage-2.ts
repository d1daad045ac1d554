import { resultsOf } from '../returns/key-stage-2.ts'
import { normal } from './newcomers.ts'
import { attainment, identityInResults, pupilsOf } from './result-identity.ts'
import { resultDraws, type ResultMaking, type ResultRow } from './results.ts'

const [yearSix, reached] = [10, 100]

/** Key stage 2 of the year 6 of the summer. */
export function keyStage2Rows(making: ResultMaking): readonly ResultRow[] {
  const { town, definition, counts } = making
  const highest = definition.maps.get('highestMark')
  const drawsOf = resultDraws()
  const rows: ResultRow[] = []
  let serial = 0
  for (const { person, school } of pupilsOf(town, yearSix)) {
    const planned = town.schools[school]
    if (!planned) continue
    const by = drawsOf(making, person.child.index, 1)
    const who = identityInResults(by, person)
    const share = 0.62 + 0.15 * attainment(person, normal(by))
    const whose = {
      ...(who.upn === null ? {} : { upn: who.upn }),
      serialNo: String(++serial),
      surname: who.surname,
      forenames: who.forenames,
      birthDate: who.born,
      sex: person.child.sex,
      lea: planned.authority,
      estab: planned.establishment,
      urn: planned.urn,
      yearGroup: '6',
    }
    const own = resultsOf(by, (subject) => Number(highest?.get(subject)), share)
    for (const values of own)
      rows.push({
        values: { ...whose, ...values },
        person: person.id,
        never: person.never,
        school: planned.urn,
        marks: who.marks,
      })
    const passed = new Set(
      own
        .filter(
          ({ scaledScore, outcome }) =>
            Number(scaledScore) >= reached || outcome === 'EXS' || outcome === 'GDS',
        )
        .map(({ subject }) => subject ?? ''),
    )
    for (const where of [planned.urn, 'all']) {
      counts.add(where, 'pupils', '')
      for (const subject of passed) counts.add(where, 'expected', subject)
      if (['REA', 'WRI', 'MAT'].every((subject) => passed.has(subject)))
        counts.add(where, 'expected', 'REA+WRI+MAT')
    }
  }
  return rows
}
