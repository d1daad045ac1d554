import {
  confidentialCells,
  hide,
  keySpace,
  linkTables,
  type LinkedTables,
  maximumEntropyTable,
  midpoint6,
  perturb,
  redactThenRound,
  type Cube,
} from '../../../core/disclosure/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { DisclosurePolicy, TableDeclaration } from '../declare/declaration.ts'
import { auditCubes, cellNames, type AuditedCubes, type ThresholdPolicy } from './audit-cubes.ts'
import { rollUp, type Cells, type YearOfCells } from './count-cells.ts'

/** What is published of a cell’s indicator: a whole number, or null: confidential. */
export type Shown = (indicator: string, at: number) => number | null

/** One year’s breakdowns as they may be shown, and what the audit found. */
export interface Protected {
  readonly shown: readonly Shown[]
  readonly audit: YearAudit
}

export interface YearAudit {
  readonly year: number
  readonly cells: number
  readonly confidential: number
  /** Hidden beyond that, so that nothing can be worked out. */
  readonly secondary: number
  readonly intervals: AuditedCubes['intervals']
  /** Confidential cells that can be told more closely than the policy allows. */
  readonly unsafe: readonly string[]
  /** Safe only while nobody who is alone in a cell uses what they know. */
  readonly exposed: readonly string[]
}

const nothing = (year: number): YearAudit => ({
  year,
  cells: 0,
  confidential: 0,
  secondary: 0,
  intervals: [],
  unsafe: [],
  exposed: [],
})

/** Applies a table’s policy to one year. */
export async function protect(
  table: TableDeclaration,
  policy: DisclosurePolicy,
  year: YearOfCells,
): Promise<Protected> {
  switch (policy.kind) {
    case 'none':
    case 'percentages':
      return { shown: year.breakdowns.map(asCounted), audit: nothing(year.year) }
    case 'midpoint-6':
      return { shown: year.breakdowns.map((cells) => each(cells, midpoint6)), audit: nothing(year.year) }
    case 'redact-round':
      return {
        shown: year.breakdowns.map((cells) => redacted(cells, policy.upTo, policy.base)),
        audit: nothing(year.year),
      }
    case 'cell-key':
      return { shown: year.breakdowns.map((cells) => noisy(table, cells, policy)), audit: nothing(year.year) }
    case 'threshold':
      return suppress(table, policy, year)
  }
}

const asCounted =
  ({ counts }: Cells): Shown =>
  (indicator, at) =>
    counts.get(indicator)?.[at] ?? 0

const each =
  ({ counts }: Cells, change: (count: number) => number | null): Shown =>
  (indicator, at) =>
    change(counts.get(indicator)?.[at] ?? 0)

/** The finest cells are redacted and rounded; every total is the sum of those, so that nothing is learnt by subtracting. */
function redacted({ counts, dimensions, strides, size }: Cells, upTo: number, base: number): Shown {
  const parts = dimensions.map(({ items, within }) => items.map((_, item) => !within.includes(item)))
  const finest = (at: number): boolean =>
    parts.every((leaf, d) => leaf[Math.floor(at / (strides[d] ?? 1)) % leaf.length] === true)
  const shown = new Map<string, Float64Array>()
  const hidden = new Map<string, Uint8Array>()
  for (const [name, values] of counts) {
    const [rounded, secret] = [new Float64Array(size), new Uint8Array(size)]
    values.forEach((value, at) => {
      if (!finest(at)) return
      const made = redactThenRound(value, upTo, base)
      if (made === null) secret[at] = 1
      else rounded[at] = made
    })
    rollUp(rounded, dimensions, strides, Infinity)
    shown.set(name, rounded)
    hidden.set(name, secret)
  }
  return (indicator, at) => (hidden.get(indicator)?.[at] === 1 ? null : (shown.get(indicator)?.[at] ?? 0))
}

function noisy(
  table: TableDeclaration,
  { counts, keys }: Cells,
  policy: DisclosurePolicy & { readonly kind: 'cell-key' },
): Shown {
  const sum = table.indicators.find(({ kind }) => kind === 'sum')
  if (sum)
    throw new GatehouseError(
      'bad-input',
      `“${sum.name}” is a sum, and sums can’t be shown beside counts with noise.`,
      {
        where: `policy/statistics, table ${table.name}`,
        why: 'A true sum beside a changed count gives the true count away.',
        todo: 'Leave the indicator out, or take another disclosure policy.',
      },
    )
  const rows = maximumEntropyTable(policy)
  return (indicator, at) =>
    perturb(rows, counts.get(indicator)?.[at] ?? 0, (keys.get(indicator)?.[at] ?? 0) % keySpace)
}

/**
 * Hides over all breakdowns of a year at once, since they share totals, and over those who meet an indicator’s condition and
 * those who don’t; then solves what an attacker can tell.
 */
async function suppress(
  table: TableDeclaration,
  policy: ThresholdPolicy,
  year: YearOfCells,
): Promise<Protected> {
  const [people] = table.indicators
  const outcomes = table.indicators.filter(
    (indicator) => indicator.kind === 'count' && indicator.where !== null,
  )
  const cubes = year.breakdowns.flatMap((cells) =>
    cubesOf(
      cells,
      people?.name ?? '',
      outcomes.map(({ name }) => name),
    ),
  )
  const tables = linkTables(cubes)
  const confidential = confidentialCells(tables, policy.below)
  const options = { threshold: policy.below, width: policy.width, hideZeros: policy.hideZeros }
  const hidden = hide(tables, confidential, options)
  const isSecret = new Set(confidential)
  let intervals = await solve(tables, hidden.state, policy)
  // What no box protects is protected by hiding the lines that it stands in, and those of what is hidden there, as far as it takes.
  for (let round = 0; round < 8; round++) {
    const known = intervals.filter(({ safe }) => !safe).map(({ cell }) => cell)
    if (!known.some((cell) => isSecret.has(cell))) break
    if (!hideLines(tables, hidden.state, round === 0 ? known.filter((cell) => isSecret.has(cell)) : known))
      break
    intervals = await solve(tables, hidden.state, policy)
  }
  const names = cellNames(tables)
  const perBreakdown = Math.max(1, outcomes.length)
  return {
    shown: year.breakdowns.map((cells, b) => {
      const own = tables.tables.slice(b * perBreakdown, (b + 1) * perBreakdown)
      return shownWhere(
        cells,
        table,
        own.map(({ cell }) => cell),
        hidden.state,
      )
    }),
    audit: {
      year: year.year,
      cells: tables.cells,
      confidential: confidential.length,
      secondary: hidden.state.reduce((sum, state) => sum + (state === 2 ? 1 : 0), 0),
      intervals,
      unsafe: intervals.filter(({ cell, safe }) => isSecret.has(cell) && !safe).map(({ name }) => name),
      exposed: hidden.exposed.map(names),
    },
  }
}

/** People by outcome: all, those who meet the condition, those who don’t. Without outcomes the people alone. */
function cubesOf(
  { dimensions, counts, size }: Cells,
  people: string,
  outcomes: readonly string[],
): readonly Cube[] {
  const all = counts.get(people) ?? new Float64Array(size)
  if (outcomes.length === 0) return [{ dimensions, values: all }]
  return outcomes.map((name) => {
    const met = counts.get(name) ?? new Float64Array(size)
    const values = new Float64Array(size * 3)
    for (let at = 0; at < size; at++) {
      values[3 * at] = all[at] ?? 0
      values[3 * at + 1] = met[at] ?? 0
      values[3 * at + 2] = (all[at] ?? 0) - (met[at] ?? 0)
    }
    return {
      dimensions: [...dimensions, { name, items: ['all', 'met', 'not met'], within: [-1, 0, 0] }],
      values,
    }
  })
}

/** A hidden count hides itself; hidden people hide every sum of theirs too. */
function shownWhere(
  { counts }: Cells,
  table: TableDeclaration,
  cell: readonly Int32Array[],
  state: Uint8Array,
): Shown {
  const outcomes = table.indicators.filter(
    (indicator) => indicator.kind === 'count' && indicator.where !== null,
  )
  const steps = outcomes.length === 0 ? 1 : 3
  return (indicator, at) => {
    const outcome = outcomes.findIndex(({ name }) => name === indicator)
    const own = outcome < 0 ? cell[0]?.[at * steps] : cell[outcome]?.[at * steps + 1]
    return state[own ?? 0] === 0 ? (counts.get(indicator)?.[at] ?? 0) : null
  }
}

async function solve(
  tables: LinkedTables,
  state: Uint8Array,
  policy: ThresholdPolicy,
): Promise<AuditedCubes['intervals']> {
  const cubes = tables.tables.map(({ dimensions, cell }) => ({
    dimensions,
    values: Float64Array.from(cell, (each) => (state[each] === 0 ? (tables.values[each] ?? 0) : NaN)),
  }))
  return (await auditCubes(cubes, policy)).intervals
}

/** Hides all that is not nothing in every sum of these cells, wholes too. Whether anything was still shown. */
function hideLines({ sums, values }: LinkedTables, state: Uint8Array, cells: readonly number[]): boolean {
  const wanted = new Set(cells)
  let changed = false
  for (const { whole, parts } of sums) {
    const line = [whole, ...parts]
    if (!line.some((cell) => wanted.has(cell))) continue
    for (const cell of line)
      if (state[cell] === 0 && (values[cell] ?? 0) > 0) {
        state[cell] = 2
        changed = true
      }
  }
  return changed
}
