import type { Severity } from '../../core/collections/index.ts'

/** What is left to do before a return can go its way. */
export interface Unresolved {
  /** Errors without a note that their rule would accept. */
  readonly errors: number
  /** Queries and changes of term on term without a note. */
  readonly unexplained: number
  /** Notes that explain something and that the collector has neither accepted nor rejected. */
  readonly undecided: number
  /** Findings whose every note was rejected. */
  readonly rejected: number
}

export interface FindingFacts {
  readonly number: number
  readonly rule: string
  readonly severity: Severity
  readonly accepts: 'none' | 'confirmation' | 'reason'
}

export interface NoteFacts {
  readonly id: string
  readonly kind: string
  readonly rule: string | null
  /** Null: every finding of the rule. */
  readonly findings: readonly number[] | null
  readonly outcome: 'accepted' | 'rejected' | null
  readonly superseded: boolean
}

/** Kinds of note that answer a finding. The others are talk. */
export const answering = ['explanation', 'confirmation']

export const answers = (note: NoteFacts, finding: FindingFacts): boolean =>
  !note.superseded &&
  answering.includes(note.kind) &&
  note.rule === finding.rule &&
  finding.accepts !== 'none' &&
  (note.findings === null || note.findings.includes(finding.number))

export type FindingStatus = 'open' | 'explained' | 'accepted' | 'rejected'

/** Where a finding stands: the best that its notes give it. */
export function statusOf(finding: FindingFacts, notes: readonly NoteFacts[]): FindingStatus {
  const own = notes.filter((note) => answers(note, finding))
  if (own.some(({ outcome }) => outcome === 'accepted')) return 'accepted'
  if (own.some(({ outcome }) => outcome === null)) return 'explained'
  return own.length > 0 ? 'rejected' : 'open'
}

/** `leftOut`: findings that were counted and not kept; nobody can explain them, so they count as errors. */
export function unresolvedOf(
  findings: readonly FindingFacts[],
  notes: readonly NoteFacts[],
  leftOut = 0,
): Unresolved {
  const counts = { errors: leftOut, unexplained: 0, rejected: 0 }
  for (const finding of findings) {
    const status = statusOf(finding, notes)
    if (status === 'rejected') counts.rejected++
    if (status !== 'open' && !(status === 'rejected' && finding.severity === 'error')) continue
    if (finding.severity === 'error') counts.errors++
    else counts.unexplained++
  }
  const undecided = notes.filter(
    (note) =>
      !note.superseded &&
      note.outcome === null &&
      answering.includes(note.kind) &&
      findings.some((finding) => answers(note, finding)),
  ).length
  return { ...counts, undecided }
}
