import type { NoteKind } from './notes.store.ts'
import { wordsRejected } from './rejected-words.ts'
import type { RecordKeys } from './same-record.ts'
import { answering, answers, type FindingFacts, type NoteFacts } from './unresolved.ts'

/** A finding with its place. */
export interface PlacedFinding extends FindingFacts {
  readonly table: string | null
  readonly ordinal: number | null
  readonly items: readonly string[]
}

/** An answer to findings of the version before that stands again, and to which findings of this one. */
export interface CarriedNote {
  readonly from: string
  readonly findings: readonly number[]
  /** Nobody has to decide on it again: a confirmation is enough for its rule. */
  readonly enough: boolean
  /** The collector rejected it, and it is rejected here too. */
  readonly rejected: boolean
}

interface Version {
  readonly findings: readonly PlacedFinding[]
  readonly keys: RecordKeys
}

/**
 * Which notes of the version before stand on this one as well: those that answer a finding which stands again, of the same rule on
 * the same record, and that the rule would take now. One that was rejected stands rejected, also where another took its place:
 * a new version gets round no rejection. Nor do its words when they wait in another note on the same finding.
 */
export function notesToCarry(
  notes: readonly (NoteFacts & { readonly kind: NoteKind; readonly text: string })[],
  before: Version,
  now: Version,
): readonly CarriedNote[] {
  const again = new Map(identities(now).map(([identity, finding]) => [identity, finding]))
  const old = identities(before)
  return notes.flatMap((note) => {
    const rejected = note.outcome === 'rejected'
    if ((note.superseded && !rejected) || !answering.includes(note.kind)) return []
    const findings = old.flatMap(([identity, finding]) => {
      const same = answers({ ...note, superseded: false }, finding) ? again.get(identity) : undefined
      if (!same || !takes(same, note.kind)) return []
      const of = { rule: note.rule, findings: [finding.number], text: note.text }
      return note.outcome === null && wordsRejected(of, notes) ? [] : [same]
    })
    const numbers = findings.map(({ number }) => number).sort((a, b) => a - b)
    const enough = note.outcome === 'accepted' && findings.every(({ accepts }) => accepts === 'confirmation')
    return numbers.length === 0 ? [] : [{ from: note.id, findings: numbers, enough, rejected }]
  })
}

const takes = ({ accepts }: FindingFacts, kind: NoteKind): boolean =>
  accepts === 'confirmation' || (accepts === 'reason' && kind === 'explanation')

/** Each finding with what it is the same by. One on a record that can’t be told from others is the same as none. */
function identities({ findings, keys }: Version): readonly (readonly [string, PlacedFinding])[] {
  const seen = new Map<string, number>()
  return findings.flatMap((finding) => {
    const { rule, table, ordinal, items } = finding
    const record = table === null || ordinal === null ? '' : keys.get(table)?.get(ordinal)
    // Without tables of its own (`given`) a record stands once a return.
    const key = record ?? (ordinal === null || ordinal === 1 ? '' : undefined)
    if (key === undefined) return []
    const place = JSON.stringify([rule, table, key, items])
    const nth = (seen.get(place) ?? 0) + 1
    seen.set(place, nth)
    return [[`${place} ${String(nth)}`, finding] as const]
  })
}
