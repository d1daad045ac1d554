import { parseAgeRecipient, type AgeRecipientFault } from '../../core/standards/age/index.ts'
import { isIsoDate, type RecipientId, type Standing } from '../../core/vocabulary/index.ts'

/** Something that a recipient showed, as a person records it. Dates are YYYY-MM-DD. */
export type StandingChange = { readonly recipientId: RecipientId } & (
  | { readonly kind: 'identity-verified'; readonly on: string }
  /** Its name or who controls it changed: it has to be verified again. */
  | { readonly kind: 'identity-changed'; readonly on: string; readonly what: 'name' | 'control' }
  | { readonly kind: 'contract'; readonly on: string; readonly reference: string }
  | { readonly kind: 'safeguard'; readonly on: string; readonly safeguard: string }
  | { readonly kind: 'key'; readonly ageRecipient: string; readonly expiresOn: string | null }
)

/** What is wrong with one field that a person filled in, in a sentence. */
export interface FieldFault {
  readonly field: string
  readonly text: string
}

const keyFaults: Readonly<Record<AgeRecipientFault, string>> = {
  'not-age':
    'An age public key begins age1. Ask the recipient for the line that age-keygen calls “public key”',
  'kind-not-supported':
    'This kind of age key is not supported. Ask the recipient for one that begins age1 or age1pq1',
  damaged: 'This age key is not whole: a character is wrong or missing. Copy it again',
  'secret-key':
    'This is a secret key, not a public one. Tell the recipient that it has been seen and must not be used again',
}

/** Every fault of a change, given what is on record and the day; none: it may be recorded. */
export function faultsOf(
  change: StandingChange,
  standing: Pick<Standing, 'identityChangedOn'>,
  today: string,
): readonly FieldFault[] {
  const faults: FieldFault[] = []
  const past = (field: string, date: string, what: string): void => {
    if (!isIsoDate(date)) faults.push({ field, text: `${what} must be a real date` })
    else if (date > today) faults.push({ field, text: `${what} must be today or in the past` })
  }
  switch (change.kind) {
    case 'identity-verified':
      past('on', change.on, 'The day on which you verified it')
      if (faults.length === 0 && (standing.identityChangedOn ?? '') > change.on) {
        faults.push({
          field: 'on',
          text: 'The recipient changed its name or control after that day. Verify it again',
        })
      }
      break
    case 'identity-changed':
      past('on', change.on, 'The day of the change')
      break
    case 'contract':
      past('on', change.on, 'The day of the contract or legal power')
      if (change.reference.trim() === '')
        faults.push({ field: 'reference', text: 'Say where the contract or legal power is kept' })
      break
    case 'safeguard':
      past('on', change.on, 'The day of the safeguard')
      if (change.safeguard.trim() === '')
        faults.push({ field: 'safeguard', text: 'Say which safeguard protects the data abroad' })
      break
    case 'key': {
      const key = parseAgeRecipient(change.ageRecipient)
      if (!key.ok) faults.push({ field: 'ageRecipient', text: keyFaults[key.error] })
      const { expiresOn } = change
      if (expiresOn !== null && !isIsoDate(expiresOn))
        faults.push({ field: 'expiresOn', text: 'The key’s last day must be a real date' })
      else if (expiresOn !== null && expiresOn < today)
        faults.push({
          field: 'expiresOn',
          text: 'The key’s last day is past. Ask the recipient for a new key',
        })
    }
  }
  return faults
}
