import type { SchoolStore, Tx } from '../../core/store/index.ts'
import type { AgreementVersion, ItemId } from '../../core/vocabulary/index.ts'
import type { Hold, HoldReason } from './hold.ts'
import type { Counts, ReleaseOutcome } from './outcome.ts'
import type { DecidedPupil } from './permit-rows.ts'
import { closeTask, openTask } from '../tasks/index.ts'

const texts: Readonly<Record<HoldReason, string>> = {
  'missing-pupils':
    'Some pupils would be missing from the file, because nothing that says who they are may be sent, and the recipient would take them for leavers.',
  'destination-withheld':
    'Where a pupil went may not be told, so its transfer file has nowhere to go. The safeguarding leads of both schools arrange it.',
  'short-read': 'The file has far fewer pupils than the one before. The register may have been read in part.',
  'not-in-notice':
    'The published notice does not name this version of the agreement. Publish the notice first, then send the file.',
  template: 'The columns have not been checked against the school’s own blank template.',
  'recipient-key': 'The recipient has no key to which the file could be encrypted.',
  unwritable:
    'A value does not fit the recipient’s format. Correct it at its source, or the column in the agreement.',
  'no-longer-permitted':
    'The return holds what may not leave any more, since something was protected or corrected after it was built. Build it again.',
  'egress-check':
    'What was written is not what was decided. Nothing left. Tell those who maintain Gatehouse.',
}

const forRole: Readonly<Record<HoldReason, string>> = {
  'missing-pupils': 'dpo',
  'destination-withheld': 'dpo',
  'short-read': 'office',
  'not-in-notice': 'dpo',
  template: 'office',
  'recipient-key': 'dpo',
  unwritable: 'office',
  'no-longer-permitted': 'office',
  'egress-check': 'dpo',
}

const titles: Readonly<Record<HoldReason, string>> = {
  'missing-pupils': 'A file is held: pupils would look like leavers',
  'destination-withheld': 'A file is held: where the pupil went is protected',
  'short-read': 'A file is held: many pupils fewer than before',
  'not-in-notice': 'A file is held: publish the notice first',
  template: 'A file is held: check the columns against the template',
  'recipient-key': 'A file is held: the recipient’s key is missing',
  unwritable: 'A file is held: a value does not fit the format',
  'no-longer-permitted': 'A return is held: build it again',
  'egress-check': 'A file is held: it failed the check before leaving',
}

export const heldOutcome = (hold: Hold, counts: Counts): ReleaseOutcome => ({
  kind: 'held',
  reason: hold.reason,
  text: texts[hold.reason],
  pupilIds: hold.pupilIds,
  ...(hold.faults ? { faults: hold.faults } : {}),
  ...(hold.unwritable ? { unwritable: hold.unwritable } : {}),
  ...counts,
})

/** Transfer files are held one by one: that another one left says nothing of this one. One notice is for all of them. */
const keyOf = (agreementId: string, reason: HoldReason, bundleKey: string | null): string =>
  `release-held:${agreementId}:${reason}${bundleKey === null || reason === 'not-in-notice' ? '' : `:${bundleKey}`}`

/** Opens the task that a held file needs: one for each agreement, or transfer file of it, and reason. */
export const openHoldTask = (
  tx: Tx,
  school: SchoolStore,
  { agreement }: AgreementVersion,
  hold: Hold,
  bundleKey: string | null,
  at: Date,
): Promise<unknown> =>
  openTask(
    tx,
    school,
    {
      kind: 'release-held',
      forRole: forRole[hold.reason],
      title: titles[hold.reason],
      detail: {
        agreementId: agreement.id,
        recipientId: agreement.recipient,
        reason: hold.reason,
        pupilIds: hold.pupilIds,
        ...(hold.unwritable ? { unwritable: hold.unwritable.slice(0, 100) } : {}),
        ...(hold.faults ? { faults: hold.faults.slice(0, 20) } : {}),
      },
      key: keyOf(agreement.id, hold.reason, bundleKey),
    },
    at,
  )

/** A file that left: whatever held the one before is gone. */
export async function closeHoldTasks(
  tx: Tx,
  school: SchoolStore,
  agreementId: string,
  bundleKey: string | null,
  at: Date,
): Promise<void> {
  for (const reason of Object.keys(texts) as HoldReason[]) {
    await closeTask(tx, school, keyOf(agreementId, reason, bundleKey), 'the file left', at)
  }
}

/** People entitled to choose disagree: the data protection officer must speak with them. */
export async function openDisagreements(
  tx: Tx,
  school: SchoolStore,
  { agreement }: AgreementVersion,
  pupils: readonly DecidedPupil[],
  carried: ReadonlySet<ItemId>,
  at: Date,
): Promise<void> {
  const rules = [
    agreement.consent,
    ...agreement.items.filter(({ item }) => carried.has(item)).map(({ consent }) => consent),
  ]
  const asked = new Set(rules.flatMap((rule) => (rule && rule.rule !== 'none' ? [rule.purpose] : [])))
  for (const { row } of pupils) {
    if (!row.inPopulation) continue
    const purposes = new Set(row.disagreements.filter((purpose) => asked.has(purpose)))
    for (const purpose of purposes) {
      const task = {
        kind: 'consent-disagreement',
        forRole: 'dpo',
        title: 'People entitled to choose for a pupil disagree',
        detail: { pupilId: row.pupilId, purpose, agreementId: agreement.id },
        key: `consent-disagreement:${row.pupilId}:${purpose}`,
      }
      await openTask(tx, school, task, at, 'leave')
    }
  }
}
