import type { ReturnItemType, ReturnTable, TermDefinition } from '../definition.ts'
import type { ConditionFault, Expression } from './expression.ts'
import type { ValueType } from './functions.ts'

/** An aggregate that the query of a table must join: one grouped pass over `over` for each reach. */
export interface Grouping {
  /** Alias of the joined relation. */
  readonly alias: string
  readonly over: string
  readonly reach: 'below' | 'return'
  /** Aggregate expressions by column name. */
  readonly columns: Map<string, string>
  /** Tables named in the conditions, beside `over`. */
  readonly uses: Set<string>
}

/** Rows of the table itself that share the values of some items: one grouped pass joined to it, of what is found alone. */
export interface Alike {
  readonly alias: string
  /** What both rows belong to. */
  readonly within: 'return_id' | 'parent'
  /** The first of them is present. */
  readonly items: readonly string[]
  /** What is asked of such rows, true or false, by column name. */
  readonly columns: Map<string, string>
}

/** What a table’s conditions need joined to it, gathered while they are compiled. */
export interface Gathered {
  readonly groupings: Map<string, Grouping>
  readonly alike: Map<string, Alike>
  /** The table whose record a row and the `other` rows it is held against belong to, or `return`. */
  readonly others: Set<string>
  readonly uses: Set<string>
}

export const gatherNothing = (): Gathered => ({
  groupings: new Map(),
  alike: new Map(),
  others: new Set(),
  uses: new Set(),
})

export interface ConditionScope {
  readonly definition: TermDefinition
  /** The table whose rows are asked, or `return`. */
  readonly on: string
  readonly gathered: Gathered
}

/** Where a part of a condition stands. */
export interface Inner {
  /** The table whose items need no prefix, and its alias. */
  readonly table: ReturnTable | null
  readonly alias: string
  readonly uses: Set<string>
  readonly aggregating: 'no' | 'grouped' | 'other'
}

export interface Compiled {
  readonly sql: string
  readonly type: ValueType
}

/** Compiles a part of a condition. */
export type Compile = (expression: Expression, scope: ConditionScope, inner: Inner) => Compiled

/** Thrown within the compiler; it leaves as a value. */
export class Fault extends Error {
  readonly fault: ConditionFault
  constructor(at: number, message: string) {
    super(message)
    this.fault = { at, message }
  }
}

export const valueTypes: Readonly<Record<ReturnItemType, ValueType>> = {
  text: 'text',
  code: 'text',
  time: 'text',
  integer: 'number',
  decimal: 'number',
  date: 'date',
  boolean: 'boolean',
}

/** Names of the tables above a table, the nearest first. */
export function ancestors(table: ReturnTable | null, definition: TermDefinition): readonly string[] {
  const names: string[] = []
  for (let up = table?.parent ?? null; up !== null; up = definition.tables.get(up)?.parent ?? null)
    names.push(up)
  return names
}
