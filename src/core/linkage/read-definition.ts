import { z } from 'zod'
import { readPolicyFile, readShape, type PolicyFault } from '../policy/index.ts'
import { fail, ok, type Result } from '../vocabulary/index.ts'
import type { ComparisonDefinition, LinkageDefinition, LinkageField, Transform } from './definition.ts'

const fieldName = z.string().regex(/^[a-z][a-zA-Z0-9]*$/u)
const transform = z
  .string()
  .regex(
    /^(lower|letters|digits|alphanumeric|date|soundex|year|month|day|month-day|first [1-9]|postcode-district)$/u,
  )
const kinds = ['exact', 'name', 'text', 'date', 'postcode', 'identifier'] as const
const crossed = z.string().regex(/^[a-z][a-zA-Z0-9]*(\/[a-z][a-zA-Z0-9]*)?$/u)
const rules = z.array(z.array(fieldName).min(1)).min(1)
const share = z.number().gt(0).lt(1)

const shape = z.strictObject({
  id: z.string().min(1),
  fields: z.record(
    fieldName,
    z.strictObject({ column: z.string().min(1), as: z.array(transform).default([]) }),
  ),
  comparisons: z
    .array(
      z.strictObject({
        compare: z.enum([...kinds, 'names', 'number']),
        of: z.union([fieldName, z.array(fieldName).min(2).max(3)]),
        termFrequency: z.boolean().default(false),
      }),
    )
    .min(1),
  blocking: z.array(z.array(crossed).min(1)).min(1),
  household: z.strictObject({ first: fieldName, shared: z.array(fieldName).min(1) }).optional(),
  training: z.strictObject({
    sure: rules,
    recall: share.default(0.7),
    learn: rules,
    pairs: z.int().min(1000).max(1e9).default(1e6),
    roundPairs: z.int().min(1000).max(1e9).default(5e6),
    seed: z.int().min(0).default(1),
  }),
  threshold: share.default(0.95),
  oneToOne: z.boolean().default(false),
})

/** Reads a linkage's configuration (YAML), with file and line for every fault. */
export function readLinkageDefinition(
  name: string,
  text: string,
): Result<LinkageDefinition, readonly PolicyFault[]> {
  const file = readPolicyFile(name, text)
  const read = readShape(file, shape)
  if (!read.ok) return read
  const { id, fields, comparisons, blocking, household, training, threshold, oneToOne } = read.value
  const faults: PolicyFault[] = []
  const known = (path: readonly (string | number)[], names: readonly string[]): void => {
    for (const each of names.filter((field) => !Object.hasOwn(fields, field)))
      faults.push(
        file.fault(path, `There is no field “${each}”.`, 'Name one of the fields, or add it to them.'),
      )
  }
  comparisons.forEach(({ compare, of }, i) => {
    const names = [of].flat()
    known(['comparisons', i, 'of'], names)
    if (names.length !== (compare === 'names' ? 2 : compare === 'number' ? 3 : 1))
      faults.push(
        file.fault(
          ['comparisons', i, 'of'],
          'Fields are compared together only by “names”, which needs two, and “number”, which needs three.',
          'Write [first, last] for names, [number, former, sure] for a number, and one field for all others.',
        ),
      )
  })
  blocking.forEach((rule, i) => {
    known(
      ['blocking', i],
      rule.flatMap((field) => field.split('/')),
    )
  })
  if (household) known(['household'], [household.first, ...household.shared])
  training.sure.forEach((rule, i) => {
    known(['training', 'sure', i], rule)
  })
  training.learn.forEach((rule, i) => {
    known(['training', 'learn', i], rule)
  })
  for (const [field, { column }] of Object.entries(fields))
    if (column === id)
      faults.push(
        file.fault(
          ['fields', field],
          'The column that names a record can’t be compared.',
          'Leave this field out: it may give the answer away.',
        ),
      )
  if (faults.length > 0) return fail(faults)
  return ok({
    id,
    fields: new Map(
      Object.entries(fields).map(([field, { column, as }]): [string, LinkageField] => [
        field,
        { column, as: as as Transform[] },
      ]),
    ),
    comparisons: comparisons.map(({ compare, of, termFrequency }): ComparisonDefinition => {
      const [first = '', last = '', sure = ''] = [of].flat()
      if (compare === 'number')
        return { kind: compare, field: first, former: last, sure, name: first, termFrequency }
      return compare === 'names'
        ? { kind: compare, first, last, name: `${first}+${last}`, termFrequency }
        : { kind: compare, field: first, name: first, termFrequency }
    }),
    blocking: blocking.flatMap(bothWays),
    household: household ?? null,
    training,
    threshold,
    oneToOne,
  })
}

/** A crosswise rule holds either way round: two rules, since an engine joins on equalities alone. */
const bothWays = (rule: readonly string[]): readonly (readonly string[])[] =>
  rule.some((field) => field.includes('/'))
    ? [rule, rule.map((field) => field.split('/').reverse().join('/'))]
    : [rule]
