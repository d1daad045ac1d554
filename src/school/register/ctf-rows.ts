import { createHash } from 'node:crypto'
import { readCtf, type CtfPart, type CtfPupil } from '../../core/standards/ctf/index.ts'
import { dateInEngland } from '../../core/vocabulary/index.ts'
import { checkRecord } from './check-record.ts'
import { contactValues, nestedValues, pupilValues, type Given } from './ctf-values.ts'
import type { Checking } from './csv-rows.ts'
import { targets, type Target } from './fields.ts'
import { readValue, type Held, type Reading } from './read-value.ts'
import { reject, type Rejection } from './rejection.ts'
import type { CheckedRows, StagedKind, StagedRow, Warning } from './staged-row.ts'
import { upnWarning } from './upn-warning.ts'

const reading: Reading = { read: 'text', form: 'yyyy-mm-dd', separator: ';' }

/** Fields that a transfer file needn't give: this school has its own, or the register finds them otherwise. */
const notNeeded = new Set(['pupils.yearGroup', 'contacts.forename'])

interface CheckedRecord {
  readonly body: Readonly<Record<string, Held>>
  readonly values: Readonly<Record<string, Held>>
  readonly rejections: readonly Rejection[]
}

/**
 * Reads and checks a common transfer file, pupil by pupil. A file gives a pupil only the elements it has: what is absent
 * changes nothing in the register. A fault anywhere in a pupil refuses the pupil with all that is nested in it.
 * @throws GatehouseError `bad-input` with the line, for what makes the whole file unreadable.
 */
export async function* ctfRows(
  input: AsyncIterable<Uint8Array>,
  { codes, at, ignored }: Checking,
): AsyncGenerator<CheckedRows> {
  const today = dateInEngland(at)
  const next: Partial<Record<StagedKind, number>> = {}
  const number = (kind: StagedKind): number => (next[kind] = (next[kind] ?? 0) + 1)

  const check = (target: Target, line: number, given: readonly Given[]): CheckedRecord => {
    const rejections: Rejection[] = []
    const values: Record<string, Held> = {}
    const body: Record<string, Held> = {}
    const places: Record<string, string> = {}
    for (const [name, element, written] of given) {
      const field = targets[target].get(name)
      const text = written?.trim().normalize('NFC') ?? ''
      places[name] = element
      if (!field) continue
      if (text === '') {
        if (field.required && !notNeeded.has(`${target}.${name}`))
          rejections.push(reject(line, element, 'required'))
        continue
      }
      const result = readValue(text, field, reading, codes)
      if (result.ok) {
        values[name] = result.value
        body[field.column] = result.value
      } else rejections.push(reject(line, element, result.error))
    }
    for (const { field, code } of checkRecord(target, values, at)) {
      rejections.push(reject(line, places[field] ?? '', code))
    }
    return { body, values, rejections }
  }

  const checkPupil = (part: CtfPart & { kind: 'pupil' }): CheckedRows => {
    const { line, pupil } = part
    for (const name of part.unknown) if (ignored.size < 200) ignored.add(name)
    const rejections = part.repeated.map((element) => reject(line, element, 'element-twice'))
    const warnings: Warning[] = []
    const own = check('pupils', line, pupilValues(pupil))
    rejections.push(...own.rejections)
    const upn = typeof own.values['upn'] === 'string' ? own.values['upn'] : null
    const warning = upn === null ? undefined : upnWarning(upn, codes)
    if (warning !== undefined) warnings.push({ line, column: 'UPN', message: warning })

    const nested: (readonly [Target, CheckedRecord])[] = [
      ...(pupil.contacts?.contact ?? []).map((contact, i) => {
        const checked = check('contacts', line, contactValues(contact, i + 1, pupil))
        const id = contactId(pupil, checked.values)
        return ['contacts', { ...checked, body: { contact_mis_id: id, ...checked.body } }] as const
      }),
      ...nestedValues(pupil).map(([target, given]) => [target, check(target, line, given)] as const),
    ]
    for (const [, checked] of nested) rejections.push(...checked.rejections)

    const row = number('pupils')
    if (rejections.length > 0) {
      return {
        rows: [{ kind: 'refused', row, line, parent: null, pupilKey: null, upn, body: {} }],
        rejections,
        warnings,
      }
    }
    const body: Record<string, Held> = { ...own.body }
    const periods = nested.filter(([target]) => target === 'fsm').map(([, checked]) => checked.values)
    if (periods.length > 0) {
      body['fsm_eligible'] = periods.some(
        ({ startDate, endDate }) =>
          String(startDate) <= today && (endDate == null || String(endDate) >= today),
      )
    }
    const rows: StagedRow[] = [{ kind: 'pupils', row, line, parent: null, pupilKey: null, upn, body }]
    for (const [kind, checked] of nested) {
      rows.push({ kind, row: number(kind), line, parent: row, pupilKey: null, upn: null, body: checked.body })
    }
    return { rows, rejections, warnings }
  }

  for await (const part of readCtf(input)) {
    if (part.kind === 'pupil') yield checkPupil(part)
    else for (const name of part.unknown) ignored.add(name)
  }
}

/**
 * A transfer file gives its contacts no id. This one is the same whenever the same file comes again, and says nothing: a
 * contact of the register's own MIS never has it.
 */
function contactId(pupil: CtfPupil, contact: Readonly<Record<string, Held>>): string {
  const about = [
    pupil.upn ?? [pupil.surname, pupil.forename, pupil.dateOfBirth],
    contact['surname'],
    contact['forename'],
    contact['relationship'],
    contact['priority'],
  ]
  return `ctf-${createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 24)}`
}
