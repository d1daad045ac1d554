import type { StandingChange } from '../../../school/agreements/index.ts'
import type { RecipientRecord } from '../../../school/agreements/index.ts'
import { asking, type Faults, type Sent } from '../form/form.ts'
import type { FieldView } from '../form/form.view.ts'

type Part<T> = T extends unknown ? Omit<T, 'recipientId'> : never

/** A form that records one thing which a recipient showed. */
export interface StandingForm {
  readonly heading: string
  readonly intro: readonly string[]
  readonly button: string
  fields(sent: Sent, faults: Faults, record: RecipientRecord, today: string): readonly FieldView[]
  change(sent: Sent): Part<StandingChange>
}

const dateHint = 'For example, 24 11 2026'

/** By the last part of their address. */
export const standingForms: Readonly<Record<string, StandingForm>> = {
  verify: {
    heading: 'Record that you checked who it is',
    intro: [
      'Reach the recipient by a way you found yourself, not one that it sent you: its number in the public register, or the contact in the contract. Ask whether the request, the key and the address are its own.',
    ],
    button: 'Record this check',
    fields: (sent, faults, _record, today) => [
      asking(sent, faults).date('on', 'When did you check?', { hint: dateHint, start: today }),
    ],
    change: (sent) => ({ kind: 'identity-verified', on: sent.date('on') }),
  },
  changed: {
    heading: 'Record a change of its name or control',
    intro: [
      'A company that was bought or renamed may be another company. Nothing is sent to it from now on, until somebody checks again who it is.',
    ],
    button: 'Record this change',
    fields: (sent, faults, _record, today) => [
      asking(sent, faults).radios(
        'what',
        'What changed?',
        { name: 'Its name', control: 'Who owns or controls it' },
        { start: 'name' },
      ),
      asking(sent, faults).date('on', 'When did it change?', { hint: dateHint, start: today }),
    ],
    change: (sent) => ({
      kind: 'identity-changed',
      on: sent.date('on'),
      what: sent.text('what') === 'control' ? 'control' : 'name',
    }),
  },
  contract: {
    heading: 'Contract or legal power',
    intro: [
      'A supplier has a contract with the school. An authority has a law that lets it ask. Without one of them on record nothing is sent.',
    ],
    button: 'Record this',
    fields: (sent, faults, record) => [
      asking(sent, faults).text('reference', 'Where is it kept, or which law is it?', {
        hint: 'For example “Processing agreement, contracts folder, no. 14”',
        start: record.contractReference ?? '',
      }),
      asking(sent, faults).date('on', 'Since when?', {
        hint: dateHint,
        start: record.standing.contractOn ?? '',
      }),
    ],
    change: (sent) => ({ kind: 'contract', on: sent.date('on'), reference: sent.text('reference') }),
  },
  safeguard: {
    heading: 'Safeguard for data outside the United Kingdom',
    intro: ['The agreement names the safeguard that it demands. Record it once it is signed.'],
    button: 'Record this',
    fields: (sent, faults, record) => [
      asking(sent, faults).text('safeguard', 'Which safeguard?', {
        hint: 'For example “International data transfer addendum”',
        start: record.standing.transferSafeguard ?? '',
      }),
      asking(sent, faults).date('on', 'Since when?', {
        hint: dateHint,
        start: record.standing.transferSafeguardOn ?? '',
      }),
    ],
    change: (sent) => ({ kind: 'safeguard', on: sent.date('on'), safeguard: sent.text('safeguard') }),
  },
  key: {
    heading: 'Encryption key',
    intro: [
      'Files are locked with the recipient’s public key, so that only the recipient can open them. Ask for the line that begins age1, and compare a few characters by telephone.',
    ],
    button: 'Record this key',
    fields: (sent, faults) => [
      asking(sent, faults).text('ageRecipient', 'Public key', { hint: 'One line that begins age1' }),
      asking(sent, faults).date('expiresOn', 'Last day on which it is valid (optional)', { hint: dateHint }),
    ],
    change: (sent) => ({
      kind: 'key',
      ageRecipient: sent.text('ageRecipient'),
      expiresOn: sent.date('expiresOn') || null,
    }),
  },
}
