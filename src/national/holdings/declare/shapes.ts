import { z } from 'zod'

const text = z.string().min(1)
const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'Write small letters, figures and underscores, a letter first.')
const item = z
  .string()
  .regex(/^[a-zA-Z_]+\.[$a-zA-Z0-9_]+$/, 'Write a relation and its item, such as record.upn.')

export const yearsShape = z.strictObject({ from: z.int().optional(), to: z.int().optional() })

const base = {
  label: text,
  description: text.optional(),
  type: z.enum(['text', 'code', 'integer', 'flag', 'date', 'decimal']),
  item: text.optional(),
  alias: text.optional(),
  codes: text.optional(),
  rating: z
    .string()
    .regex(/^[1-9][A-E]$/, 'Write the identification risk and the sensitivity together, such as 5E.'),
  route: z.enum(['default', 'by-request', 'never']),
  years: yearsShape.optional(),
}

export const columnShape = z.strictObject(base)

export const sourceColumnShape = z.strictObject({
  ...base,
  from: item.optional(),
  sql: text.optional(),
  computed: z.literal(true).optional(),
  map: z.record(text, text).optional(),
  otherwise: z.enum(['keep', 'drop']).optional(),
  group: text.optional(),
  terms: z.array(text).optional(),
  identifies: z.literal(true).optional(),
})

const relation = z.strictObject({
  table: text,
  joined: z.enum(['once', 'parent', 'children']),
  of: z.enum(['record', 'parent']).optional(),
  codes: z.strictObject({ set: text, item: text }).optional(),
  columns: z.record(name, text).optional(),
})

const round = z.object({ term: text, year: z.int().min(-2).max(2), from: z.int().optional() }).catchall(text)

const any = {
  id: name,
  title: text,
  description: text.optional(),
  keys: z.enum(['attributes', 'sensitive']),
  npd: z.strictObject({ dataset: text, table: text }).optional(),
}

export const commonShape = z.strictObject({ columns: z.record(name, columnShape) })

export const sourceShape = z.strictObject({
  ...any,
  versions: z.enum(['numbered', 'results']),
  from: z.strictObject({
    collection: text,
    record: text,
    person: text.nullable().optional(),
    rounds: z.record(text, z.array(round).min(1)),
    names: z.record(text, text).optional(),
    relations: z.record(z.string().regex(/^[a-zA-Z]+$/), relation).optional(),
    filter: text.optional(),
    stage: item.optional(),
  }),
  recordStatus: z
    .strictObject({ onRoll: name, enrolment: name, schoolType: name, entry: name, leaving: name, year: name })
    .optional(),
  most: z.strictObject({ rows: z.int().min(1), by: z.array(name).min(1) }).optional(),
  urn: item.nullable(),
  laCode: item.nullable(),
  columns: z.record(name, sourceColumnShape),
})

export const derivedShape = z.strictObject({
  ...any,
  level: z.enum(['pupil', 'school']),
  reads: z.array(text).min(1),
  sort: z.array(name).min(1),
  partition: z.enum(['year', 'all']).optional(),
  lookback: z.int().min(0).optional(),
  years: yearsShape.optional(),
  parameters: z.record(name, z.strictObject({ value: z.int(), description: text })).optional(),
  columns: z.record(name, columnShape),
  sql: text,
})
