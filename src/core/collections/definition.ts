import type { ItemId } from '../vocabulary/index.ts'
import type { Expression } from './condition/expression.ts'

/** What one collection asks for in one year: a folder of data under `policy/collections/`, read and checked. */
export interface CollectionDefinition {
  readonly id: string
  /** The calendar year in the header of its returns. */
  readonly year: number
  readonly title: string
  /** Who sends it: a school, an authority, a board. */
  readonly source: 'school' | 'authority' | 'board' | 'agency'
  /** The instrument of `law.yaml` that asks for it, and the agreement under which a school sends it. */
  readonly law: { readonly instrument: string; readonly agreement: string | null }
  readonly message: MessageShape
  /** In the order in which they stand in a message; a table after its parent. */
  readonly tables: ReadonlyMap<string, ReturnTable>
  /** By code set, with the time in which each is in force. */
  readonly codes: ReadonlyMap<string, readonly DatedCode[]>
  /** Named lists that conditions ask for: `list.infants`. */
  readonly lists: ReadonlyMap<string, readonly string[]>
  /** What stands for a code: `mapped(school.type, map.lowestAge)`. The values of one map are all numbers or all texts. */
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, number | string>>
  /** Thresholds and the like: `parameter.shareNotInClass`. */
  readonly parameters: ReadonlyMap<string, number | string>
  /** What is counted of each return: `measure.headcount` in rules, and the next return’s record of the collection before. */
  readonly measures: ReadonlyMap<string, Measure>
  readonly terms: ReadonlyMap<string, CollectionTerm>
  /** Bank holidays, where the collection counts working days; null: it names no calendar. */
  readonly holidays: readonly string[] | null
  readonly rules: readonly Rule[]
  readonly listed: readonly ListedRule[]
}

/** A code and when it may be used: a date, or a census as `2025-SPR`; null: from the beginning, or still. */
export interface DatedCode {
  readonly code: string
  readonly from: string | null
  readonly to: string | null
}

/** The collection in one of its terms: what a return is checked against. */
export interface TermDefinition extends Omit<CollectionDefinition, 'codes'> {
  readonly term: CollectionTerm
  /** The codes in force on the term’s census day. */
  readonly codes: ReadonlyMap<string, readonly string[]>
}

export interface MessageShape {
  /** The root element of an XML message; a CSV message has none. */
  readonly root: string
  /** Values of the header’s Collection item by which a message is known. */
  readonly known: readonly string[]
  /** Absent: messages are XML. */
  readonly csv?: CsvShape
}

/**
 * A message of CSV: the header’s columns and its values, one record each, then the rows’ columns and the rows. Every cell has
 * a value or the marker.
 */
export interface CsvShape {
  /** What stands in a cell for which nothing is available, where the item allows it. */
  readonly marker: string
  /** Where the header’s items stand: in the first records of the file, or only in its name. */
  readonly header: 'record' | 'name'
  /** How a file is named: a pattern whose groups are items of the header. */
  readonly fileName: string
}

/** One round of the collection; a yearly collection has one, named `YEAR`. Dates are data, never computed. */
export interface CollectionTerm {
  readonly name: string
  readonly title: string
  readonly census: string
  readonly previousCensus: string | null
  readonly due: string | null
  /** From and to, both included, by name of the period. */
  readonly periods: ReadonlyMap<string, { readonly from: string; readonly to: string }>
  readonly confidence: string
}

export type ReturnItemType = 'text' | 'integer' | 'decimal' | 'date' | 'boolean' | 'code' | 'time'

/** A repeating part of a message, or one that stands once (`header`, `school`). */
export interface ReturnTable {
  readonly name: string
  /** Null: it stands directly in the return. */
  readonly parent: string | null
  readonly once: boolean
  /** Not in the message: what the checker knows beside it, one record a return (the collection before, the register of schools). */
  readonly given: boolean
  readonly label: string
  /** Paths of its element below the parent’s element, wrappers included; each may set constant items (`onRoll`). */
  readonly places: readonly {
    readonly path: readonly string[]
    readonly sets: Readonly<Record<string, string>>
  }[]
  readonly items: ReadonlyMap<string, ReturnItem>
}

export interface ReturnItem {
  readonly name: string
  /** Path of its element below the table’s element; empty for an item that the place sets. */
  readonly path: readonly string[]
  readonly label: string
  readonly type: ReturnItemType
  readonly codes: string | null
  readonly pattern: string | null
  readonly range: { readonly from: number; readonly to: number } | null
  readonly longest: number | null
  /** In a CSV message: its cell may hold the marker for what is not available. */
  readonly mayBeMarked: boolean
  /** What is to be written, for the description of the format. */
  readonly says: string | null
  /** The item of the data dictionary. */
  readonly item: ItemId | null
  readonly cbdsRef: string | null
  /** Terms and phases that send it; empty: all. */
  readonly terms: readonly string[]
  readonly phases: readonly string[]
}

export type Severity = 'error' | 'query' | 'term-on-term'

/** A rule of the collection’s validation. Its condition is true of what is wrong. */
export interface Rule {
  readonly number: string
  readonly severity: Severity
  readonly level: string
  readonly terms: readonly string[]
  readonly phases: readonly string[]
  /** The table whose rows are asked, or `return` for the whole. */
  readonly on: string
  readonly fails: Expression
  /** Items of that table (or `table.item`) that a finding points at. */
  readonly points: readonly string[]
  readonly message: string
  /** What a note on it must say. */
  readonly note: { readonly accepts: 'none' | 'confirmation' | 'reason'; readonly says: string }
}

/** A number that a return has, of what it holds. */
export interface Measure {
  readonly name: string
  /** A number, asked of the whole return. */
  readonly value: Expression
  /** Terms whose returns hold what is counted; empty: all. In others it has no value. */
  readonly terms: readonly string[]
}

/** A rule of the department’s list that does not run here, and why. */
export interface ListedRule {
  readonly number: string
  readonly severity: Severity
  readonly reason: 'superseded' | 'needs data not public' | 'text not clear' | 'printed twice'
  readonly about: string
}
