import type { MessageRecord } from './message-record.ts'
import type { Pupil } from './school-record.ts'

type Items = Record<string, string>

/** What may be broken, each so that one error rule finds it and no other. `terms` and `phases`: where it can be. */
interface Breaks {
  readonly rule: string
  readonly terms?: string
  readonly phases?: string
}

export interface PupilFault extends Breaks {
  readonly wanted: (pupil: Pupil) => boolean
  readonly spoil: (record: MessageRecord, census: string) => void
}

export interface RowFault extends Breaks {
  readonly table: string
  readonly wanted: (row: MessageRecord, pupil: MessageRecord) => boolean
  readonly spoil: (row: Items, days: { readonly before: string; readonly after: string }) => void
}

const here = ({ record: { items } }: Pupil): boolean =>
  items['onRoll'] === 'true' && items['enrolStatus'] === 'C'
const schoolAge = (pupil: Pupil): boolean => here(pupil) && pupil.year >= 7 && pupil.year <= 15
const without =
  (...names: string[]) =>
  ({ items }: MessageRecord): void => {
    for (const name of names) Reflect.deleteProperty(items, name)
  }
const missing = (rule: string, name: string, more: Omit<Breaks, 'rule'> = {}): PupilFault => ({
  rule,
  ...more,
  wanted: (pupil) => here(pupil) && pupil.record.items[name] !== undefined,
  spoil: without(name),
})
const wrong = (rule: string, name: string, value: string, more: Omit<Breaks, 'rule'> = {}): PupilFault => ({
  ...missing(rule, name, more),
  spoil: ({ items }) => {
    items[name] = value
  },
})

const mainstream = 'NS PS MP MS SS AT'
const attending = 'PS MP MS SS AT SP PR'
const absences = ['I', 'M', 'G', 'O', 'C', 'U', 'N']

export const pupilFaults: readonly PupilFault[] = [
  missing('1500', 'upn'),
  {
    ...missing('1510', 'upn'),
    spoil: ({ items }) => {
      const upn = items['upn'] ?? ''
      items['upn'] = (upn.startsWith('A') ? 'B' : 'A') + upn.slice(1)
    },
  },
  { ...missing('1570', 'uln', { phases: 'MS SS AT SP PR' }) },
  {
    ...missing('1575', 'uln', { phases: 'MS SS AT SP PR' }),
    spoil: ({ items }) => {
      const uln = items['uln'] ?? ''
      items['uln'] = uln.slice(0, 9) + String((Number(uln.slice(9)) + 1) % 10)
    },
  },
  missing('1580', 'surname'),
  missing('1590', 'forename'),
  { rule: '1600', phases: attending, wanted: schoolAge, spoil: without('dob') },
  wrong('1610', 'sex', 'X'),
  missing('1630', 'ethnicity', { terms: 'SPR' }),
  missing('1770', 'yssa', { phases: 'MP MS SS AT SP PR' }),
  wrong('1840', 'language', 'QQQ'),
  missing('1856', 'serviceChild'),
  missing('1860', 'enrolStatus'),
  missing('1869', 'topUpFunding'),
  missing('1871', 'plaa'),
  missing('1875', 'schoolLunchTaken', { phases: 'PS AT SP' }),
  missing('1880', 'entryDate'),
  missing('1930', 'partTime'),
  { rule: '2000', phases: attending, wanted: schoolAge, spoil: without('ncYear') },
  {
    rule: '2120',
    wanted: (pupil) => here(pupil) && pupil.record.items['senProvision'] === 'N',
    spoil: ({ items }) => {
      items['senProvision'] = 'A'
    },
  },
  {
    rule: '2170',
    terms: 'SPR',
    wanted: (pupil) => here(pupil) && (pupil.record.below?.['senNeed'] ?? []).length > 0,
    spoil: ({ below }) => {
      if (below) below['senNeed'] = []
    },
  },
  missing('2230', 'senUnit', { phases: mainstream }),
  missing('2250', 'resourcedProvision', { phases: mainstream }),
  {
    rule: '2500',
    phases: attending,
    wanted: (pupil) => here(pupil) && pupil.record.items['sessionsPossible'] !== undefined,
    spoil: (record) => {
      without('sessionsPossible')(record)
      if (record.below) record.below['session'] = []
    },
  },
  {
    rule: '2530',
    phases: attending,
    wanted: (pupil) =>
      here(pupil) &&
      (pupil.record.below?.['session'] ?? []).some(({ items }) => absences.includes(items['code'] ?? '')),
    spoil: ({ items }) => {
      items['sessionsPossible'] = '0'
    },
  },
  {
    rule: '2870',
    terms: 'AUT',
    phases: 'SS AT',
    wanted: (pupil) => here(pupil) && pupil.record.below?.['programmeAim'] !== undefined,
    spoil: (record) => {
      if (record.below) record.below['programmeAim'] = []
      without('plannedLearningHours', 'plannedOtherHours', 'tLevelLearningHours', 'tLevelOtherHours')(record)
    },
  },
  missing('3000', 'mathsGrade', { terms: 'AUT', phases: 'SS AT' }),
  missing('5230', 'dafIndicator', { phases: 'NS PS AT' }),
]

const onRoll = ({ items }: MessageRecord): boolean => items['onRoll'] === 'true'

export const rowFaults: readonly RowFault[] = [
  {
    rule: '1762',
    table: 'freeMealPeriod',
    wanted: (_, pupil) => onRoll(pupil),
    spoil: (row, { after }) => {
      row['start'] = after
    },
  },
  {
    rule: '1764',
    table: 'freeMealPeriod',
    wanted: (_, pupil) => onRoll(pupil),
    spoil: (row) => {
      row['country'] = 'FRA'
    },
  },
  {
    rule: '2280',
    phases: attending,
    table: 'suspension',
    wanted: () => true,
    spoil: (row) => {
      row['reason1'] = 'ZZ'
    },
  },
  {
    rule: '2290',
    phases: attending,
    table: 'suspension',
    wanted: () => true,
    spoil: (row, { before }) => {
      row['start'] = before
    },
  },
  {
    rule: '2300',
    phases: attending,
    table: 'suspension',
    wanted: ({ items }) => items['category'] === 'SUSP',
    spoil: (row) => {
      row['sessions'] = '0'
    },
  },
  {
    rule: '2340',
    table: 'address',
    wanted: (_, pupil) => onRoll(pupil),
    spoil: (row) => {
      row['postcode'] = 'TELFORD'
    },
  },
  {
    rule: '2400',
    table: 'address',
    wanted: ({ items }, pupil) => onRoll(pupil) && items['line1'] !== undefined,
    spoil: (row) => {
      Reflect.deleteProperty(row, 'line2')
    },
  },
  {
    rule: '2445',
    table: 'address',
    wanted: ({ items }, pupil) => onRoll(pupil) && items['paon'] !== undefined,
    spoil: (row) => {
      row['line1'] = row['paon'] ?? ''
      row['line2'] = row['street'] ?? ''
    },
  },
  {
    rule: '2475',
    phases: attending,
    table: 'session',
    wanted: ({ items }) => items['code'] === 'L',
    spoil: (row) => {
      row['code'] = 'ZZ'
    },
  },
  {
    rule: '2480',
    phases: attending,
    table: 'session',
    wanted: ({ items }) => absences.includes(items['code'] ?? ''),
    spoil: (row) => {
      row['sessions'] = '0'
    },
  },
]

export interface SchoolFault extends Breaks {
  readonly spoil: (items: Items) => void
}

export const schoolFaults: readonly SchoolFault[] = [
  { rule: '420', spoil: (items) => Reflect.deleteProperty(items, 'phone') },
  {
    rule: '1000',
    terms: 'SPR',
    phases: 'PS MP MS SS AT',
    spoil: (items) => {
      items['privateStudy'] = String(Number(items['privateStudy']) + 3)
    },
  },
  { rule: '1310', terms: 'SPR', spoil: (items) => Reflect.deleteProperty(items, 'freeMealsTaken') },
]
