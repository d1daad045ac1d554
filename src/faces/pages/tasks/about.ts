import type { CurrentPolicy } from '../../../school/agreements/index.ts'
import { purposesOf } from '../../../school/consent/index.ts'
import { noticeNames, recipientNames } from '../words/names.ts'
import { list } from '../words/numbers.ts'
import type { Task } from './task.store.ts'

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []

/** The agreement that a task is about; null when it is about none. */
export const agreementOf = (task: Task): string | null => text(task.detail['agreementId'])

/** Internal ids of the pupils that a task is about. */
export const pupilsOf = (task: Task): readonly string[] => [
  ...new Set([
    ...[text(task.detail['pupilId'])].filter((id) => id !== null),
    ...texts(task.detail['pupilIds']),
  ]),
]

/** Recipients that a task names, by id. */
const recipientsOf = ({ detail }: Task): readonly string[] => {
  const holders: readonly unknown[] = Array.isArray(detail['holders']) ? detail['holders'] : []
  const ids = holders.map((one) => text((one as Readonly<Record<string, unknown>> | null)?.['recipientId']))
  return [...new Set([...texts(detail['recipients']), ...ids.filter((id) => id !== null)])]
}

/** What a task is about, from the ids and codes it carries: "OTrack", "Website photo", "Allergies". */
export function aboutWords(task: Task, current: CurrentPolicy): string | null {
  const agreement = agreementOf(task)
  const purpose = text(task.detail['purpose'])
  const item = text(task.detail['item'])
  const recipients = recipientNames(current)
  const parts = [
    agreement && (noticeNames(current).get(agreement) ?? agreement),
    list(recipientsOf(task).map((id) => recipients.get(id) ?? id)),
    purpose && (purposesOf(current).get(purpose)?.label ?? purpose),
    item && (current.items.get(item)?.label ?? item),
  ].filter((part) => part !== null && part !== '')
  return parts.length === 0 ? null : parts.join(', ')
}
