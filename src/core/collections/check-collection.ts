import type { PolicyFault } from '../policy/index.ts'
import { compileRules } from './compile-rules.ts'
import type { CollectionDefinition, Rule } from './definition.ts'
import type { RulePlaces } from './read-collection.ts'
import { termDefinition } from './term-definition.ts'

/**
 * What is wrong across the files: conditions that don’t compile, tables, items and terms that are not there. A rule that was
 * taken from the year before has no place here: `taken` says where that is.
 */
export function checkCollection(
  definition: CollectionDefinition,
  places: RulePlaces,
  taken: (message: string) => PolicyFault,
): readonly PolicyFault[] {
  const faults: PolicyFault[] = []
  const say = ({ number }: { number: string }, message: string, key: string): void => {
    faults.push(places.get(number)?.(message, key) ?? taken(`Rule ${number}, of the year before: ${message}`))
  }
  for (const rule of definition.rules) {
    if (rule.on !== 'return' && !definition.tables.has(rule.on))
      say(rule, `there is no table “${rule.on}”.`, 'on')
    for (const term of rule.terms)
      if (!definition.terms.has(term)) say(rule, `the collection has no term ${term}.`, 'terms')
    for (const point of rule.points)
      if (!pointsAt(definition, rule, point)) say(rule, `“${point}” is not an item.`, 'points')
  }
  if (faults.length > 0) return faults
  const told = new Set<string>()
  for (const name of definition.terms.keys()) {
    const term = termDefinition(definition, name)
    const compiled = term && compileRules(term)
    if (!compiled || compiled.ok) continue
    for (const { rule, at, message } of compiled.error) {
      if (told.has(rule)) continue
      told.add(rule)
      say({ number: rule }, `${message} (character ${String(at + 1)} of the condition)`, 'fails')
    }
  }
  return faults
}

function pointsAt(definition: CollectionDefinition, rule: Rule, point: string): boolean {
  const [first = '', second] = point.split('.')
  if (second !== undefined) return definition.tables.get(first)?.items.has(second) ?? false
  return definition.tables.get(rule.on)?.items.has(first) ?? false
}
