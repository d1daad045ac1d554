import { checkCondition } from '../decide/index.ts'
import type { Condition, Dictionary } from '../vocabulary/index.ts'
import { expandUses, withoutUses } from './expand-populations.ts'
import { didYouMean } from './nearest.ts'
import type { PolicyFile, PolicyPath } from './policy-file.ts'
import type { PolicyFault } from './policy.ts'

/**
 * Everything in a condition that can't be compiled, at its own line: tests that make no sense, items that don't exist,
 * populations that don't exist or go in a circle. Faults inside a named population are told there, once.
 */
export function checkConditionAt(
  file: PolicyFile,
  path: PolicyPath,
  condition: Condition,
  named: ReadonlyMap<string, Condition>,
  items: Dictionary,
): readonly PolicyFault[] {
  const uses = expandUses(condition, named).faults.filter(
    // One inside a named population is that population's own fault.
    (fault) => fault.problem === 'circular' || placeExists(condition, fault.path),
  )
  return [
    ...uses.map(({ path: at, name, problem }) =>
      file.fault(
        [...path, ...at],
        problem === 'circular'
          ? `The population “${name}” uses itself.`
          : `There is no population “${name}”.`,
        problem === 'circular'
          ? 'Write its condition out in one of the two.'
          : didYouMean(name, named.keys(), 'populations.yaml'),
      ),
    ),
    ...checkCondition(withoutUses(condition), items).map((fault) => {
      const at = stepsOf(fault.path)
      const item = wrongItem(condition, at)
      return file.fault(
        [...path, ...at],
        item === undefined ? `This condition can’t be compiled. ${fault.message}` : `There is no item “${item}”.`,
        item === undefined
          ? 'Mend it: what can’t be compiled is refused, never left out.'
          : didYouMean(item, items.keys(), 'items.yaml'),
      )
    }),
  ]

  function wrongItem(whole: Condition, at: PolicyPath): string | undefined {
    const value = at.reduce<unknown>((v, step) => (v as Record<string, unknown> | undefined)?.[String(step)], whole)
    return at.at(-1) === 'item' && typeof value === 'string' && !items.has(value) ? value : undefined
  }
}

/** `all[1].item` as steps. */
const stepsOf = (path: string): PolicyPath =>
  path
    .split(/[.[\]]/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step))

function placeExists(condition: Condition, path: PolicyPath): boolean {
  let value: unknown = condition
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !(String(step) in value)) return false
    value = (value as Record<string, unknown>)[String(step)]
  }
  return true
}
