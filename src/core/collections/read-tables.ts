import type { z } from 'zod'
import type { PolicyFault, PolicyFile } from '../policy/index.ts'
import { fail, ok, type Result } from '../vocabulary/index.ts'
import type { tablesShape } from './definition-shapes.ts'
import type { ReturnItem, ReturnTable } from './definition.ts'

/** Names that a condition gives another meaning. */
const taken = [
  'return',
  'this',
  'other',
  'period',
  'parameter',
  'measure',
  'list',
  'codes',
  'census',
  'previousCensus',
  'collectionYear',
]

/** The tables of a return from `tables.yaml`, in the file’s order. */
export function readTables(
  file: PolicyFile,
  shaped: z.infer<typeof tablesShape>,
): Result<ReadonlyMap<string, ReturnTable>, readonly PolicyFault[]> {
  const faults: PolicyFault[] = []
  const tables = new Map<string, ReturnTable>()
  for (const [name, { label, parent, once, given, at = [], items }] of Object.entries(shaped)) {
    if ((given === true) === at.length > 0)
      faults.push(
        file.fault(
          [name],
          'A table stands in the message (at) or is given beside it (given: true).',
          'Write one of the two.',
        ),
      )
    if (parent !== undefined && !tables.has(parent))
      faults.push(
        file.fault(
          [name, 'parent'],
          `There is no table “${parent}” above this one.`,
          'A table comes after its parent.',
        ),
      )
    if (taken.includes(name))
      faults.push(file.fault([name], `“${name}” means something else in a rule.`, 'Choose another name.'))
    for (const { sets } of at) {
      for (const set of Object.keys(sets ?? {}))
        if (items[set]?.path !== '')
          faults.push(
            file.fault([name, 'at'], `“${set}” is not an item without a path.`, "Add it with path: ''."),
          )
    }
    tables.set(name, {
      name,
      label,
      parent: parent ?? null,
      once: once ?? given ?? false,
      given: given ?? false,
      places: at.map(({ path, sets }) => ({ path: path.split('/'), sets: sets ?? {} })),
      items: new Map(Object.entries(items).map(([item, shape]) => [item, itemOf(item, shape)])),
    })
  }
  return faults.length > 0 ? fail(faults) : ok(tables)
}

type ItemShape = z.infer<typeof tablesShape>[string]['items'][string]

const itemOf = (name: string, shape: ItemShape): ReturnItem => ({
  name,
  path: shape.path === '' ? [] : shape.path.split('/'),
  label: shape.label,
  type: shape.type,
  codes: shape.codes ?? null,
  pattern: shape.pattern ?? null,
  range: shape.range ?? null,
  longest: shape.longest ?? null,
  mayBeMarked: shape.mayBeMarked ?? false,
  says: shape.says ?? null,
  item: shape.item ?? null,
  cbdsRef: shape.cbds ?? null,
  terms: shape.terms ?? [],
  phases: shape.phases ?? [],
})
