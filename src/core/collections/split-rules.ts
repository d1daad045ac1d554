import { compileCondition } from './condition/compile-condition.ts'
import { ancestors, gatherNothing } from './condition/compiling.ts'
import type { ReturnTable, Rule, TermDefinition } from './definition.ts'

export interface SplitRules {
  /** Each record can be asked where nothing is loaded but the record of the message that it belongs to, and `whole`. */
  readonly within: readonly Rule[]
  /** What can be asked only where the whole return is loaded. */
  readonly across: readonly Rule[]
  /** Tables with a few records a return: those that stand once in it, and what is below them. */
  readonly whole: readonly ReturnTable[]
  /** Tables that come in portions: a record with all that is below it. */
  readonly portioned: readonly ReturnTable[]
}

/** What of a term can be asked of a return in portions, and what can’t. Rules that don’t compile are among the second. */
export function splitRules(definition: TermDefinition): SplitRules {
  const isWhole = (table: ReturnTable): boolean => {
    const top = ancestors(table, definition).at(-1)
    const highest = top === undefined ? table : definition.tables.get(top)
    return table.given || (highest?.once ?? false)
  }
  const { whole = [], portioned = [] } = Object.groupBy([...definition.tables.values()], (table) =>
    isWhole(table) ? 'whole' : 'portioned',
  )
  const inPortions = new Set(portioned.map(({ name }) => name))
  const { within = [], across = [] } = Object.groupBy(definition.rules, (rule) =>
    isWithin(rule, definition, inPortions) ? 'within' : 'across',
  )
  return { within, across, whole, portioned }
}

function isWithin(rule: Rule, definition: TermDefinition, portioned: ReadonlySet<string>): boolean {
  const { on } = rule
  if (!portioned.has(on)) return false
  const gathered = gatherNothing()
  if (!compileCondition(rule.fails, { definition, on, gathered }).ok) return false
  const below = portioned.has(definition.tables.get(on)?.parent ?? '')
  return (
    [...gathered.groupings.values()].every(({ reach }) => reach === 'below') &&
    [...gathered.alike.values()].every(({ within }) => within === 'parent' && below) &&
    [...gathered.others].every((name) => portioned.has(name))
  )
}
