import type { AgreementId, RecipientId } from '../../../core/vocabulary/index.ts'
import type { CurrentPolicy } from '../../../school/agreements/index.ts'

/** What the pages need of the policy to call things as the school's own notice calls them. */
export type Named = Pick<CurrentPolicy, 'notice' | 'agreements' | 'recipients'>

/** Every agreement by the name that the notice gives its recipient ("OTrack: analysing assessments" → "OTrack"), in its order. */
export function noticeNames({ notice, agreements, recipients }: Named): ReadonlyMap<AgreementId, string> {
  const names = new Map<AgreementId, string>()
  for (const section of notice.sections) {
    for (const { id, label } of section.entries.flatMap((entry) => [entry, ...(entry.also ?? [])])) {
      if (agreements.has(id)) names.set(id, label.split(':')[0]?.trim() ?? label)
    }
  }
  if (agreements.has(notice.national.id)) names.set(notice.national.id, notice.national.heading)
  // An agreement that the notice forgot is still shown: the notice page says that it is missing there.
  for (const [id, { agreement }] of agreements) {
    if (!names.has(id)) names.set(id, recipients.get(agreement.recipient)?.name ?? id)
  }
  return names
}

/** The same names by recipient; the first agreement of a recipient names it. */
export function recipientNames(current: Named): ReadonlyMap<RecipientId, string> {
  const names = new Map<RecipientId, string>()
  for (const [id, name] of noticeNames(current)) {
    const recipient = current.agreements.get(id)?.agreement.recipient
    if (recipient !== undefined && !names.has(recipient)) names.set(recipient, name)
  }
  return names
}
