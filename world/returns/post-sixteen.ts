import { cell, rows } from '../data.ts'
import type { CensusTerm } from './census-term.ts'
import { dayOf, isoOf } from './days.ts'
import type { Draws } from './draws.ts'
import type { MessageRecord } from './message-record.ts'
import type { Registration } from './populate.ts'
import { shareOf } from './return-data.ts'

const subjects = rows('return-aims').map((row) => ({ number: cell(row, 'number'), scc: cell(row, 'scc') }))
const grade = shareOf('grade')
/** The number under which a study programme of no T Level is sent, and the programme type of a T Level. */
const [programme, tLevel] = ['ZPROG001', '31']

const gcse = (by: Draws, subject: string, items: Record<string, string>): void => {
  const result = grade(by)
  items[`${subject}Grade`] = result
  items[`${subject}Stage`] = Number(result) >= 4 ? '1' : '3'
  items[`${subject}Exemption`] = 'N'
}

/**
 * What is sent of a learner over 16 in autumn: a study programme of two years with three or four subjects, or a T Level with
 * its work placement. Of a leaver, the programme that ended in the summer.
 */
export function givePostSixteen(
  by: Draws,
  term: CensusTerm,
  { leaving, year }: Registration,
  items: Record<string, string>,
): MessageRecord {
  const technical = by.chance(0.08)
  const began = term.schoolYear - (year - 16) - (leaving === null ? 0 : 1)
  const day = (text: string): string => isoOf(dayOf(text))
  const [start, planned] = [day(`${String(began)}-09-04`), day(`${String(began + 2)}-06-30`)]
  const ended: Record<string, string> =
    leaving === null ? { status: '1' } : { status: '2', actualEnd: isoOf(leaving - 14) }
  gcse(by, 'maths', items)
  gcse(by, 'english', items)
  if (leaving === null) {
    items['fullTimeEmployment'] = 'false'
    items[technical ? 'tLevelLearningHours' : 'plannedLearningHours'] = String(by.int(540, 720))
    items[technical ? 'tLevelOtherHours' : 'plannedOtherHours'] = String(by.int(20, 120))
  }
  const first = by.int(0, subjects.length - 1)
  const aims = Array.from({ length: technical ? 1 : by.int(3, 4) }, (_, i): MessageRecord => {
    const subject = subjects[(first + i * 5) % subjects.length]
    const placed = technical && year === 17 && i === 0
    const placement = {
      start: day(`${String(began + 1)}-01-12`),
      end: day(`${String(began + 1)}-03-20`),
      hours: '315',
      mode: '2',
    }
    return {
      items: {
        qn: subject?.number ?? '',
        subject: subject?.scc ?? '',
        start,
        plannedEnd: planned,
        core: String(i === 0),
        ...(technical ? { type: tLevel } : {}),
        ...ended,
      },
      below: { workPlacement: placed ? [{ items: placement }] : [] },
    }
  })
  return {
    items: { ...(technical ? { type: tLevel } : { qn: programme }), start, plannedEnd: planned, ...ended },
    below: { learningAim: aims },
  }
}
