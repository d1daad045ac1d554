import type { NoteKind } from './notes.store.ts'
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
}

interface Version {
  readonly findings: readonly PlacedFinding[]
  readonly keys: RecordKeys
}

/**
 * Which notes of the version before stand on this one as well: those that answer a finding which stands again, of the same rule on
 * the same record. A rejected one does not, nor one that the rule would not take now.
 */
export function notesToCarry(
  notes: readonly (NoteFacts & { readonly kind: NoteKind })[],
  before: Version,
  now: Version,
): readonly CarriedNote[] {
  const again = new Map(identities(now).map(([identity, finding]) => [identity, finding]))
  const old = identities(before)
  return notes.flatMap((note) => {
    if (note.superseded || note.outcome === 'rejected' || !answering.includes(note.kind)) return []
    const findings = old.flatMap(([identity, finding]) => {
      const same = answers(note, finding) ? again.get(identity) : undefined
      return same && takes(same, note.kind) ? [same] : []
    })
    const numbers = findings.map(({ number }) => number).sort((a, b) => a - b)
    const enough = note.outcome === 'accepted' && findings.every(({ accepts }) => accepts === 'confirmation')
    return numbers.length === 0 ? [] : [{ from: note.id, findings: numbers, enough }]
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
