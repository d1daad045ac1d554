import type { PupilEntry } from '../../../core/ledger/index.ts'
import type { Dictionary, RecipientId } from '../../../core/vocabulary/index.ts'
import type { CurrentPolicy } from '../../../school/agreements/index.ts'
import { article6Words, refusalWords, transformationWords } from '../words/codes.ts'
import { dateAndTime } from '../words/dates.ts'
import { list } from '../words/numbers.ts'
import type { PupilView } from './pupil.view.ts'

const label = (items: Dictionary, id: string): string => items.get(id)?.label ?? id

/** Who has had this child's data: one card a release that the ledger holds an opening for, newest first. */
export function disclosures(
  entries: readonly PupilEntry[],
  current: Pick<CurrentPolicy, 'items' | 'law' | 'agreements'>,
  names: ReadonlyMap<RecipientId, string>,
): PupilView['disclosures'] {
  return entries.toReversed().flatMap((one) => {
    const { entry, record } = one
    if (entry.type !== 'release/v1') return []
    const agreement = current.agreements.get(entry.agreement.id)?.agreement
    const instrument = current.law.get(record.basis.instrument)
    const sent = record.items.map(({ item, as, present }) => {
      const words =
        as === 'as-is'
          ? label(current.items, item)
          : `${label(current.items, item)} (${transformationWords[as]})`
      return present ? words : `${words}, which was empty`
    })
    const withheld = record.withheld.map(
      ({ item, codes }) =>
        `${label(current.items, item)} (${codes.map((code) => refusalWords[code].toLowerCase()).join(', ')})`,
    )
    return [
      {
        recipient: names.get(entry.recipient) ?? entry.recipient,
        when: dateAndTime(one.recordedAt),
        items: sent.length === 0 ? 'Nothing' : list(sent),
        withheld: withheld.length === 0 ? null : list(withheld),
        why: [
          agreement?.why,
          instrument &&
            `${instrument.title}, ${instrument.provision}: ${article6Words[record.basis.article6]}.`,
        ]
          .filter(Boolean)
          .join(' '),
        entry: String(one.index),
        restricted: one.visibility === 'restricted',
      },
    ]
  })
}
