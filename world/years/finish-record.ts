import type { TermDefinition } from '../../src/core/collections/index.ts'
import type { MessageRecord } from '../returns/message-record.ts'
import { yearRate } from './rates.ts'
import type { Enrolment, Town } from './town.ts'

const told = yearRate('former-surname-told')

/** What stood for a code of attendance before it was in force: the nearest of its meaning. */
const before: Readonly<Record<string, string>> = { C1: 'C', C2: 'C', J1: 'C', K: 'B', Q: 'Y' }

/** Adds to a pupil's record what only people with a past have, and keeps to the codes that are in force in the term. */
export function finisher(
  town: Town,
  { codes, tables }: TermDefinition,
): (record: MessageRecord, enrolment: Enrolment) => void {
  const set = tables.get('session')?.items.get('code')?.codes ?? ''
  const inForce = new Set(codes.get(set))
  return ({ items, below = {} }, { person, leaving }) => {
    if (person.formerSurname !== null && town.by.chance(told)) items['formerSurname'] = person.formerSurname
    if (person.never !== null && leaving === null && isLater(person)) items['plaa'] = 'A'
    for (const table of ['session', 'summerSession']) {
      const rows = below[table]
      if (rows) below[table] = inOldCodes(rows, inForce)
    }
    person.sent = {
      meals: leaving === null ? (below['freeMealPeriod'] ?? []).length > 0 : person.sent?.meals === true,
      senProvision: items['senProvision'] ?? person.sent?.senProvision ?? 'N',
    }
  }
}

/** Of the two identities of an adopted child, the one after the adoption has the higher number. */
const isLater = ({ id, never }: Enrolment['person']): boolean => never !== null && id > never

function inOldCodes(rows: readonly MessageRecord[], inForce: ReadonlySet<string>): MessageRecord[] {
  const sessions = new Map<string, number>()
  for (const { items } of rows) {
    const code = items['code'] ?? ''
    const meant = inForce.has(code) ? code : (before[code] ?? 'I')
    sessions.set(meant, (sessions.get(meant) ?? 0) + Number(items['sessions']))
  }
  return [...sessions].map(([code, count]) => ({ items: { code, sessions: String(count) } }))
}
