import { z } from 'zod'
import { levels } from './declaration.ts'

const word = z.string().min(1)
const columnName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/u, 'Write a column’s name: small letters, digits, _.')
/** `column`, or `dataset.column` of one that the table is joined with. */
const path = z
  .string()
  .regex(/^([a-z][a-z0-9_]{0,62}\.)?[a-z][a-z0-9_]{0,62}$/u, 'Write a column, or dataset.column.')
const code = z.union([z.string(), z.number(), z.boolean()])

const conditionShape = z.strictObject({ column: path, in: z.array(code).min(1) })

export const filterShape = z.strictObject({
  /** The column in the published file; the filter’s own name unless told. */
  name: columnName.optional(),
  label: word,
  hint: word.optional(),
  column: path,
  total: word.default('Total'),
  /** Code to item; several codes may be one item. */
  items: z.record(z.string(), word),
  otherwise: word.optional(),
})
export const filtersShape = z.record(columnName, filterShape)

const percent = z.strictObject({ percent: z.array(columnName).length(2) })
const count = z.strictObject({
  count: z.literal('rows'),
  where: conditionShape.optional(),
  of: columnName.optional(),
})
const sum = z.strictObject({ sum: path, where: conditionShape.optional() })
const shown = {
  name: columnName,
  label: word,
  unit: word.optional(),
  places: z.int().min(0).max(9).optional(),
}
const indicatorShape = z.union([count.extend(shown), sum.extend(shown), percent.extend(shown)])

export const tableShape = z.strictObject({
  title: word,
  about: word,
  dataset: columnName,
  /** Data sets that add columns: at most one row of theirs for each row of the table’s own, by these columns. */
  with: z.record(columnName, z.array(columnName).min(1)).default({}),
  authority: path.default('la_code'),
  timeIdentifier: word.default('Academic year'),
  complete: z.strictObject({ dataset: columnName, terms: z.array(word).min(1) }).optional(),
  population: z.array(conditionShape).default([]),
  levels: z.array(z.enum(levels)).min(1),
  filters: z.array(columnName).default([]),
  breakdowns: z.array(z.array(columnName)).optional(),
  indicators: z.array(indicatorShape).min(1),
  chart: z.strictObject({ indicator: columnName, by: columnName.optional() }),
  footnotes: z.array(word).default([]),
})

export const publicationShape = z.strictObject({ title: word, summary: word, policy: word })

const marked = { words: word, mark: z.enum(['official', 'seen', 'derived', 'unverified', 'ours']) }
export const policiesShape = z.record(
  z.string().regex(/^[a-z0-9][a-z0-9-]*$/u),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none'), ...marked }),
    z.strictObject({ kind: z.literal('percentages'), places: z.int().min(0).max(9), ...marked }),
    z.strictObject({
      kind: z.literal('threshold'),
      below: z.int().min(2).max(100),
      width: z.int().min(2).max(100).default(3),
      hideZeros: z.boolean().default(false),
      ...marked,
    }),
    z.strictObject({
      kind: z.literal('redact-round'),
      upTo: z.int().min(1).max(100),
      base: z.int().min(2).max(1000),
      ...marked,
    }),
    z.strictObject({ kind: z.literal('midpoint-6'), ...marked }),
    z.strictObject({
      kind: z.literal('cell-key'),
      deviation: z.int().min(1).max(20),
      variance: z.number().positive().max(100),
      never: z.array(z.int().positive()).default([]),
      ...marked,
    }),
  ]),
)
