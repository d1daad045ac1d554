import type { CensusTerm } from './census-term.ts'
import { isoOf } from './days.ts'
import type { Draws } from './draws.ts'
import type { MessageRecord } from './message-record.ts'
import { pupilFaults, rowFaults, schoolFaults } from './fault-menu.ts'
import type { PlannedSchool } from './plan-schools.ts'
import type { Pupil } from './school-record.ts'

/** Something broken on purpose, as a finding of the rule will place it. */
export interface Fault {
  readonly rule: string
  readonly table: string
  /** The record's place among the return's records of that table, from 1. */
  readonly ordinal: number
  /** The pupil's place among the return's pupils; null: it is the school's. */
  readonly pupil: number | null
}

/** Where a fault was made; its places are counted when all are made, since a fault may take records away. */
interface Made {
  readonly rule: string
  readonly table: string
  readonly record: MessageRecord
  readonly pupil: Pupil | null
}

/** Breaks one to six things of a return, each against one rule and of another pupil. */
export function breakReturn(
  by: Draws,
  school: PlannedSchool,
  term: CensusTerm,
  own: MessageRecord,
  pupils: readonly Pupil[],
): readonly Fault[] {
  const touched = new Set<Pupil>()
  const made: Made[] = []
  const { phase } = school.kind
  const fits = (rule: { readonly terms?: string; readonly phases?: string }): boolean =>
    (rule.terms ?? term.name).includes(term.name) && (rule.phases ?? phase).split(' ').includes(phase)
  const find = (wanted: (pupil: Pupil) => boolean): Pupil | undefined => {
    const from = by.int(0, Math.max(0, pupils.length - 1))
    for (let i = 0; i < pupils.length; i++) {
      const pupil = pupils[(from + i) % pupils.length]
      if (pupil && !touched.has(pupil) && wanted(pupil)) {
        touched.add(pupil)
        return pupil
      }
    }
    return undefined
  }
  const makers: (() => boolean)[] = [
    ...schoolFaults.filter(fits).map(({ rule, spoil }) => () => {
      spoil(own.items)
      made.push({ rule, table: 'school', record: own, pupil: null })
      return true
    }),
    ...pupilFaults.filter(fits).map(({ rule, wanted, spoil }) => () => {
      const pupil = find(wanted)
      if (!pupil) return false
      spoil(pupil.record, isoOf(term.census))
      made.push({ rule, table: 'pupil', record: pupil.record, pupil })
      return true
    }),
    ...rowFaults.filter(fits).map(({ rule, table, wanted, spoil }) => () => {
      const pupil = find(({ record }) => (record.below?.[table] ?? []).some((row) => wanted(row, record)))
      const row = pupil?.record.below?.[table]?.find((each) => wanted(each, pupil.record))
      if (!pupil || !row) return false
      spoil(row.items, { before: isoOf(term.suspensions.from - 40), after: isoOf(term.census + 10) })
      made.push({ rule, table, record: row, pupil })
      return true
    }),
    () => {
      const [first, second] = [find(plain), find(plain)]
      if (!first || !second) return false
      second.record.items['upn'] = first.record.items['upn'] ?? ''
      for (const pupil of [first, second])
        made.push({ rule: '1520', table: 'pupil', record: pupil.record, pupil })
      return true
    },
  ]
  for (let wanted = by.int(1, 6); wanted > 0 && makers.length > 0;) {
    const [make] = makers.splice(by.int(0, makers.length - 1), 1)
    if (make?.()) wanted--
  }
  const pupilPlace = new Map(pupils.map((pupil, i) => [pupil, i + 1]))
  return made.map(({ rule, table, record, pupil }) => ({
    rule,
    table,
    ordinal:
      pupil === null ? 1 : table === 'pupil' ? (pupilPlace.get(pupil) ?? 0) : placeOf(pupils, table, record),
    pupil: pupil && (pupilPlace.get(pupil) ?? 0),
  }))
}

const plain = ({ record: { items } }: Pupil): boolean =>
  items['onRoll'] === 'true' && items['enrolStatus'] === 'C' && items['upn'] !== undefined

function placeOf(pupils: readonly Pupil[], table: string, record: MessageRecord): number {
  let before = 0
  for (const pupil of pupils) {
    const rows = pupil.record.below?.[table] ?? []
    const here = rows.indexOf(record)
    if (here >= 0) return before + here + 1
    before += rows.length
  }
  throw new Error('a fault whose record is gone')
}
