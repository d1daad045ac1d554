/**
 * Files that no importer may take, for tests; they are never written among the school's own. Each says where its fault is.
 * `line` and `column` are absent where the whole file is refused.
 */
export interface BadFile {
  readonly name: string
  /** The source that it pretends to be: an id of policy/imports/, or `ctf`. */
  readonly source: string
  readonly bytes: Buffer
  readonly line?: number
  readonly column?: string
  /** The rejection's code. */
  readonly code?: string
}

const headers =
  'StudentId,AdmissionNumber,Upn,LastName,FirstName,GenderCode,DateOfBirth,EthnicityCode,YearGroup,EnrolmentStateName,EntryDate'
const good = [
  '9001',
  '012301',
  'B894299920101',
  'Marlow',
  'Ines',
  'F',
  '2018-05-04',
  'WBRI',
  '3',
  'C',
  '2022-09-05',
]

const names = headers.split(',')
const csv = (...rows: readonly (readonly string[])[]): Buffer =>
  Buffer.from([headers, ...rows.map((cells) => cells.join(','))].join('\r\n') + '\r\n')

/** The good row with one cell changed. */
const changed = (header: string, value: string): string[] =>
  good.map((cell, i) => (names[i] === header ? value : cell))

const one = (name: string, column: string, value: string, code: string): BadFile => ({
  name,
  source: 'bromcom-pupils',
  bytes: csv(changed(column, value)),
  line: 2,
  column,
  code,
})

const ctf = (before: string, inside: string): Buffer =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n${before}<CTfile><Header><DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion><DateTime>2026-11-20T10:00:00</DateTime><DocumentQualifier>full</DocumentQualifier><SupplierID>x</SupplierID><SourceSchool><LEA>893</LEA><Estab>2996</Estab><SchoolName>S</SchoolName><AcademicYear>2026</AcademicYear></SourceSchool><DestSchool><LEA>894</LEA><Estab>2999</Estab></DestSchool></Header><CTFpupilData>\n<Pupil>\n<UPN>B894299920101</UPN><Surname>${inside}</Surname><Forename>Ines</Forename><DOB>2018-05-04</DOB><Sex>F</Sex>\n</Pupil></CTFpupilData></CTfile>`,
  )

const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')

export const badFiles: readonly BadFile[] = [
  one('a UPN with a wrong check letter', 'Upn', 'A894299920101', 'upn-check-letter'),
  one('a UPN that is too short', 'Upn', 'B89429992010', 'bad-upn'),
  one('a thirtieth of February', 'DateOfBirth', '2018-02-30', 'bad-date'),
  one('a birth in the future', 'DateOfBirth', '2031-01-01', 'impossible-date'),
  one('an ethnicity that is in no code set', 'EthnicityCode', 'QQQQ', 'unknown-code'),
  one('no surname', 'LastName', '', 'required'),
  one('a control character in a name', 'LastName', 'Mar\u0007low', 'bad-characters'),
  one('a name longer than any register takes', 'LastName', 'm'.repeat(5_000), 'too-long'),
  {
    name: 'a row with a cell too many',
    source: 'bromcom-pupils',
    bytes: csv([...good, 'more']),
    line: 2,
    column: '',
    code: 'cell-count',
  },
  {
    name: 'two unequal rows about one pupil',
    source: 'bromcom-pupils',
    bytes: csv(good, changed('FirstName', 'Inez')),
    line: 2,
    column: 'StudentId',
    code: 'duplicate',
  },
  {
    name: 'a required column missing',
    source: 'bromcom-pupils',
    bytes: Buffer.from('StudentId,LastName\r\n9001,Marlow\r\n'),
  },
  { name: 'nothing at all', source: 'bromcom-pupils', bytes: Buffer.alloc(0) },
  {
    name: 'UTF-16',
    source: 'bromcom-pupils',
    bytes: Buffer.from(`\ufeff${csv(good).toString()}`, 'utf16le'),
  },
  {
    name: 'Latin-1 read as UTF-8',
    source: 'bromcom-pupils',
    bytes: Buffer.from(csv(changed('FirstName', 'Inès')).toString(), 'latin1'),
  },
  {
    name: 'a quote that is never closed',
    source: 'bromcom-pupils',
    bytes: csv(changed('LastName', '"Marlow')),
  },
  {
    name: 'an external entity',
    source: 'ctf',
    bytes: ctf('<!DOCTYPE CTfile [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n', '&x;'),
  },
  {
    name: 'entities that grow without end',
    source: 'ctf',
    bytes: ctf(`<!DOCTYPE CTfile [<!ENTITY e0 "lol">${entities}]>\n`, '&e9;'),
  },
  { name: 'a transfer file cut short', source: 'ctf', bytes: ctf('', 'Marlow').subarray(0, -30) },
  {
    name: 'an admissions file, not a transfer file',
    source: 'ctf',
    bytes: Buffer.from('<?xml version="1.0"?><ATfile><Header/><ATFpupilData/></ATfile>'),
  },
  {
    name: 'a web page',
    source: 'ctf',
    bytes: Buffer.from('<!doctype html><html><body>Sign in</body></html>'),
  },
]
