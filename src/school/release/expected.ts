import type { CtfHeader } from '../../core/standards/ctf/index.ts'
import type { Agreement, Dictionary, ItemGrant, ItemId, Subject, Value } from '../../core/vocabulary/index.ts'
import type { JsonEnvelope } from './encode-json.ts'
import type { DecidedPupil, Items, Pseudonymise } from './permit-rows.ts'

/** What is wrong with a file that was about to leave. The place is a row, a column or an item, never a value. */
export interface EgressFault {
  readonly code:
    | 'unreadable'
    | 'other-columns'
    | 'extra-pupil'
    | 'missing-pupil'
    | 'other-value'
    | 'missing-value'
    | 'not-permitted'
    | 'other-header'
  readonly place: string
}

/** What was decided, as the check needs it: from the verdicts, not from what the encoder was handed. */
export interface EgressDecision {
  readonly agreement: Agreement
  readonly items: Dictionary
  /** In the order in which they were read; among them those of whom nothing may leave. */
  readonly pupils: readonly DecidedPupil[]
  readonly carried: ReadonlySet<ItemId>
  readonly pseudonymise: Pseudonymise
  readonly envelope: JsonEnvelope
  readonly ctfHeader: CtfHeader | null
}

/** A pupil of whom something may leave, and what. */
export interface ExpectedPupil {
  readonly number: number
  readonly values: Items
  readonly children: ReadonlyMap<Subject, readonly Items[]>
}

/** What the decision says must stand in the file, value by value; a value that the agreement doesn't list is a fault. */
export function expectedPupils(decision: EgressDecision): {
  readonly pupils: readonly ExpectedPupil[]
  readonly faults: readonly EgressFault[]
} {
  const grants = new Map(decision.agreement.items.map((grant) => [grant.item, grant]))
  const faults: EgressFault[] = []
  const pupils: ExpectedPupil[] = []
  for (const { row, children } of decision.pupils) {
    const permits = new Map(
      row.verdict.permitted
        .filter(({ item }) => decision.carried.has(item))
        .map(({ item, as }) => [item, as]),
    )
    for (const [item, as] of permits) {
      if (!isListed(grants.get(item), as) || row.verdict.refused.has(item) || !row.inPopulation) {
        faults.push({ code: 'not-permitted', place: item })
      }
    }
    const about = [...permits.keys()].filter((item) => subjectOf(item, decision.items) !== 'school')
    if (about.length === 0) continue
    const expect = (held: Items, subjects: readonly Subject[]): Items => {
      const expected = new Map<ItemId, Value>()
      for (const [item, as] of permits) {
        const value = held.get(item)
        if (value === undefined || value === null || value === '') continue
        if (!subjects.includes(subjectOf(item, decision.items))) continue
        expected.set(item, as === 'pseudonym' ? decision.pseudonymise(String(value)) : value)
      }
      return expected
    }
    pupils.push({
      number: pupils.length + 1,
      values: expect(row.values, ['pupil', 'school']),
      children: new Map(
        [...children]
          .filter(([subject]) => about.some((item) => subjectOf(item, decision.items) === subject))
          .map(([subject, rows]) => [subject, rows.map((child) => expect(child, [subject]))]),
      ),
    })
  }
  return { pupils, faults }
}

const subjectOf = (item: ItemId, items: Dictionary): Subject => items.get(item)?.subject ?? 'school'

const isListed = (grant: ItemGrant | undefined, as: string): boolean =>
  grant !== undefined && (grant.as === as || grant.ifObjected === as)
