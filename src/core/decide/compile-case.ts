import {
  fail,
  ok,
  type Decision,
  type ItemId,
  type Reason,
  type Result,
  type Subject,
  type Value,
} from '../vocabulary/index.ts'
import { contactsNamed } from './contacts-named.ts'
import { decide, reasonsForAnybody } from './decide.ts'
import { findingsOf, type Findings } from './findings.ts'
import { itemsAsked } from './items-asked.ts'
import { planCase, type CasePlan } from './plan.ts'
import type { FindingsReader } from './read-findings.ts'
import type { CompileFault, DecisionCase, PolicyContext, PupilFacts } from './policy-context.ts'
import { factsOfRecord, type PupilRecord } from './pupil-record.ts'
import {
  childrenStatement,
  objectedSuffix,
  projectionStatement,
  verdictsStatement,
} from './statements.store.ts'
import type { Statement } from './statement.ts'
import { itemsOf, verdictOf, type Verdict } from './verdict.ts'

/** What is decided about one pupil in a set-wise pass. */
export interface SetRow {
  readonly pupilId: string
  readonly inPopulation: boolean
  readonly verdict: Verdict
  /** The purposes about which people entitled to choose for the pupil disagree. */
  readonly disagreements: readonly string[]
  /** What leaves of the pupil's and the school's own items, in the form agreed; a pseudonym is still the pupil's id. */
  readonly values: ReadonlyMap<ItemId, Value>
}

/** One pupil decided by the pure function, from a record that was read apart from the set-wise statements. */
export interface Redecided {
  readonly inPopulation: boolean
  readonly verdict: Verdict
  /** The contacts who may be named, in order, with what leaves of each; a pseudonym is still the contact's id. */
  readonly contacts: readonly ReadonlyMap<ItemId, Value>[]
}

/** What must be read about a pupil to decide it again. */
export interface Asked {
  readonly items: ReadonlySet<ItemId>
  /** The purposes of its consent rules. */
  readonly purposes: ReadonlySet<string>
}

/** One agreement version for one recipient at one instant, made ready to decide about one pupil or a whole school. */
export interface CompiledCase {
  /** The refusals that hold whoever the pupil is, by item; empty for an item that some pupil might be permitted. */
  readonly gate: ReadonlyMap<ItemId, readonly Reason[]>
  /** One pupil and item, with reasons. Never throws: an error while deciding is a refusal `unknown`. */
  decide(facts: PupilFacts, item: ItemId): Decision
  readonly asked: Asked
  /** One pupil again, by other means than the statements. Whatever goes wrong permits nothing. */
  redecide(record: PupilRecord): Redecided
  /** One row a pupil of the school, without values. */
  readonly verdicts: Statement
  /** One row a pupil of the school, with what leaves and nothing else. */
  readonly projection: Statement
  /** The rows of a subject that has several a pupil; the pupils' ids are to be added as the last parameter (`text[]`). */
  children(subject: Subject): Statement | null
  /** Reads a row of `verdicts` or `projection`. */
  readRow(row: Readonly<Record<string, unknown>>): SetRow
  /** Reads a row of `children`: the items that leave of it. */
  readChild(row: Readonly<Record<string, unknown>>): { pupilId: string; values: ReadonlyMap<ItemId, Value> }
}

/** Compiles a case both ways, or says everything in it that can't be compiled. */
export function compileCase(
  context: PolicyContext,
  c: DecisionCase,
): Result<CompiledCase, readonly CompileFault[]> {
  if (Number.isNaN(c.at.getTime())) return fail([{ path: 'at', message: 'The instant is not one.' }])
  const planned = planCase(context, c)
  return planned.ok ? ok(compiled(planned.value)) : planned
}

export function compiled(plan: CasePlan): CompiledCase {
  const { statement: verdicts, readers } = verdictsStatement([plan])
  const [reader] = readers
  if (!reader) throw new Error('a case has one reader')
  const verdictFor = verdictsByPattern(plan, reader)
  let projection: Statement | null = null
  let gate: ReadonlyMap<ItemId, readonly Reason[]> | null = null
  return {
    get gate() {
      return (gate ??= new Map([...itemsOf(plan)].map((item) => [item, reasonsForAnybody(plan, item)])))
    },
    decide: (facts, item) => decide(plan, facts, item),
    asked: { items: itemsAsked(plan), purposes: new Set(plan.rules.map(({ rule }) => rule.purpose)) },
    redecide: redeciding(plan),
    verdicts,
    get projection() {
      return (projection ??= projectionStatement(plan))
    },
    children: (subject) => childrenStatement(plan, subject),
    readRow(row) {
      const { inPopulation, verdict, disagreements } = verdictFor(String(row['found']))
      const values = valuesIn(row, plan)
      for (const [item, value] of values) {
        if (!verdict.refused.has(item)) continue
        // The SQL's own permit is a second lock on the same door: should they ever differ, nothing may leave.
        if (value !== null) throw new Error('a value was read out that its verdict refuses')
        values.delete(item)
      }
      return { pupilId: String(row['pupil_id']), inPopulation, verdict, disagreements, values }
    },
    readChild(row) {
      return { pupilId: String(row['pupil_id']), values: valuesIn(row, plan) }
    },
  }
}

function redeciding(plan: CasePlan): (record: PupilRecord) => Redecided {
  const verdicts = new Map<string, Verdict>() // pupils with equal findings share one
  const verdictFor = (findings: Findings): Verdict => {
    const key = JSON.stringify(findings)
    const verdict = verdicts.get(key) ?? verdictOf(plan, findings)
    verdicts.set(key, verdict)
    return verdict
  }
  return (record) => {
    try {
      const facts = factsOfRecord(record, plan.at)
      const findings = findingsOf(plan, facts)
      const verdict = verdictFor(findings)
      return {
        inPopulation: findings.inPopulation,
        verdict,
        contacts: contactsNamed(plan, facts, record.contacts, verdict),
      }
    } catch {
      return { inPopulation: false, verdict: { permitted: [], refused: new Map() }, contacts: [] }
    }
  }
}

/** The items that a row has, each in whichever of its two forms it left. */
function valuesIn(row: Readonly<Record<string, unknown>>, plan: CasePlan): Map<ItemId, Value> {
  const values = new Map<ItemId, Value>()
  for (const item of plan.grants.keys()) {
    const forms = [row[item], row[`${item}${objectedSuffix}`]] as (Value | undefined)[]
    const value = forms[0] ?? forms[1] ?? (forms.includes(null) ? null : undefined)
    if (value !== undefined) values.set(item, value)
  }
  return values
}

type Found = Pick<SetRow, 'inPopulation' | 'verdict' | 'disagreements'>

/** The verdict of each pattern, worked out once; given the text `found` of a pupil's row. */
export function verdictsByPattern(plan: CasePlan, reader: FindingsReader): (found: string) => Found {
  const ofPattern = new Map<string, Found>()
  const ofFound = new Map<string, Found>()
  return (found) => {
    const before = ofFound.get(found)
    if (before) return before
    const pattern = reader.pattern(found)
    let verdict = ofPattern.get(pattern)
    if (!verdict) {
      const findings = reader.read(found)
      verdict = {
        inPopulation: findings.inPopulation,
        verdict: verdictOf(plan, findings),
        disagreements: plan.rules
          .filter((_, i) => findings.consent[i]?.includes('disagreement'))
          .map(({ rule }) => rule.purpose),
      }
      ofPattern.set(pattern, verdict)
    }
    ofFound.set(found, verdict)
    return verdict
  }
}
