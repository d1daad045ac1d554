import type { CompiledCase } from '../../../core/decide/index.ts'
import type { Agreement, AgreementVersion, Reason } from '../../../core/vocabulary/index.ts'
import type { TagView } from '../frame/tag.ts'

/**
 * Why an agreement lets nothing out at present, whoever the pupil, each reason once; empty when it may let something out.
 * Conditions 1 and 2 shut it whole; so does a bar on every item it lists.
 */
export function shutReasons(agreement: Agreement, compiled: CompiledCase): readonly Reason[] {
  const listed = agreement.items.map(({ item }) => compiled.gate.get(item) ?? [])
  const barred = listed.length > 0 && listed.every((reasons) => reasons.length > 0)
  const candidates = barred
    ? listed.flat()
    : [...compiled.gate.values()].flat().filter((r) => r.condition <= 2)
  return [...new Map(candidates.map((reason) => [reason.code, reason])).values()]
}

const tags: Readonly<Partial<Record<Reason['code'], TagView>>> = {
  'agreement-off': { text: 'Off', colour: 'grey' },
  'agreement-not-approved': { text: 'Waits for approval', colour: 'blue' },
  'agreement-not-in-force': { text: 'Not in force', colour: 'grey' },
  'review-overdue': { text: 'Review overdue', colour: 'red' },
  'recipient-identity': { text: 'Identity not verified', colour: 'orange' },
  'recipient-contract': { text: 'No contract on record', colour: 'orange' },
  'recipient-key': { text: 'Key missing', colour: 'orange' },
  'recipient-transfer': { text: 'No transfer safeguard', colour: 'orange' },
}

/** The state of an agreement as a tag: its first obstacle, or that it is open. */
export function stateTag(version: AgreementVersion, shut: readonly Reason[]): TagView {
  const [first] = shut
  if (first) return tags[first.code] ?? { text: 'Shut', colour: 'orange' }
  const { kind, items } = version.agreement
  if (kind === 'procedure') return { text: 'Case by case', colour: 'teal' }
  return items.length === 0 ? { text: 'Nothing is sent', colour: 'grey' } : { text: 'Open', colour: 'green' }
}
