import type { RecordTable } from '../standards/xml-records/index.ts'
import type { TermDefinition } from './definition.ts'

/** The tables of a return that stand in its message, as the scanner asks for them. */
export const recordTables = (definition: Pick<TermDefinition, 'tables'>): readonly RecordTable[] =>
  [...definition.tables.values()]
    .filter(({ given }) => !given)
    .map(({ name, parent, once, places, items }) => ({
      name,
      parent,
      once,
      places,
      columns: [...items.values()].map((item) => ({ name: item.name, path: item.path })),
    }))
