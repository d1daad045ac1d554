import { itemsAt, type LinkedTables } from './system.ts'

/** A group of people all of whom are known to have one attribute: the only part of a whole that anybody is in is published. */
export interface AttributeDisclosure {
  readonly whole: number
  readonly part: number
  /** The dimension whose item everybody in the whole shares. */
  readonly dimension: string
}

/**
 * Attribute disclosure: lines of a table whose only cell of more than nothing is published, while the others are shown to be
 * nothing. Wholes whose own item has one part only are no news to anyone.
 *
 * @param known for each cell its published value, or NaN where it is hidden
 */
export function attributeDisclosures(
  tables: Omit<LinkedTables, 'values'>,
  known: Float64Array,
): readonly AttributeDisclosure[] {
  const found = new Map<string, AttributeDisclosure>()
  for (const table of tables.tables)
    for (const [d, { name, items, within }] of table.dimensions.entries()) {
      const stride = table.strides[d] ?? 1
      const parts = Map.groupBy(
        [...items.keys()].filter((item) => item > 0),
        (item) => within[item] ?? 0,
      )
      table.cell.forEach((whole, at) => {
        const item = itemsAt(table, at)[d] ?? 0
        const own = parts.get(item)
        if (!own || own.length < 2 || !((known[whole] ?? 0) > 0)) return
        const cells = own.map((part) => table.cell[at + (part - item) * stride] ?? 0)
        const some = cells.filter((cell) => known[cell] !== 0)
        const [part] = some
        if (some.length === 1 && part !== undefined && !Number.isNaN(known[part]))
          found.set(`${String(whole)}:${String(part)}`, { whole, part, dimension: name })
      })
    }
  return [...found.values()]
}
