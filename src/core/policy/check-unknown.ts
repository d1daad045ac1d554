import type { Condition, Dictionary } from '../vocabulary/index.ts'
import type { PolicyFile, PolicyPath } from './policy-file.ts'
import type { PolicyFault } from './policy.ts'

/**
 * Conditions in which a yes or no that nobody has said would let something out. A test on an item without a value is false;
 * so where a condition `forbids` such a test must stand under an odd number of `not`, where it `admits` under an even one:
 * then unknown forbids and doesn't admit. Named populations are judged where they are used.
 */
export function checkUnknown(
  file: PolicyFile,
  path: PolicyPath,
  condition: Condition,
  named: ReadonlyMap<string, Condition>,
  items: Dictionary,
  effect: 'forbids' | 'admits',
): readonly PolicyFault[] {
  const walk = (
    part: Condition,
    at: PolicyPath,
    negated: boolean,
    within: readonly string[],
  ): readonly PolicyFault[] => {
    if ('all' in part) return part.all.flatMap((each, i) => walk(each, [...at, 'all', i], negated, within))
    if ('any' in part) return part.any.flatMap((each, i) => walk(each, [...at, 'any', i], negated, within))
    if ('not' in part) return walk(part.not, [...at, 'not'], !negated, within)
    if ('use' in part) {
      const meant = named.get(part.use)
      if (!meant || within.includes(part.use)) return [] // its own fault, told elsewhere
      const inside = walk(meant, [], negated, [...within, part.use])
      return inside.length > 0 ? [fault([...at, 'use'])] : []
    }
    const flag = items.get(part.item)?.type === 'boolean' && 'equals' in part
    return flag && negated !== (effect === 'forbids') ? [fault([...at, 'equals'])] : []
  }
  const fault = (at: PolicyPath): PolicyFault =>
    file.fault(
      [...path, ...at],
      'A pupil of whom this is not on record would pass for one of whom it is known not to be so.',
      effect === 'forbids'
        ? 'Write it so that unknown is forbidden too: “not: { item: …, equals: false }”.'
        : 'Write it so that unknown is not admitted: “{ item: …, equals: false }” without “not”.',
    )
  return walk(condition, [], false, [])
}
