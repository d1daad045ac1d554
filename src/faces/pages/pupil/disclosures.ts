import type { PupilEntry, ReleaseEntry } from '../../../core/ledger/index.ts'
import type { Dictionary, RecipientId } from '../../../core/vocabulary/index.ts'
import type { CurrentPolicy } from '../../../school/agreements/index.ts'
import { article6Words, refusalWords, transformationWords } from '../words/codes.ts'
import { dateAndTime, longDate } from '../words/dates.ts'
import { count, list } from '../words/numbers.ts'
import type { PupilView } from './pupil.view.ts'

interface Disclosure extends PupilEntry {
  readonly entry: ReleaseEntry
}

const isRelease = (one: PupilEntry): one is Disclosure => one.entry.type === 'release/v1'

const labelOf = (items: Dictionary, id: string): string => items.get(id)?.label ?? id

type Record = PupilEntry['record']

function itemWords(sent: Record['items'], items: Dictionary): string {
  const words = sent.map(({ item, as }) =>
    as === 'as-is' ? labelOf(items, item) : `${labelOf(items, item)} (${transformationWords[as]})`,
  )
  return list(words)
}

function withheldWords(record: Record, items: Dictionary): string | null {
  const byReason = Map.groupBy(record.withheld, ({ codes }) =>
    codes.map((code) => refusalWords[code].toLowerCase()).join(', '),
  )
  const words = [...byReason].map(
    ([reason, withheld]) => `${list(withheld.map(({ item }) => labelOf(items, item)))} (${reason})`,
  )
  return words.length === 0 ? null : words.join('; ')
}

/** Releases by recipient, the latest first. */
const byRecipient = (entries: readonly PupilEntry[]): ReadonlyMap<RecipientId, readonly Disclosure[]> =>
  Map.groupBy(entries.filter(isRelease).toReversed(), (one) => one.entry.recipient)

const heldSomething = ({ record }: Disclosure): boolean => record.items.length > 0

/** Where the file of each entry is. Without a file on record, it counts as with the recipient: never less than the truth. */
export type Files = ReadonlyMap<number, 'left' | 'waiting' | 'stopped'>

const isStopped = (files: Files, { index }: PupilEntry): boolean => files.get(index) === 'stopped'

/** Who has had this child's data: one card a recipient, the latest first, each with every time it happened. */
export function disclosures(
  entries: readonly PupilEntry[],
  current: Pick<CurrentPolicy, 'items' | 'law' | 'agreements'>,
  names: ReadonlyMap<RecipientId, string>,
  files: Files,
): PupilView['disclosures'] {
  return [...byRecipient(entries)].flatMap(([recipient, every]) => {
    const all = every.filter((one) => heldSomething(one) && !isStopped(files, one))
    const [latest] = all
    const first = all.at(-1)
    if (!latest || !first) return []
    const agreement = current.agreements.get(latest.entry.agreement.id)?.agreement
    const instrument = current.law.get(latest.record.basis.instrument)
    const ground = article6Words[latest.record.basis.article6]
    const now = new Set(latest.record.items.map(({ item }) => item))
    const earlier = [...new Set(all.flatMap(({ record }) => record.items.map(({ item }) => item)))].filter(
      (item) => !now.has(item),
    )
    const empty = latest.record.items.filter(({ present }) => !present)
    return [
      {
        recipient: names.get(recipient) ?? recipient,
        when:
          all.length === 1
            ? dateAndTime(latest.recordedAt)
            : `${dateAndTime(latest.recordedAt)}; ${count(all.length, 'time')} since ${longDate(first.recordedAt)}`,
        items: itemWords(
          latest.record.items.filter(({ present }) => present),
          current.items,
        ),
        empty: empty.length === 0 ? null : list(empty.map(({ item }) => labelOf(current.items, item))),
        earlier: earlier.length === 0 ? null : list(earlier.map((item) => labelOf(current.items, item))),
        withheld: withheldWords(latest.record, current.items),
        why: agreement?.why ?? '',
        law: instrument ? `${instrument.title}, ${instrument.provision}: ${ground}.` : ground,
        restricted: all.some(({ visibility }) => visibility === 'restricted'),
        waits: files.get(latest.index) === 'waiting',
        entry: String(latest.index),
        times: all.map((one) => ({ when: dateAndTime(one.recordedAt), entry: String(one.index) })),
      },
    ]
  })
}

/** Files that held something of this child and were stopped before they left. */
export const stopped = (
  entries: readonly PupilEntry[],
  names: ReadonlyMap<RecipientId, string>,
  files: Files,
): PupilView['stopped'] =>
  entries
    .filter(isRelease)
    .filter((one) => heldSomething(one) && isStopped(files, one))
    .map(({ entry, index, recordedAt }) => ({
      recipient: names.get(entry.recipient) ?? entry.recipient,
      entry: String(index),
      when: dateAndTime(recordedAt),
    }))
    .toReversed()

/** Recipients whose latest file left this child out altogether. */
export const leftOut = (
  entries: readonly PupilEntry[],
  items: Dictionary,
  names: ReadonlyMap<RecipientId, string>,
): PupilView['leftOut'] =>
  [...byRecipient(entries)].flatMap(([recipient, [latest]]) =>
    latest && !heldSomething(latest)
      ? [
          {
            recipient: names.get(recipient) ?? recipient,
            entry: String(latest.index),
            why: withheldWords(latest.record, items) ?? 'nothing was listed for this child',
          },
        ]
      : [],
  )
