import { isoOf, workingDayFrom, type Day } from './days.ts'
import type { Draws } from './draws.ts'
import type { MessageRecord } from './message-record.ts'
import { shareOf } from './return-data.ts'

export interface CaseDates {
  readonly from: Day
  readonly to: Day
  readonly census: Day
}

const [source, need, category, factor, closure] = [
  shareOf('referral-source'),
  shareOf('primary-need'),
  shareOf('abuse-category'),
  shareOf('factor'),
  shareOf('closure'),
]

/** One case of a child: no further action, closed after assessment, on a plan, or under protection; open or closed in the year. */
export function caseOf(by: Draws, dates: CaseDates, born: Day): MessageRecord {
  const kind = by.next()
  const earlier = by.chance(0.3)
  const referred = Math.max(
    born - 200,
    earlier && kind > 0.5 ? dates.from - by.int(20, 900) : dates.from + by.int(0, dates.to - dates.from - 80),
  )
  const items: Record<string, string> = { referralDate: isoOf(referred), source: source(by) }
  if (kind < 0.08 && referred >= dates.from) return { items: { ...items, noFurtherAction: 'true' } }
  items['noFurtherAction'] = 'false'
  items['primaryNeed'] = need(by)
  const inYear = referred >= dates.from
  const assessed = referred + by.int(2, 8)
  const finished = Math.min(dates.to, workingDayFrom(assessed + by.int(10, 44)))
  const assessment = inYear ? [assessmentOf(by, assessed, finished)] : []
  if (kind < 0.5 && inYear) {
    if (finished + 3 <= dates.to)
      Object.assign(items, {
        closureDate: isoOf(finished + 3),
        closureReason: by.chance(0.7) ? 'RC8' : 'RC9',
      })
    return { items, below: { assessment } }
  }
  const ends = by.chance(0.45)
  const ended = Math.max(finished, dates.from) + by.int(60, 200)
  const closes = ends && ended <= dates.to - 10
  if (closes) {
    const reason = closure(by)
    items['closureDate'] = isoOf(ended + 5)
    items['closureReason'] = reason === 'RC8' || reason === 'RC9' ? 'RC7' : reason
  }
  const end = closes ? { end: isoOf(ended) } : {}
  if (kind < 0.85) {
    const begins = Math.min(dates.to, inYear ? finished + 2 : referred + 50)
    return { items, below: { assessment, plan: [{ items: { start: isoOf(begins), ...end } }] } }
  }
  const abuse = category(by)
  const enquired = workingDayFrom(referred + by.int(1, 6))
  const conference = workingDayFrom(enquired + by.int(8, 16))
  const section47: MessageRecord[] = inYear
    ? [
        {
          items: {
            start: isoOf(enquired),
            conferenceTarget: isoOf(workingDayFrom(enquired + 20)),
            conferenceDate: isoOf(conference),
            conferenceNotRequired: 'false',
          },
        },
      ]
    : []
  const began = inYear ? conference : Math.min(dates.from - 1, referred + 20)
  const last = closes ? ended : dates.to
  const review = [began + 85, began + 85 + 170, began + 85 + 340]
    .map(workingDayFrom)
    .filter((day) => day > Math.max(began, dates.from) && day < last)
  return {
    items,
    below: {
      assessment,
      section47,
      protectionPlan: [
        {
          items: {
            start: isoOf(began),
            ...end,
            initialCategory: abuse,
            latestCategory: by.chance(0.9) ? abuse : category(by),
            previousPlans: by.chance(0.24) ? '1' : '0',
          },
          below: {
            reviews:
              review.length > 0
                ? [{ items: {}, below: { review: review.map((day) => ({ items: { date: isoOf(day) } })) } }]
                : [],
          },
        },
      ],
    },
  }
}

function assessmentOf(by: Draws, start: Day, end: Day): MessageRecord {
  const codes = new Set(Array.from({ length: by.int(1, 3) }, () => factor(by)))
  return {
    items: { start: isoOf(start), end: isoOf(end) },
    below: { factor: [...codes].map((code) => ({ items: { code } })) },
  }
}
