import { canonicalJson } from '../standards/index.ts'
import type { Condition } from '../vocabulary/index.ts'

/** A `use` in a condition that can't be put in its place, and where it stands. */
export interface UseFault {
  readonly path: readonly (string | number)[]
  readonly name: string
  readonly problem: 'unknown' | 'circular'
}

type Place = readonly (string | number)[]

/**
 * Puts the named conditions in the place of every `use`. `faults` says which can't be; the condition then has a part in
 * their place that never holds, so that a policy with faults could not permit more than was meant.
 */
export function expandUses(
  condition: Condition,
  named: ReadonlyMap<string, Condition>,
): { readonly condition: Condition; readonly faults: readonly UseFault[] } {
  const faults: UseFault[] = []
  const expand = (part: unknown, path: Place, open: readonly string[]): unknown => {
    if (Array.isArray(part)) return part.map((each, i) => expand(each, [...path, i], open) as Condition)
    if (typeof part !== 'object' || part === null) return part
    const entries = Object.entries(part)
    const name = entries.length === 1 && entries[0]?.[0] === 'use' ? String(entries[0][1]) : undefined
    if (name === undefined) {
      return Object.fromEntries(
        entries.map(([key, value]) => [
          key,
          key === 'all' || key === 'any' || key === 'not' ? expand(value, [...path, key], open) : value,
        ]),
      )
    }
    const found = named.get(name)
    if (found && !open.includes(name)) return expand(found, path, [...open, name])
    faults.push({ path: [...path, 'use'], name, problem: found ? 'circular' : 'unknown' })
    return never
  }
  return { condition: expand(condition, [], []) as Condition, faults }
}

/** The condition as it stands, each `use` left out, so that a fault found in the rest keeps its place. */
export const withoutUses = (condition: Condition): Condition =>
  JSON.parse(
    JSON.stringify(condition, (_, value: unknown) =>
      typeof value === 'object' && value !== null && Object.keys(value).join() === 'use' ? { all: [] } : value,
    ),
  ) as Condition

/** The other way: wherever a part equals a named condition it is written as its name again, the first one that fits. */
export function foldUses(condition: Condition, named: ReadonlyMap<string, Condition>, except?: string): Condition {
  const names = new Map<string, string>()
  for (const [name, each] of named) {
    const key = canonicalJson(each)
    if (name !== except && !names.has(key)) names.set(key, name)
  }
  const fold = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(fold)
    if (typeof part !== 'object' || part === null) return part
    const name = names.get(canonicalJson(part))
    if (name !== undefined) return { use: name }
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, fold(value)]))
  }
  return fold(condition) as Condition
}

const never: Condition = { not: { all: [] } }
