import type { MessageRow, TermDefinition } from '../../core/collections/index.ts'
import type { ItemId, Subject, Value } from '../../core/vocabulary/index.ts'
import type { Items, PermittedRow } from '../release/index.ts'
import { ageAt } from './age-at.ts'
import type { CensusFacts } from './census-facts.store.ts'
import { clippedPeriods } from './clipped-periods.ts'
import { countSessions, type CountedSessions } from './count-sessions.ts'

/** A pupil's place in a return: on the roll on census day, a leaver who still has something to be sent, or none. */
export type Place = 'on-roll' | 'leaver'

/** What is the same for every pupil of one return. */
export interface CensusCase {
  readonly definition: TermDefinition
  readonly facts: CensusFacts
}

type Below = Readonly<Record<string, readonly MessageRow[]>>

/**
 * The record of one pupil in a school census, from what may leave of it and nothing else; null: the pupil is not in this one.
 * What the register does not hold is left out. Items that are not collected in the term, of this phase or of this pupil are
 * left out too.
 */
export function censusPupil(row: PermittedRow, of: CensusCase): { row: MessageRow; place: Place } | null {
  const { definition, facts } = of
  const { term, lists } = definition
  const value = (item: ItemId): Value => row.values.get(item) ?? null
  const entry = text(value('pupil.entryDate'))
  const leaving = text(value('pupil.leavingDate'))
  const status = text(value('pupil.enrolmentStatus'))
  // Without these nobody can say whether the pupil is in it; a pupil of whom nothing that says who it is may leave is not.
  if (entry === null || entry > term.census) return null
  const isOnRoll = leaving === null || leaving >= term.census
  if (isOnRoll && !(lists.get('enrolStatuses') ?? []).includes(status ?? '')) return null
  if (!isOnRoll && (facts.phase === 'NS' || status === 'G')) return null

  const attendance = attendanceOf(row, of)
  const suspensions = suspensionsOf(row, of)
  if (!isOnRoll && !attendance && suspensions.length === 0) return null
  const place: Place = isOnRoll ? 'on-roll' : 'leaver'
  const items: Record<string, string | null> = {
    ...ownItems(row, of),
    onRoll: String(isOnRoll),
    enrolStatus: status,
    ncYearLeaving: text(value('pupil.yearGroup')),
    ...earlyYears(row, of),
    ...attendance?.possible,
    ...saidOfAll(text(value('pupil.yearGroup')), of),
  }
  const below: Below = {
    freeMealPeriod: freeMealsOf(row, of),
    senNeed: needsOf(row, of),
    address: addressOf(row),
    suspension: suspensions,
    ...attendance?.sessions,
  }
  return {
    place,
    row: { items: collectedItems(items, 'pupil', place, of), below: collectedTables(below, place, of) },
  }
}

const text = (value: Value | undefined): string | null =>
  value === null || value === undefined || value === '' ? null : String(value)

const rowsOf = (row: PermittedRow, subject: Subject): readonly Items[] => row.children.get(subject) ?? []

/** Items of the pupil's own record that the collection names by their item of the dictionary. */
function ownItems(row: PermittedRow, { definition }: CensusCase): Record<string, string | null> {
  const own: Record<string, string | null> = {}
  for (const { name, item } of definition.tables.get('pupil')?.items.values() ?? [])
    if (item !== null) own[name] = text(row.values.get(item))
  return own
}

/** What the school says alike of every pupil, or of a year group; the register holds none of it. */
function saidOfAll(year: string | null, { facts }: CensusCase): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(facts.settings.pupil).map(([item, said]) => [
      item,
      typeof said === 'string' ? said : (said[year ?? ''] ?? null),
    ]),
  )
}

/**
 * Hours and the code are of children below reception (rules 5170 and 1851), and not of every school (5095, 5096). The register
 * has the hours a week that are funded in all: of a child of three or more with a code, those beyond the universal ones are
 * extended. Whose hours are expanded the register can't say.
 */
function earlyYears(row: PermittedRow, of: CensusCase): Record<string, string | null> {
  const { lists, parameters, term } = of.definition
  const governance = of.facts.settings.school['governance'] ?? ''
  const sends =
    (lists.get('nursery') ?? []).includes(text(row.values.get('pupil.yearGroup')) ?? '') &&
    !(lists.get('withoutEarlyYearsHours') ?? []).includes(governance)
  const hours = sends ? text(row.values.get('pupil.fundedHours')) : null
  const code = sends ? text(row.values.get('pupil.fundingCode')) : null
  const born = text(row.values.get('pupil.dateOfBirth'))
  const day = term.periods.get('prescribedDay')?.from
  const universal = Number(parameters.get('fundedHoursHighest'))
  const isExtended =
    code !== null &&
    born !== null &&
    day !== undefined &&
    ageAt(born, day) >= Number(parameters.get('extendedFromAge')) &&
    Number(hours) > universal
  return {
    fundedHours: isExtended ? String(universal) : hours,
    extendedHours: isExtended ? String(Math.round((Number(hours) - universal) * 100) / 100) : null,
    eligibilityCode: code,
  }
}

function freeMealsOf(row: PermittedRow, { definition }: CensusCase): readonly MessageRow[] {
  const period = definition.term.periods.get('freeMeals')
  if (!period) return []
  const held = rowsOf(row, 'freeMeals').map((one) => ({
    start: text(one.get('freeMeals.startDate')),
    end: text(one.get('freeMeals.endDate')),
    country: text(one.get('freeMeals.country')),
  }))
  return clippedPeriods(held, period).map(({ start, end, country }) => ({ items: { start, end, country } }))
}

/** Of pupils with support or a plan, the two first of those that were not over by census day (rules 2125, 2140, 2166). */
function needsOf(row: PermittedRow, { definition }: CensusCase): readonly MessageRow[] {
  const { census } = definition.term
  if (!['K', 'E'].includes(text(row.values.get('pupil.senProvision')) ?? '')) return []
  return rowsOf(row, 'senNeed')
    .filter((need) => (text(need.get('senNeed.endDate')) ?? census) >= census)
    .slice(0, 2)
    .map((need, i) => {
      const type = text(need.get('senNeed.type'))
      return { items: { rank: need.has('senNeed.rank') ? String(i + 1) : null, type } }
    })
}

function addressOf({ values }: PermittedRow): readonly MessageRow[] {
  const items = {
    postcode: text(values.get('pupil.postcode')),
    line1: text(values.get('pupil.addressLine1')),
    line2: text(values.get('pupil.addressLine2')),
    line3: text(values.get('pupil.town')),
    line4: text(values.get('pupil.county')),
  }
  return Object.values(items).some((line) => line !== null) ? [{ items }] : []
}

function suspensionsOf(row: PermittedRow, { definition, facts }: CensusCase): readonly MessageRow[] {
  const period = definition.term.periods.get('suspensions')
  if (!period || facts.phase === 'NS') return []
  const provision = text(row.values.get('pupil.senProvision'))
  const since = text(row.values.get('pupil.senStartDate'))
  return rowsOf(row, 'suspension').flatMap((one) => {
    const start = text(one.get('suspension.startDate'))
    if (start === null || start < period.from || start > period.to) return []
    const category = text(one.get('suspension.category'))
    const [reason1 = null, reason2 = null, reason3 = null] = (text(one.get('suspension.reasons')) ?? '')
      .split('; ')
      .filter((reason) => reason !== '')
    return [
      {
        items: {
          category,
          reason1,
          reason2,
          reason3,
          start,
          // A permanent exclusion has none (rule 2330).
          sessions: category === 'PERM' ? null : text(one.get('suspension.sessions')),
          // The register has the provision of today. It was that of the day when it had begun by then.
          senProvision: since !== null && since <= start ? provision : null,
        },
      },
    ]
  })
}

/** Null: none is sent of this pupil. Ages are those of rules 2470 and 2571; boarders are said by the school's settings alone. */
function attendanceOf(
  row: PermittedRow,
  { definition, facts }: CensusCase,
): { possible: Record<string, string>; sessions: Below } | null {
  const { term, parameters } = definition
  const born = text(row.values.get('pupil.dateOfBirth'))
  const day = term.periods.get('attendanceAgeDay')?.from
  if (facts.phase === 'NS' || born === null || day === undefined) return null
  const boarder = saidOfAll(text(row.values.get('pupil.yearGroup')), { definition, facts })['boarder']
  if ((definition.lists.get('boarders') ?? []).includes(boarder ?? '')) return null
  const age = ageAt(born, day)
  if (
    age < Number(parameters.get('attendanceAgeLowest')) ||
    age > Number(parameters.get('attendanceAgeHighest'))
  )
    return null
  const marks = rowsOf(row, 'attendance')
  const counted = (name: string): CountedSessions | null => {
    const period = term.periods.get(name)
    return period ? countSessions(marks, period, facts.countsAsPossible) : null
  }
  const first = counted('attendance')
  const second = counted('summerAttendance')
  if (!first && !second) return null
  return {
    possible: {
      ...(first ? { sessionsPossible: String(first.possible) } : {}),
      ...(second ? { summerSessionsPossible: String(second.possible) } : {}),
    },
    sessions: { session: first?.rows ?? [], summerSession: second?.rows ?? [] },
  }
}

const isCollected = (
  { terms, phases }: { terms: readonly string[]; phases: readonly string[] },
  { definition, facts }: CensusCase,
): boolean =>
  (terms.length === 0 || terms.includes(definition.term.name)) &&
  (phases.length === 0 || phases.includes(facts.phase))

function collectedItems(
  items: Readonly<Record<string, string | null>>,
  table: string,
  place: Place,
  of: CensusCase,
): Record<string, string> {
  const known = of.definition.tables.get(table)?.items
  const leavers = of.definition.lists.get('leaverItems') ?? []
  return Object.fromEntries(
    Object.entries(items).flatMap(([name, value]) => {
      const item = known?.get(name)
      if (value === null || !item || !isCollected(item, of)) return []
      if (place === 'leaver' && table === 'pupil' && !leavers.includes(name)) return []
      // Only leavers have a year group on leaving.
      return place === 'on-roll' && name === 'ncYearLeaving' ? [] : [[name, value]]
    }),
  )
}

function collectedTables(below: Below, place: Place, of: CensusCase): Below {
  const leavers = of.definition.lists.get('leaverTables') ?? []
  return Object.fromEntries(
    Object.entries(below)
      .filter(([table]) => place === 'on-roll' || leavers.includes(table))
      .map(([table, rows]) => [
        table,
        rows
          .map((row) => ({
            items: collectedItems(row.items as Record<string, string | null>, table, place, of),
          }))
          .filter(({ items }) => Object.keys(items).length > 0),
      ]),
  )
}
