import type { Agreement } from '../../../core/vocabulary/index.ts'
import type { RecipientRecord, RecordedStandingChange } from '../../../school/agreements/index.ts'
import { dateAndTime, longDate } from '../words/dates.ts'
import { count } from '../words/numbers.ts'
import type { RecipientView } from './recipient.view.ts'

type Row = RecipientView['rows'][number]

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** What may be changed, by whom the page is shown to. */
export interface MayChange {
  readonly standing: boolean
  readonly template: boolean
}

export function recordRows(
  id: string,
  agreements: readonly Agreement[],
  record: RecipientRecord,
  publicKey: string | null,
  may: MayChange,
): readonly Row[] {
  const { standing, endpoint } = record
  const action = (path: string, text: string, about: string): Row['actions'] =>
    may.standing ? [{ href: `/recipients/${id}/${path}`, text, about }] : []
  const row = (label: string, lines: readonly string[], actions: Row['actions'], code = ''): Row => ({
    label,
    lines,
    code: code === '' ? null : code,
    actions,
  })
  const leaves = agreements.filter(({ transport }) => transport.kind !== 'none')
  const kinds = new Set(leaves.map(({ transport }) => transport.kind))
  const abroad = agreements.find(({ transfer }) => transfer.country !== 'GB')
  const rows = [
    row(
      'Who it is',
      [
        standing.identityVerifiedOn
          ? `Verified on ${longDate(standing.identityVerifiedOn)}${record.verifiedBy ? ` by ${record.verifiedBy}` : ''}`
          : 'Not verified',
        ...(standing.identityChangedOn
          ? [`Changed its name or control on ${longDate(standing.identityChangedOn)}`]
          : []),
      ],
      [
        ...action('verify', 'Record a check', 'of who it is'),
        ...action('changed', 'Name or owner changed', 'since the check'),
      ],
    ),
    row(
      'Contract or legal power',
      standing.contractOn
        ? [record.contractReference ?? 'On record', `Since ${longDate(standing.contractOn)}`]
        : ['None on record'],
      action('contract', 'Change', 'the contract or legal power'),
    ),
  ]
  if (abroad || standing.transferSafeguard) {
    rows.push(
      row(
        'Safeguard abroad',
        standing.transferSafeguard && standing.transferSafeguardOn
          ? [standing.transferSafeguard, `Since ${longDate(standing.transferSafeguardOn)}`]
          : ['None on record'],
        action('safeguard', 'Change', 'the safeguard for data abroad'),
      ),
    )
  }
  if (leaves.some(({ transport }) => transport.encrypt) || standing.ageRecipient) {
    rows.push(
      row(
        'Encryption key',
        standing.ageRecipient
          ? [
              standing.ageRecipientExpiresOn
                ? `Valid until ${longDate(standing.ageRecipientExpiresOn)}`
                : 'Valid without an end',
            ]
          : ['None on record'],
        action('key', 'Change', 'the encryption key'),
        standing.ageRecipient ?? '',
      ),
    )
  }
  if (kinds.has('sftp') || kinds.has('https')) rows.push(addressRow())
  for (const { id: agreementId, format } of agreements) {
    if (format.kind !== 'csv') continue
    const checked = record.template
      ? [`Checked on ${longDate(record.template.checkedOn)}`, count(record.template.header.length, 'column')]
      : [format.templateRequired ? 'Not checked: files are held until it is' : 'Not checked']
    const check = {
      href: `/recipients/${id}/template/${agreementId}`,
      text: 'Check',
      about: 'a blank template',
    }
    rows.push(row('Blank template', checked, may.template ? [check] : []))
  }
  return rows

  function addressRow(): Row {
    const change = action('address', 'Change', 'where files go')
    const [url, host] = [textOf(endpoint['url']), textOf(endpoint['host'])]
    const folder = textOf(endpoint['folder'])
    if (url !== '') {
      const token = record.secretReference ? 'Signs in with a token' : 'No token'
      return row('Where files go', [url, token], change)
    }
    if (host === '') return row('Where files go', ['No address on record: files wait'], change)
    return row(
      'Where files go',
      [
        `${textOf(endpoint['user'])} at ${host}, port ${textOf(endpoint['port'])}${folder === '.' ? '' : `, folder ${folder}`}`,
        `Host key pinned: ${textOf(endpoint['fingerprint']) || textOf(endpoint['hostKey'])}`,
        publicKey
          ? 'The school signs in with this key; the recipient must know it:'
          : 'The school signs in with a password',
      ],
      change,
      publicKey ?? '',
    )
  }
}

const what: Readonly<Record<RecordedStandingChange['kind'], string>> = {
  'identity-verified': 'Verified who it is',
  'identity-changed': 'Recorded a change of name or control',
  contract: 'Recorded the contract or legal power',
  safeguard: 'Recorded the safeguard abroad',
  key: 'Changed the encryption key',
  endpoint: 'Changed where files go',
  template: 'Checked the blank template',
}

const detailOf = ({ kind, detail }: RecordedStandingChange): string => {
  switch (kind) {
    case 'endpoint':
      return textOf(detail['url']) || textOf(detail['host'])
    case 'contract':
      return textOf(detail['reference'])
    case 'safeguard':
      return textOf(detail['safeguard'])
    case 'key':
      return `${textOf(detail['ageRecipient']).slice(0, 16)}…`
    case 'template':
      return textOf(detail['agreement'])
    case 'identity-verified':
    case 'identity-changed':
      return textOf(detail['on']) && longDate(textOf(detail['on']))
  }
}

export const historyOf = (changes: readonly RecordedStandingChange[]): RecipientView['history'] =>
  changes.map((change) => {
    const detail = detailOf(change)
    return {
      when: dateAndTime(change.recordedAt),
      what: detail ? `${what[change.kind]}: ${detail}` : what[change.kind],
      by: change.recordedBy,
    }
  })
