import type { z } from 'zod'
import type { PolicyFault, PolicyFile } from '../policy/index.ts'
import { fail, ok, type Result } from '../vocabulary/index.ts'
import { compileValue } from './condition/compile-condition.ts'
import { parseCondition } from './condition/parse-condition.ts'
import type { measuresShape } from './definition-shapes.ts'
import type { CollectionDefinition, Measure } from './definition.ts'
import { termDefinition } from './term-definition.ts'

/** The measures of `measures.yaml`, in the file’s order. */
export function readMeasures(
  file: PolicyFile,
  shaped: z.infer<typeof measuresShape>,
): Result<ReadonlyMap<string, Measure>, readonly PolicyFault[]> {
  const faults: PolicyFault[] = []
  const measures = new Map<string, Measure>()
  for (const [name, { value, terms }] of Object.entries(shaped)) {
    const read = parseCondition(value)
    if (read.ok) measures.set(name, { name, value: read.value, terms: terms ?? [] })
    else faults.push(faultOf(file, name, read.error))
  }
  return faults.length > 0 ? fail(faults) : ok(measures)
}

/** What is wrong with the measures of a definition whose other files are read: one that is not a number, terms that are not there. */
export function checkMeasures(
  file: PolicyFile,
  names: readonly string[],
  definition: CollectionDefinition,
): readonly PolicyFault[] {
  const faults: PolicyFault[] = []
  for (const name of names) {
    const measure = definition.measures.get(name)
    const unknown = measure?.terms.find((term) => !definition.terms.has(term))
    if (unknown !== undefined)
      faults.push(
        file.fault(
          [name, 'terms'],
          `The collection has no term ${unknown}.`,
          'Name a term of the collection.',
        ),
      )
    for (const term of definition.terms.keys()) {
      const within = termDefinition(definition, term)
      const compiled = measure && within && compileValue(measure.value, within)
      if (!compiled || compiled.ok) continue
      faults.push(faultOf(file, name, compiled.error))
      break
    }
  }
  return faults
}

const faultOf = (file: PolicyFile, name: string, fault: { at: number; message: string }): PolicyFault =>
  file.fault(
    [name, 'value'],
    `Measure ${name}: ${fault.message}`,
    `Look at character ${String(fault.at + 1)} of the value.`,
  )
