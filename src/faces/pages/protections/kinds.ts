import type { MarkKind } from '../../../core/vocabulary/index.ts'

/** What a kind of protection does, in words for whoever records it, and what has to be asked about it. */
export interface KindWords {
  readonly text: string
  readonly does: string
  readonly asksFor: readonly ('agreement' | 'recipients' | 'contact' | 'end')[]
  readonly agreementNeeded: boolean
}

// What each does is policy/prohibitions.yaml's; these words follow it.
export const kinds: Readonly<Record<MarkKind, KindWords>> = {
  'confidential-address': {
    text: 'Confidential address',
    does: 'Address, telephone numbers and the names of the family stay here, and those of whoever lives with the pupil. The pupil is never published.',
    asksFor: ['recipients', 'end'],
    agreementNeeded: false,
  },
  'court-order': {
    text: 'Court order',
    does: 'The family’s requests are answered by the data protection officer; the pupil is never published.',
    asksFor: ['contact', 'recipients', 'end'],
    agreementNeeded: false,
  },
  restriction: {
    text: 'Restriction of processing',
    does: 'Nothing leaves but what a law demands or what keeps people safe (UK GDPR Article 18).',
    asksFor: ['agreement', 'recipients', 'end'],
    agreementNeeded: false,
  },
  objection: {
    text: 'Objection that was upheld',
    does: 'Nothing leaves under one agreement, unless a law demands it (UK GDPR Article 21).',
    asksFor: ['agreement', 'end'],
    agreementNeeded: true,
  },
  adoption: {
    text: 'Adoption',
    does: 'Whatever joins the child to a former identity is removed and never leaves. This can’t be undone.',
    asksFor: ['recipients'],
    agreementNeeded: false,
  },
  safeguarding: {
    text: 'Safeguarding',
    does: 'The pupil is never published, neither name nor picture.',
    asksFor: ['recipients', 'end'],
    agreementNeeded: false,
  },
}

export const kindOf = (text: string): MarkKind | null =>
  Object.hasOwn(kinds, text) ? (text as MarkKind) : null
