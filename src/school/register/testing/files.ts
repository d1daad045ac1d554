import { Readable } from 'node:stream'
import type { SchoolStore } from '../../../core/store/index.ts'
import {
  importFile,
  parseImportMap,
  readCodeSets,
  type ChoicesSource,
  type CodeSets,
  type ImportMap,
  type ImportOptions,
  type ImportReport,
} from '../index.ts'

export const at = new Date('2026-11-24T07:30:00Z')

/** A small code sets' world: what the tests below need, in the shape of policy/codes. */
const set = (
  ...codes: string[]
): ReadonlyMap<
  string,
  { code: string; label: string; validFrom: string; validTo: string; more: Record<string, string> }
> =>
  new Map(
    codes.map((code) => [
      code,
      {
        code,
        label: code,
        validFrom: '',
        validTo: '',
        more: { meaning: 'attending', counts_as_possible: 'yes', valid_in_upn: 'yes' },
      },
    ]),
  )

export const codes: CodeSets = new Map([
  ['sex', set('M', 'F')],
  ['year-group', set('N1', 'R', '1', '2', '3', '4', '5', '6')],
  ['enrolment-status', set('C', 'M', 'S')],
  ['ethnicity-extended', set('WBRI', 'AIND')],
  ['relationship', set('PAM', 'PAF', 'OTH')],
  ['attendance-2024', set('/', '\\', 'I')],
  ['language', set('ENG', 'POL')],
  ['sen-type', set('ASD', 'SLCN')],
  ['sen-provision', set('N', 'K', 'E')],
  ['uk-country', set('ENG', 'WLS')],
  ['la-number', set('801', '823', '894')],
  ['suspension-category', set('SUSP', 'PERM')],
  ['suspension-reason', set('PP', 'DB')],
])

const pupilColumns = `
  - { header: Id, field: misId, required: true, read: text }
  - { header: Upn, field: upn, read: text }
  - { header: Surname, field: surname, required: true, read: text }
  - { header: Forename, field: forename, required: true, read: text }
  - { header: Born, field: dateOfBirth, required: true, read: date, form: dd/mm/yyyy }
  - { header: Sex, field: sex, required: true, read: code, codes: { Girl: F, Boy: M } }
  - { header: Year, field: yearGroup, required: true, read: code }
  - { header: Status, field: enrolmentStatus, required: true, read: code }
  - { header: Entry, field: entryDate, required: true, read: date }
  - { header: Class, field: registrationGroup, read: text, empty: [NoTutorGrp] }
  - { header: Eal, field: eal, read: flag }
  - { header: Allergens, field: allergens, read: list }
  - { header: Family, field: familyId, read: text }
  - { header: FormerSurname, field: formerSurname, read: text }`

const map = (id: string, target: string, whole: boolean, columns: string): ImportMap =>
  parseImportMap(
    `id: ${id}\nlabel: Test\ntarget: ${target}\nwholeRoll: ${whole}\ncolumns:${columns}\n`,
    `${id}.yaml`,
  )

export const maps = {
  pupils: map('pupils', 'pupils', true, pupilColumns),
  contacts: map(
    'contacts',
    'contacts',
    true,
    `
  - { header: Pupil, field: pupilMisId, required: true, read: text }
  - { header: Id, field: contactMisId, required: true, read: text }
  - { header: Surname, field: surname, required: true, read: text }
  - { header: Forename, field: forename, required: true, read: text }
  - { header: Priority, field: priority, required: true, read: number }
  - { header: Relationship, field: relationship, required: true, read: code, codes: { Mother: PAM, Father: PAF } }
  - { header: PR, field: parentalResponsibility, required: true, read: flag }
  - { header: Mobile, field: mobile, read: text }`,
  ),
  attendance: map(
    'attendance',
    'attendance',
    false,
    `
  - { header: Pupil, field: pupilMisId, required: true, read: text }
  - { header: Day, field: day, required: true, read: date }
  - { header: Session, field: session, required: true, read: code }
  - { header: Mark, field: code, required: true, read: code }`,
  ),
  fsm: map(
    'fsm',
    'fsm',
    false,
    `
  - { header: Pupil, field: pupilMisId, required: true, read: text }
  - { header: Start, field: startDate, required: true, read: date }
  - { header: End, field: endDate, read: date }`,
  ),
  sen: map(
    'sen',
    'sen',
    true,
    `
  - { header: Pupil, field: pupilMisId, required: true, read: text }
  - { header: Rank, field: rank, required: true, read: number }
  - { header: Type, field: senType, required: true, read: code }`,
  ),
  assessments: map(
    'assessments',
    'assessments',
    false,
    `
  - { header: Pupil, field: pupilMisId, required: true, read: text }
  - { header: Stage, field: stage, required: true, read: text }
  - { header: Subject, field: subject, required: true, read: text }
  - { header: Method, field: method, required: true, read: text }
  - { header: Year, field: year, required: true, read: text }
  - { header: Result, field: result, required: true, read: text }
  - { header: Date, field: resultDate, read: date }`,
  ),
  suspensions: map(
    'suspensions',
    'suspensions',
    false,
    `
  - { header: Pupil, field: pupilMisId, required: true, read: text }
  - { header: Start, field: startDate, required: true, read: date }
  - { header: Category, field: category, required: true, read: code }
  - { header: Reasons, field: reasons, required: true, read: list }
  - { header: Sessions, field: sessions, required: true, read: number }`,
  ),
  history: map(
    'history',
    'history',
    false,
    `
  - { header: Pupil, field: pupilMisId, required: true, read: text }
  - { header: La, field: laNumber, required: true, read: text }
  - { header: Estab, field: establishmentNumber, required: true, read: text }
  - { header: Name, field: schoolName, required: true, read: text }
  - { header: Entry, field: entryDate, required: true, read: date }
  - { header: Left, field: leavingDate, read: date }`,
  ),
  protections: map(
    'protections',
    'protections',
    false,
    `
  - { header: Pupil, field: pupilMisId, required: true, read: text }
  - { header: Kind, field: kind, required: true, read: code, codes: { Adoption: adoption, Court order: court-order, Address: confidential-address } }
  - { header: Contact, field: contactMisId, read: text }
  - { header: Allowed, field: allowedRecipients, read: list }
  - { header: From, field: fromDate, required: true, read: date }
  - { header: To, field: toDate, read: date }
  - { header: Ground, field: ground, required: true, read: text }`,
  ),
  consents: map(
    'consents',
    'consents',
    false,
    `
  - { header: Pupil, field: pupilMisId, required: true, read: text }
  - { header: Purpose, field: purpose, required: true, read: text }
  - { header: Kind, field: kind, required: true, read: code }
  - { header: State, field: state, required: true, read: code }
  - { header: Giver, field: giver, required: true, read: code }
  - { header: Contact, field: contactMisId, read: text }
  - { header: Wording, field: wordingId, required: true, read: text }
  - { header: Method, field: method, required: true, read: code }
  - { header: At, field: recordedAt, required: true, read: instant }`,
  ),
} as const

export const pupilHeader =
  'Id,Upn,Surname,Forename,Born,Sex,Year,Status,Entry,Class,Eal,Allergens,Family,FormerSurname'

/** Rows of a pupils file that are all right. */
export const pupilRows = [
  `1,B801200005001,O'Brien,Zoë,29/02/2016,Girl,5,C,2020-09-01,5B,Yes,milk; nuts,f1,`,
  `2,E823432124001,Ng,Ana-Luísa,03/04/2017,Girl,4,C,2021-09-01, 4A ,No,,f1,`,
  `3,,Smith,John,05/06/2018,Boy,3,C,2022-09-01,NoTutorGrp,,,,Smythe`,
]

export const pupilsFile = (...rows: string[]): string => [pupilHeader, ...rows, ''].join('\r\n')

const followNothing: ChoicesSource['follow'] = () => Promise.resolve({ stopped: 0, recalls: 0 })

export const importText = (
  school: SchoolStore,
  name: keyof typeof maps,
  text: string | Uint8Array,
  more: Partial<ImportOptions> & {
    wordings?: ReadonlyMap<string, { purpose: string; sha256: string }>
    map?: ImportMap
    follow?: ChoicesSource['follow']
  } = {},
): Promise<ImportReport> => {
  const { wordings, map: other, follow = followNothing, ...options } = more
  return importFile(
    school,
    {
      format: 'csv',
      map: other ?? maps[name],
      codes,
      ...(wordings ? { choices: { wordings, follow } } : {}),
    },
    Readable.from([Buffer.from(text)]),
    { at, apply: true, fileName: `${name}.csv`, ...options },
  )
}

/** Everything the register holds, without times and ids that the store gives: to tell whether anything changed. */
export async function registerOf(school: SchoolStore): Promise<string> {
  return school.read(async (tx) => {
    const tables = [
      'pupil',
      'contact',
      'pupil_contact',
      'sen_need',
      'fsm_period',
      'attendance_mark',
      'assessment_result',
      'suspension',
      'school_history',
      'protection',
      'consent_choice',
    ] as const
    const all: Record<string, unknown> = {}
    for (const table of tables) {
      const rows = await tx.selectFrom(table).selectAll().execute()
      all[table] = rows.map((row) => JSON.stringify({ ...row, updated_at: null })).sort()
    }
    return JSON.stringify(all)
  })
}

export { readCodeSets }
