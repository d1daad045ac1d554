import { startedYear, yearsSinceReception } from './calendar.ts'
import { rate } from './data.ts'
import type { Result, WorldPupil } from './pupil.ts'
import type { Random } from './random.ts'

/**
 * Results that the pupil's year already has: the phonics check at the end of Year 1, and key stage 1 teacher assessment,
 * statutory for the last time in 2022/23, which only Year 6 sat. Stage, subject, method and component codes are the world's
 * own stand-ins: the transfer file's lists for them are not published.
 */
export function giveResults(random: Random, pupil: WorldPupil): void {
  const place = yearsSinceReception(pupil.yearGroup)
  const hard = pupil.senProvision === 'N' ? 0 : 0.3
  const results: Result[] = []
  if (place >= 2) {
    const year = String(startedYear(pupil.yearGroup, '1') + 1)
    const passed = random.chance(rate('phonics-pass') - hard)
    const mark = passed ? random.int(32, 40) : random.int(8, 31)
    const date = `${year}-06-${String(random.int(8, 19)).padStart(2, '0')}`
    results.push(result('PHO', 'TT', 'MRK', year, String(mark), date))
  }
  if (place === 6) {
    const year = String(startedYear(pupil.yearGroup, '2') + 1)
    for (const subject of ['REA', 'WRI', 'MAT', 'SCI']) {
      const expected = random.chance(rate('key-stage-1-expected') - hard)
      const level = expected
        ? subject !== 'SCI' && random.chance(0.25)
          ? 'GDS'
          : 'EXS'
        : subject === 'SCI'
          ? 'HNM'
          : 'WTS'
      results.push(result(subject, 'TA', '', year, level, `${year}-06-23`))
    }
  }
  pupil.results = results
}

const result = (
  subject: string,
  method: string,
  component: string,
  year: string,
  value: string,
  date: string,
) => ({
  stage: 'KS1',
  subject,
  method,
  component,
  year,
  result: value,
  date,
})
