import type { Redecided, Verdict } from '../../core/decide/index.ts'
import type { CtfHeader } from '../../core/standards/ctf/index.ts'
import type {
  Agreement,
  Dictionary,
  ItemGrant,
  ItemId,
  Subject,
  Transformation,
  Value,
} from '../../core/vocabulary/index.ts'
import { oncePer } from './once-per.ts'
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
    | 'unaccepted-character'
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
  /** The pupils decided again by the pure function; null where the file carries nothing but their own items. */
  readonly redecided: ReadonlyMap<string, Redecided> | null
  readonly envelope: JsonEnvelope
  readonly ctfHeader: CtfHeader | null
}

/** A pupil of whom something may leave, and what. */
export interface ExpectedPupil {
  readonly number: number
  readonly values: Items
  readonly children: ReadonlyMap<Subject, readonly Items[]>
}

/**
 * What the decision says must stand in the file, value by value; a value that the agreement doesn't list is a fault, and so
 * is one that the pure function does not permit. Contacts are those of the pure function, whatever the database gave.
 */
export function expectedPupils(decision: EgressDecision): {
  readonly pupils: readonly ExpectedPupil[]
  readonly faults: readonly EgressFault[]
} {
  const faults: EgressFault[] = []
  const pupils: ExpectedPupil[] = []
  const wantedOf = oncePer((verdict: Verdict) => wantedBy(verdict, decision))
  for (const { row, children } of decision.pupils) {
    const wanted = wantedOf(row.verdict)
    for (const item of wanted.wrong) faults.push({ code: 'not-permitted', place: item })
    if (!row.inPopulation && wanted.about) faults.push({ code: 'not-permitted', place: 'a pupil' })
    if (!wanted.about) continue
    const again = decision.redecided?.get(row.pupilId)
    if (decision.redecided) {
      for (const item of unconfirmed(wanted, again)) faults.push({ code: 'not-permitted', place: item })
    }
    const expect = (held: Items, items: Wanted['own']): Items => {
      const expected = new Map<ItemId, Value>()
      for (const [item, as] of items) {
        const value = held.get(item)
        if (value === undefined || value === null || value === '') continue
        expected.set(item, as === 'pseudonym' ? decision.pseudonymise(String(value)) : value)
      }
      return expected
    }
    const theirs = new Map<Subject, readonly Items[]>()
    for (const [subject, rows] of children) {
      const items = wanted.ofChildren.filter(([item]) => subjectOf(item, decision.items) === subject)
      const held = subject === 'contact' ? (again?.contacts ?? []) : rows
      if (items.length > 0)
        theirs.set(
          subject,
          held.map((child) => expect(child, items)),
        )
    }
    pupils.push({ number: pupils.length + 1, values: expect(row.values, wanted.own), children: theirs })
  }
  return { pupils, faults }
}

/** What a verdict says must stand in the file. */
interface Wanted {
  readonly own: readonly (readonly [item: ItemId, as: Transformation])[]
  readonly ofChildren: Wanted['own']
  /** Whether any of it is about the pupil: if not, the pupil has no place in the file. */
  readonly about: boolean
  /** Items in a form that the agreement does not list, or refused at the same time. */
  readonly wrong: readonly ItemId[]
}

function wantedBy({ permitted, refused }: Verdict, { agreement, carried, items }: EgressDecision): Wanted {
  const all = permitted.filter(({ item }) => carried.has(item)).map(({ item, as }) => [item, as] as const)
  const isOwn = (item: ItemId): boolean => ['pupil', 'school'].includes(subjectOf(item, items))
  return {
    own: all.filter(([item]) => isOwn(item)),
    ofChildren: all.filter(([item]) => !isOwn(item)),
    about: all.some(([item]) => subjectOf(item, items) !== 'school'),
    wrong: all
      .filter(
        ([item, as]) => refused.has(item) || !agreement.items.some((grant) => isListed(grant, item, as)),
      )
      .map(([item]) => item),
  }
}

/** What the pure function does not permit in that form. */
function unconfirmed({ own, ofChildren }: Wanted, again: Redecided | undefined): readonly ItemId[] {
  const permitted = again?.inPopulation ? again.verdict.permitted : []
  const forms = new Map(permitted.map(({ item, as }) => [item, as]))
  return [...own, ...ofChildren].filter(([item, as]) => forms.get(item) !== as).map(([item]) => item)
}

const subjectOf = (item: ItemId, items: Dictionary): Subject => items.get(item)?.subject ?? 'school'

const isListed = (grant: ItemGrant, item: ItemId, as: Transformation): boolean =>
  grant.item === item && (grant.as === as || grant.ifObjected === as)
