/** A table of records to be read from a message, and where its values stand. */
export interface RecordTable {
  readonly name: string
  /** Null: it stands directly in the message. */
  readonly parent: string | null
  readonly once: boolean
  readonly places: readonly {
    readonly path: readonly string[]
    readonly sets: Readonly<Record<string, string>>
  }[]
  /** Columns in order, with the path below the record's element: `['.']` its own text, `[]` set by the place alone. */
  readonly columns: readonly { readonly name: string; readonly path: readonly string[] }[]
}

/** An element as the scanner meets it. */
export interface ElementShape {
  readonly name: string
  readonly bytes: Uint8Array
  /** Position of the table whose record it begins, or -1. */
  record: number
  /** Values that the place gives to columns of that record. */
  sets: readonly (readonly [column: number, value: Uint8Array])[]
  /** The table and column that its text fills, or -1. */
  table: number
  column: number
  /** A record's element may stand many times, unless its table stands once. */
  many: boolean
  /** In the order in which the shape names them: what comes next is looked for first. */
  readonly children: ElementShape[]
}

const encoder = new TextEncoder()

const element = (name: string): ElementShape => ({
  name,
  bytes: encoder.encode(name),
  record: -1,
  sets: [],
  table: -1,
  column: -1,
  many: false,
  children: [],
})

/** The elements of a message with that root, from its tables; a table comes after its parent. */
export function elementTree(root: string, tables: readonly RecordTable[]): ElementShape {
  const top = element(root)
  const records = new Map<string, ElementShape[]>()
  const below = (from: ElementShape, path: readonly string[]): ElementShape =>
    path.reduce((at, name) => {
      const known = at.children.find((child) => child.name === name)
      if (known) return known
      const made = element(name)
      at.children.push(made)
      return made
    }, from)
  for (const [position, table] of tables.entries()) {
    const parents = table.parent === null ? [top] : (records.get(table.parent) ?? [])
    const found: ElementShape[] = []
    for (const parent of parents) {
      for (const place of table.places) {
        const at = below(parent, place.path)
        at.record = position
        at.many = !table.once
        at.sets = Object.entries(place.sets).map(([name, value]) => [
          table.columns.findIndex((column) => column.name === name),
          encoder.encode(value),
        ])
        for (const [column, { path }] of table.columns.entries()) {
          if (path.length === 0) continue
          const leaf = path[0] === '.' ? at : below(at, path)
          leaf.table = position
          leaf.column = column
        }
        found.push(at)
      }
    }
    records.set(table.name, found)
  }
  return top
}
