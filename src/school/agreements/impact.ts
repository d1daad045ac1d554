import type { SetRow, Verdict } from '../../core/decide/index.ts'
import type { ItemId, Transformation } from '../../core/vocabulary/index.ts'

/** What a change means for one item: only pupils for whom something changes count. */
export interface ItemImpact {
  readonly item: ItemId
  /** Pupils of whom it would leave and does not now; of whom it leaves now and would not; whose form would change. */
  readonly gains: number
  readonly loses: number
  readonly changes: number
  /** The forms that occur now and would occur; empty when it leaves of nobody. */
  readonly before: readonly Transformation[]
  readonly after: readonly Transformation[]
  /** Some of the pupils meant: ids, never names. */
  readonly examples: {
    readonly gains: readonly string[]
    readonly loses: readonly string[]
    readonly changes: readonly string[]
  }
}

/** How two decisions about the same pupils differ. */
export interface Difference {
  /** Pupils in the population; pupils of whom at least one item leaves. */
  readonly population: { readonly before: number; readonly after: number }
  readonly pupils: { readonly before: number; readonly after: number }
  /** Pupils of whom something more, something less, or something in another form would leave. */
  readonly gaining: number
  readonly losing: number
  readonly changing: number
  /** Items for which anything changes, in the order of the agreements that list them. */
  readonly items: readonly ItemImpact[]
}

const mostExamples = 5

/** Compares what would leave with what leaves now, pupil by pupil and item by item. Pure. */
export function compareDecisions(before: readonly SetRow[], after: readonly SetRow[]): Difference {
  const now = new Map(before.map((row) => [row.pupilId, row]))
  const then = new Map(after.map((row) => [row.pupilId, row]))
  const items = new Map<
    ItemId,
    {
      gains: string[]
      loses: string[]
      changes: string[]
      before: Set<Transformation>
      after: Set<Transformation>
    }
  >()
  const of = (item: ItemId) => {
    const known = items.get(item) ?? {
      gains: [],
      loses: [],
      changes: [],
      before: new Set(),
      after: new Set(),
    }
    items.set(item, known)
    return known
  }
  let [gaining, losing, changing] = [0, 0, 0]
  for (const pupilId of [...new Set([...now.keys(), ...then.keys()])].sort()) {
    const was = formsOf(now.get(pupilId)?.verdict)
    const will = formsOf(then.get(pupilId)?.verdict)
    const kinds = new Set<'gains' | 'loses' | 'changes'>()
    for (const item of new Set([...was.keys(), ...will.keys()])) {
      const [a, b] = [was.get(item), will.get(item)]
      const entry = of(item)
      if (a !== undefined) entry.before.add(a)
      if (b !== undefined) entry.after.add(b)
      if (a === b) continue
      const kind = a === undefined ? 'gains' : b === undefined ? 'loses' : 'changes'
      entry[kind].push(pupilId)
      kinds.add(kind)
    }
    if (kinds.has('gains')) gaining++
    if (kinds.has('loses')) losing++
    if (kinds.has('changes')) changing++
  }
  return {
    population: {
      before: count(before, (row) => row.inPopulation),
      after: count(after, (row) => row.inPopulation),
    },
    pupils: {
      before: count(before, (row) => row.verdict.permitted.length > 0),
      after: count(after, (row) => row.verdict.permitted.length > 0),
    },
    gaining,
    losing,
    changing,
    items: [...items]
      .filter(([, { gains, loses, changes }]) => gains.length + loses.length + changes.length > 0)
      .map(([item, entry]) => ({
        item,
        gains: entry.gains.length,
        loses: entry.loses.length,
        changes: entry.changes.length,
        before: [...entry.before],
        after: [...entry.after],
        examples: {
          gains: entry.gains.slice(0, mostExamples),
          loses: entry.loses.slice(0, mostExamples),
          changes: entry.changes.slice(0, mostExamples),
        },
      })),
  }
}

// Pupils of one pattern share a verdict: its forms are worked out once.
const forms = new WeakMap<Verdict, ReadonlyMap<ItemId, Transformation>>()

function formsOf(verdict: Verdict | undefined): ReadonlyMap<ItemId, Transformation> {
  if (!verdict) return new Map()
  const known = forms.get(verdict) ?? new Map(verdict.permitted.map(({ item, as }) => [item, as]))
  forms.set(verdict, known)
  return known
}

const count = <T>(list: readonly T[], holds: (each: T) => boolean): number => list.filter(holds).length
