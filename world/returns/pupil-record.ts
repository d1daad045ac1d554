import { absenceOf, attends, sessionsOf } from './attendance-record.ts'
import type { CensusTerm } from './census-term.ts'
import { ageOn, isoOf } from './days.ts'
import type { Draws } from './draws.ts'
import { giveEarlyYears } from './early-years.ts'
import type { Leanings } from './leanings.ts'
import type { MessageRecord } from './message-record.ts'
import { ulnOf, uprnOf } from './numbers.ts'
import { stageAt, type PlannedSchool } from './plan-schools.ts'
import type { Registration } from './populate.ts'
import { givePostSixteen } from './post-sixteen.ts'
import { rateOf, shareOf } from './return-data.ts'
import { suspensionsOf } from './suspension-records.ts'

export interface PupilContext {
  readonly term: CensusTerm
  readonly school: PlannedSchool
  readonly by: Draws
  readonly seed: number
  /** The number of the authority among those of one seed. */
  readonly authority: number
  readonly leanings?: Leanings
}

const rate = {
  meals: rateOf('free-meals'),
  plan: rateOf('ehc-plan'),
  support: rateOf('sen-support'),
  lookedAfter: rateOf('post-looked-after'),
  carer: rateOf('young-carer'),
  service: rateOf('service-child'),
  lunch: rateOf('infant-lunch'),
  partTime: rateOf('funded-hours-part-time'),
  topUp: rateOf('top-up'),
  unit: rateOf('sen-unit'),
  resourced: rateOf('resourced'),
  learnerSupport: rateOf('learner-support'),
  arranged: rateOf('school-arranged'),
}
const share = {
  needSupport: shareOf('need-support'),
  needPlan: shareOf('need-plan'),
  lookedAfter: shareOf('post-looked-after'),
  agreement: shareOf('support-agreement'),
  service: shareOf('service-child'),
  carer: shareOf('young-carer'),
  alternative: shareOf('alternative-reason'),
}

/** A pupil as the school's return has it in this term. What does not change from term to term is drawn from the child's number. */
export function pupilRecord(context: PupilContext, registration: Registration): MessageRecord {
  const { term, school, by, seed } = context
  const { child, status, entry, leaving, year } = registration
  const { household } = child
  const { phase } = school.kind
  const stage = stageAt(school, year)
  const spring = term.name === 'SPR'
  const items: Record<string, string> = {
    onRoll: leaving === null ? 'true' : 'false',
    upn: child.upn,
    surname: child.surname,
    forename: child.forename,
    sex: child.sex,
    dob: isoOf(child.born),
    language: household.language,
    enrolStatus: status,
    entryDate: isoOf(entry),
    partTime: 'false',
    boarder: 'N',
  }
  const below: Record<string, MessageRecord[]> = {}
  if (child.formerUpn !== null) items['formerUpn'] = child.formerUpn
  if (child.middleName !== '') items['middleNames'] = child.middleName
  if (spring) items['ethnicity'] = household.ethnicity
  if (!['NS', 'PS', 'MP'].includes(phase) && ageOn(child.born, term.census) >= 14)
    items['uln'] = ulnOf(child.index)
  by.seed(seed, child.index, 11 + context.authority * 16)
  const meals = household.means < rate.meals[stage] && year < 18
  const { leanings } = context
  const facts = { ethnicity: household.ethnicity, sex: child.sex, meals }
  const need = by.next() / (leanings && phase !== 'SP' ? leanings.need(facts) : 1)
  const plan = need < rate.plan[stage]
  const support = !plan && (phase === 'SP' || need < rate.plan[stage] + rate.support[stage])
  const lookedAfter = by.next() < rate.lookedAfter[stage] ? share.lookedAfter(by) : 'N'
  const carer = by.next() < rate.carer[stage] ? share.carer(by) : 'N'
  const service = !meals && by.next() < rate.service[stage] ? 'Y' : share.service(by)
  const agreement = share.agreement(by)
  const senProvision = plan ? 'E' : support ? 'K' : 'N'
  const whole = { ...facts, senProvision }
  const missed = Math.min(0.92, absenceOf(by, stage) * (leanings?.missed(whole) ?? 1))
  const known = entry + by.int(0, 400)
  const [needs, inUnit] = [plan ? share.needPlan(by) : share.needSupport(by), by.next()]
  const second = share.needSupport(by)
  if (leaving === null) {
    items['ncYear'] = term.years[year] ?? ''
    items['plaa'] = lookedAfter
    items['senProvision'] = senProvision
    items['topUpFunding'] = String(plan && by.next() < rate.topUp[stage])
    if (status !== 'S') items['serviceChild'] = service
    if (spring) items['youngCarer'] = carer
    if (phase !== 'NS' && phase !== 'PS' && ageOn(child.born, term.ageDay) >= 12) items['yssa'] = agreement
    if ((phase === 'PS' || phase === 'AT') && year <= 11) items['classType'] = year <= 3 ? 'N' : 'O'
    if (year >= 4 && year <= 6) items['schoolLunchTaken'] = String(by.next() < rate.lunch[stage])
    if (year <= 3 && by.next() < rate.partTime[stage]) items['partTime'] = 'true'
    if ((plan || support) && phase !== 'SP' && phase !== 'PR') {
      items['senUnit'] = String(inUnit < rate.unit[stage])
      items['resourcedProvision'] = String(inUnit > 1 - rate.resourced[stage])
    }
    if (spring && (plan || support)) {
      below['senNeed'] = [{ items: { rank: '1', type: needs } }]
      if (second !== needs && second !== 'NSA' && need * 1000 - Math.floor(need * 1000) < 0.3)
        below['senNeed'].push({ items: { rank: '2', type: second } })
    }
    if (spring && phase === 'PR') items['unitContactTime'] = String(by.int(12, 25))
    if (meals)
      below['freeMealPeriod'] = [
        { items: { start: isoOf(Math.min(known, term.census - 5)), country: 'ENG' } },
      ]
    const basis = giveEarlyYears(by, term, registration, stage, meals, lookedAfter !== 'N', items)
    if (basis.length > 0) below['twoYearBasis'] = basis
    below['address'] = [addressOf(context, registration)]
    if (phase === 'PR')
      below['apPlacement'] = [{ items: { reason: share.alternative(by), senAtEntry: items['senProvision'] } }]
    if (term.name !== 'AUT' && year >= 16 && phase !== 'SP' && by.next() < rate.learnerSupport[stage])
      below['learnerSupport'] = [{ items: { code: meals ? '55' : '56' } }]
    if (year >= 5 && year <= 15 && by.next() < rate.arranged[stage])
      below['schoolArrangedAp'] = [arranged(by, term, items['senProvision'])]
  } else items['leavingDate'] = isoOf(leaving)
  if (phase === 'NS') return { items, below }
  by.seed(seed, child.index * 4 + (leaving === null ? 0 : 1), term.attendance.from + context.authority * 16)
  const suspensions = suspensionsOf(by, term, registration, stage, senProvision, leanings?.suspended(whole))
  if (suspensions.length > 0) below['suspension'] = suspensions
  if (attends(term, registration)) {
    const sent = sessionsOf(by, term.attendance, registration, stage, missed)
    if (sent) {
      items['sessionsPossible'] = String(sent.possible)
      below['session'] = sent.details
    }
    const summer = term.summerAttendance && sessionsOf(by, term.summerAttendance, registration, stage, missed)
    if (summer) {
      items['summerSessionsPossible'] = String(summer.possible)
      below['summerSession'] = summer.details
    }
  }
  if (term.name === 'AUT' && year >= 16 && school.kind.sixthForm && status !== 'S') {
    below['programmeAim'] = [givePostSixteen(by, term, registration, items)]
    if (leaving !== null) {
      items['ncYearLeaving'] = term.years[year] ?? ''
      below['address'] = [{ items: { postcode: household.postcode } }]
    }
  }
  return { items, below }
}

function addressOf({ by }: PupilContext, { child: { household } }: Registration): MessageRecord {
  const { house, street, town, postcode } = household
  if (by.chance(0.15)) return { items: { postcode, line1: `${house} ${street}`, line2: town } }
  const items: Record<string, string> = { postcode, paon: house, street, town, postTown: town }
  if (household.index % 17 === 0) items['saon'] = `Flat ${String((household.index % 6) + 1)}`
  if (by.chance(0.6)) items['uprn'] = uprnOf(household.index)
  return { items }
}

const arranged = (by: Draws, term: CensusTerm, provision: string): MessageRecord => ({
  items: {
    entryDate: isoOf(term.census - by.int(10, 120)),
    sessionsPerWeek: String(by.int(2, 8)),
    settingType: by.pick(['NFE', 'OOT', 'OTH']),
    reason: by.pick(['MHN', 'PHN', 'OTH']),
    senAtEntry: provision,
    pattern: 'PT',
  },
})
