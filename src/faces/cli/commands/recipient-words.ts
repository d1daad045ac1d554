import { compileCase } from '../../../core/decide/index.ts'
import type { AgreementVersion, RecipientId } from '../../../core/vocabulary/index.ts'
import {
  nothingShown,
  type CurrentPolicy,
  type FieldFault,
  type RecipientRecord,
} from '../../../school/agreements/index.ts'
import { lines, table, type Answer } from '../answer.ts'
import { exitCodes } from '../exit-code.ts'

/** What keeps a recipient's agreements shut for want of something that it must show. */
export function stillMissing(current: CurrentPolicy, id: RecipientId, at: Date): readonly string[] {
  const versions = agreementsOf(current, id)
  const texts = versions.flatMap((version) => {
    const recipient = current.recipients.get(id)
    const standing = current.standings.get(id) ?? nothingShown(id)
    const compiled = recipient && compileCase(current, { at, version, recipient, standing })
    if (!compiled?.ok) return []
    return [...compiled.value.gate.values()]
      .flat()
      .filter((reason) => reason.condition === 2)
      .map(({ text }) => text)
  })
  return [...new Set(texts)]
}

export const agreementsOf = (
  current: Pick<CurrentPolicy, 'agreements'>,
  id: RecipientId,
): readonly AgreementVersion[] =>
  [...current.agreements.values()].filter(({ agreement }) => agreement.recipient === id)

/** A recipient's record as a table of sentences. */
export function recordWords(name: string, record: RecipientRecord, missing: readonly string[]): string {
  const { standing, endpoint, template } = record
  const by = record.verifiedBy === null ? '' : ` by ${record.verifiedBy}`
  const rows: readonly (readonly [string, string])[] = [
    [
      'Identity',
      standing.identityVerifiedOn ? `verified on ${standing.identityVerifiedOn}${by}` : 'not verified',
    ],
    ['Last change of name or control', standing.identityChangedOn ?? 'none known'],
    [
      'Contract or legal power',
      standing.contractOn ? `${record.contractReference ?? ''} (${standing.contractOn})` : 'none',
    ],
    ['Safeguard abroad', standing.transferSafeguard ?? 'none'],
    ['Encryption key', standing.ageRecipient ?? 'none'],
    ['Key valid until', standing.ageRecipientExpiresOn ?? 'no end given'],
    ['Files go to', endpointWords(endpoint) || 'no address on record'],
    ['Sign-in secret', record.secretReference === null ? 'none' : 'kept in the data folder'],
    [
      'Blank template',
      template ? `${template.header.length} columns, checked on ${template.checkedOn}` : 'not checked',
    ],
  ]
  return lines(
    name,
    table(rows),
    missing.length === 0 ? 'Nothing is missing.' : 'Still missing:',
    ...missing.map((text) => `  ${text}`),
  )
}

/** An endpoint's settings in a line; they hold no secret. */
function endpointWords(endpoint: Readonly<Record<string, unknown>>): string {
  const text = (name: string): string => {
    const value = endpoint[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  if (text('url') !== '') return text('url')
  if (text('host') === '') return ''
  const pin = text('fingerprint') || text('hostKey')
  return `${text('user')}@${text('host')}:${text('port')}, folder ${text('folder')}, host key ${pin}`
}

/** The answer when something can't be recorded: each field with what is wrong. */
export const notRecorded = (
  faults: readonly FieldFault[],
  optionOf: Readonly<Record<string, string>>,
): Answer => ({
  json: { refused: faults },
  text: lines('Not recorded.', ...faults.map(({ field, text }) => `  ${optionOf[field] ?? field}: ${text}.`)),
  exit: exitCodes.input,
})
