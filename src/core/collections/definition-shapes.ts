import { z } from 'zod'

const name = z.string().regex(/^[a-zA-Z][A-Za-z0-9-]*$/, 'Letters, digits and hyphens, a letter first.')
const date = z.iso.date('Write a date as yyyy-mm-dd.')
const termName = z.string().regex(/^[A-Z]{3,4}$/, 'A term is three or four capitals.')
const texts = z.array(z.string())

/** `collection.yaml` of a year that stands for itself. */
export const collectionShape = z.strictObject({
  id: name,
  year: z.int().min(2000).max(2100),
  title: z.string().min(1),
  law: z.strictObject({ instrument: name, agreement: name.nullable() }),
  source: z.enum(['school', 'authority', 'board', 'agency']),
  message: z.union([
    z.strictObject({ root: z.string().min(1), known: texts.min(1) }),
    z.strictObject({
      known: texts.min(1),
      csv: z.strictObject({
        marker: z.string().min(1),
        header: z.enum(['record', 'name']),
        fileName: z.string().min(1),
      }),
    }),
  ]),
  encoding: z.literal('utf-8'),
  terms: z.record(
    termName,
    z.strictObject({
      title: z.string().min(1),
      census: date,
      previousCensus: date.nullable(),
      due: date.nullable(),
      confidence: z.enum(['official', 'reported', 'derived', 'unverified']),
      periods: z.record(name, z.strictObject({ from: date, to: date })),
    }),
  ),
  codes: z.record(name, texts),
  lists: z.record(name, texts),
  maps: z
    .record(name, z.union([z.record(z.string().min(1), z.number()), z.record(z.string().min(1), z.string())]))
    .exactOptional(),
  parameters: z.record(name, z.union([z.number(), z.string()])),
  /** A file under `policy/calendar/`, for working days. */
  calendar: name.exactOptional(),
})

/**
 * `collection.yaml` of a year that builds on another: what it does not say is as it was then. Its terms are its own, since
 * every one of them has dates.
 */
export const laterYearShape = z.strictObject({
  ...collectionShape.partial().shape,
  id: collectionShape.shape.id,
  year: collectionShape.shape.year,
  terms: collectionShape.shape.terms,
  /** The other year. */
  from: z.int(),
})

const itemType = z.enum(['text', 'integer', 'decimal', 'date', 'boolean', 'code', 'time'])

/** `tables.yaml`. */
export const tablesShape = z.record(
  name,
  z.strictObject({
    label: z.string().min(1),
    parent: name.exactOptional(),
    once: z.boolean().exactOptional(),
    given: z.boolean().exactOptional(),
    at: z
      .array(z.strictObject({ path: z.string().min(1), sets: z.record(name, z.string()).exactOptional() }))
      .exactOptional(),
    items: z.record(
      name,
      z.strictObject({
        path: z.string(),
        type: itemType,
        label: z.string().min(1),
        codes: name.exactOptional(),
        pattern: z.string().exactOptional(),
        range: z.strictObject({ from: z.number(), to: z.number() }).exactOptional(),
        longest: z.int().positive().exactOptional(),
        mayBeMarked: z.boolean().exactOptional(),
        says: z.string().min(1).exactOptional(),
        item: z.string().exactOptional(),
        cbds: z.string().exactOptional(),
        terms: z.array(termName).exactOptional(),
        phases: texts.exactOptional(),
      }),
    ),
  }),
)

/** `measures.yaml`. */
export const measuresShape = z.record(
  name,
  z.strictObject({ value: z.string().min(1), terms: z.array(termName).exactOptional() }),
)

/** A file under `rules/`: rules that run, and rules that are listed with the reason why they don’t. */
export const rulesShape = z.array(
  z.union([
    z.strictObject({
      rule: z.string().min(1),
      severity: z.enum(['error', 'query', 'term-on-term']),
      level: name,
      terms: z.array(termName).exactOptional(),
      phases: texts.exactOptional(),
      on: name,
      fails: z.string().min(1),
      points: texts,
      message: z.string().min(1),
      note: z
        .strictObject({ accepts: z.enum(['confirmation', 'reason']), says: z.string().min(1) })
        .exactOptional(),
      about: z.string().exactOptional(),
    }),
    z.strictObject({
      rule: z.string().min(1),
      severity: z.enum(['error', 'query', 'term-on-term']),
      listed: z.enum(['superseded', 'needs data not public', 'text not clear', 'printed twice']),
      about: z.string().min(1),
    }),
  ]),
)
