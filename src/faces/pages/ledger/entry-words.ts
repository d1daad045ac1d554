import type { Leaf } from '../../../core/ledger/index.ts'
import type { Dictionary, RefusalCode, StaffRole } from '../../../core/vocabulary/index.ts'
import { roleNames } from '../../index.ts'
import { article6Words, refusalWords, transformationWords } from '../words/codes.ts'
import { count, list, number } from '../words/numbers.ts'

/** What the words of an entry are looked up in. */
export interface Names {
  readonly recipients: ReadonlyMap<string, string>
  readonly items: Dictionary
}

const byRole = (role: string): string =>
  Object.hasOwn(roleNames, role) ? roleNames[role as StaffRole] : 'Gatehouse by itself'

export const typeWords: Readonly<Record<Leaf['type'], string>> = {
  'release/v1': 'release',
  'delivery/v1': 'delivery',
  'erasure/v1': 'erasure',
  'notice/v1': 'notice',
  'policy/v1': 'policy',
  'recall/v1': 'recall',
  'map-root/v1': 'map of histories',
  'access/v1': 'access',
  'sealed/v1': 'sealed',
}

/** One entry in one sentence. */
export function entrySentence(entry: Leaf, names: Names): string {
  switch (entry.type) {
    case 'release/v1':
      return `${names.recipients.get(entry.recipient) ?? entry.recipient}: ${count(itemsIn(entry), 'item')} of ${count(entry.permitted, 'pupil')} released, ${number(entry.withheld)} withheld`
    case 'delivery/v1':
      return `Release ${entry.release} ${deliveryWords[entry.outcome]}`
    case 'erasure/v1':
      return `${count(entry.openings, 'opening')} erased`
    case 'notice/v1':
      return `Version ${entry.version} of the notice published, with ${count(entry.entries, 'entry', 'entries')}`
    case 'policy/v1':
      return `${policyKind(entry.kind)}${entry.id === entry.kind ? '' : ` ${entry.id}`}, version ${entry.version}: ${entry.event}`
    case 'recall/v1':
      return `Deletion at ${names.recipients.get(entry.recipient) ?? entry.recipient}: ${entry.event}`
    case 'map-root/v1':
      return `Root of the map over ${count(entry.covered, 'entry', 'entries')}`
    case 'access/v1':
      return `Access ${entry.application}: ${entry.event}`
    case 'sealed/v1':
      return 'Sealed: what it is about is kept from view'
  }
}

/** An item that left in two forms, as it is and under an objection, is one item. */
const itemsIn = ({ items }: Extract<Leaf, { type: 'release/v1' }>): number =>
  new Set(items.map(({ item }) => item)).size

const deliveryWords = {
  sent: 'was sent',
  acknowledged: 'was received',
  dead: 'could not be sent',
  cancelled: 'was cancelled',
} as const

const policyKind = (kind: string): string => kind.charAt(0).toUpperCase() + kind.slice(1)

/** One entry as labelled facts. */
export function entryFacts(entry: Leaf, names: Names): readonly { label: string; text: string }[] {
  const fact = (label: string, text: string) => ({ label, text })
  const what = fact('What', `${entrySentence(entry, names)}.`)
  switch (entry.type) {
    case 'release/v1':
      return [
        what,
        fact('Agreement', `${entry.agreement.id}, version ${entry.agreement.version}`),
        fact(
          'Items',
          list(
            entry.items.map(({ item, as }) => {
              const label = names.items.get(item)?.label ?? item
              return as === 'as-is' ? label : `${label} (${transformationWords[as]})`
            }),
          ),
        ),
        fact('Legal basis', article6Words[entry.basis.article6]),
        fact(
          'Withheld because',
          Object.entries(entry.withheldReasons)
            .sort((a, b) => b[1] - a[1])
            .map(
              ([code, pupils]) =>
                `${(refusalWords[code as RefusalCode] as string | undefined) ?? code} (${number(pupils)})`,
            )
            .join(', ') || 'nothing was withheld',
        ),
        fact(
          'Notice',
          entry.noticeVersion === null ? 'none was published' : `version ${entry.noticeVersion}`,
        ),
        fact('Released by', byRole(entry.releasedBy)),
      ]
    case 'delivery/v1':
      return [what, fact('Transport', entry.transport), fact('Tries', number(entry.attempts))]
    case 'erasure/v1':
      return [what, fact('Ground', entry.ground), fact('Decided by', byRole(entry.decidedBy))]
    case 'notice/v1':
      return [
        what,
        fact('Fingerprint of the text', entry.sha256),
        fact('Published by', byRole(entry.publishedBy)),
      ]
    case 'policy/v1':
      return [what, fact('By', byRole(entry.by))]
    case 'recall/v1':
    case 'map-root/v1':
    case 'access/v1':
    case 'sealed/v1':
      return [what]
  }
}
