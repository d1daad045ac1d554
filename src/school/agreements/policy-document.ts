import type { Policy, StaticProperty } from '../../core/policy/index.ts'
import { canonicalSha256 } from '../../core/standards/index.ts'
import type {
  Agreement,
  Condition,
  Instrument,
  Item,
  Prohibition,
  Recipient,
  Wording,
} from '../../core/vocabulary/index.ts'

/** The parts of a policy that are kept as versions. Lists, not maps, so that the store can't change their order. */
export interface DocumentBodies {
  readonly items: readonly Item[]
  readonly populations: readonly { readonly id: string; readonly label: string; readonly when: Condition }[]
  readonly law: readonly Instrument[]
  readonly prohibitions: readonly Prohibition[]
  readonly properties: readonly StaticProperty[]
  readonly wordings: readonly Wording[]
  readonly notice: Policy['notice']
  readonly recipient: Recipient
  readonly agreement: Agreement
}

export type DocumentKind = keyof DocumentBodies

export interface PolicyDocument {
  readonly kind: DocumentKind
  readonly id: string
  readonly hash: string
  readonly body: unknown
}

/** A policy as the documents it is kept as, each named by the SHA-256 of its canonical JSON. */
export function documentsOf(policy: Policy): readonly PolicyDocument[] {
  const one = <K extends DocumentKind>(kind: K, id: string, body: DocumentBodies[K]): PolicyDocument => ({
    kind,
    id,
    hash: canonicalSha256(body),
    body,
  })
  return [
    one('items', 'items', [...policy.items.values()]),
    one(
      'populations',
      'populations',
      [...policy.populations].map(([id, when]) => ({
        id,
        label: policy.populationLabels.get(id) ?? id,
        when,
      })),
    ),
    one('law', 'law', [...policy.law.values()]),
    one('prohibitions', 'prohibitions', policy.prohibitions),
    one('properties', 'properties', policy.properties),
    one('wordings', 'wordings', [...policy.wordings.values()]),
    one('notice', 'notice', policy.notice),
    ...[...policy.recipients.values()].map((recipient) => one('recipient', recipient.id, recipient)),
    ...[...policy.agreements.values()].map((agreement) => one('agreement', agreement.id, agreement)),
  ]
}

/** Entries by their id, in their order. */
export const byId = <T extends { readonly id: string }>(entries: readonly T[]): ReadonlyMap<string, T> =>
  new Map(entries.map((entry) => [entry.id, entry]))
