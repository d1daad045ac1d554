import { z } from '@hono/zod-openapi'

// What the API of the matching takes and gives. Strict, out as well as in. Identities are in the answer for one pair alone.

const count = z.int().nonnegative()
const at = z.iso.datetime()
const rate = z.number().min(0).max(1).nullable()
const reference = z.string().regex(/^P[0-9A-F]{20}$/)
const verdict = z.enum(['same', 'not-same', 'unsure'])
const why = z.enum(['between', 'numbers', 'tie', 'apart', 'sample'])
const state = z.enum(['open', 'second', 'decided', 'gone'])

export const pairParams = z.strictObject({ id: z.uuid() })
export const decisionParams = z.strictObject({ id: z.uuid() })
export const referenceParams = z.strictObject({ reference })
export const queueQuery = z.strictObject({
  page: z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .transform(Number)
    .optional()
    .openapi({ type: 'integer', description: 'Counted from 1; 100 a page.' }),
})

const group = z.strictObject({
  kind: z.enum(['all', 'sex', 'ethnicity', 'language', 'deprivation']),
  group: z.string(),
  records: count,
  identities: count,
  joined: count,
  precision: rate,
  recall: rate,
  reviewLoad: z.number().nonnegative(),
})

export const report = z.strictObject({
  all: group.nullable(),
  groups: z.array(group),
  largestGap: z
    .strictObject({ kind: z.string(), best: z.string(), worst: z.string(), gap: z.number() })
    .nullable(),
  clerical: z.strictObject({
    waiting: count,
    decided: count,
    sampled: count,
    sampledRight: count,
    overruled: count,
    second: count,
  }),
  calibration: z.array(z.strictObject({ tenth: count, pairs: count, decided: count, same: count })),
  stability: z.strictObject({ merges: count, splits: count, per100000: z.number().nonnegative() }),
  runs: z.array(
    z.strictObject({
      number: count,
      at,
      by: z.string(),
      model: count,
      returns: count,
      records: count,
      identities: count,
      fresh: count,
      edges: count,
      people: count,
      newPeople: count,
      merges: count,
      splits: count,
      queued: count,
      components: count,
    }),
  ),
})

const queued = z.strictObject({
  id: z.uuid(),
  why,
  state,
  weight: z.number().nullable(),
  pmrA: reference,
  pmrB: reference,
  run: count,
})
export const queue = z.strictObject({ total: count, pairs: z.array(queued) })

const identity = z.partialRecord(
  z.enum([
    'upn',
    'upnSure',
    'formerUpn',
    'uln',
    'localId',
    'first',
    'middle',
    'last',
    'dob',
    'sex',
    'postcode',
  ]),
  z.string(),
)
const decision = z.strictObject({
  id: z.uuid(),
  pair: z.uuid(),
  verdict,
  reason: z.string(),
  by: z.string(),
  at,
  counts: z.boolean(),
  second: z.boolean(),
  undone: z.strictObject({ by: z.string(), at, reason: z.string() }).nullable(),
})

export const pair = queued.extend({
  needsSecond: z.boolean(),
  sides: z.strictObject({
    a: identity,
    b: identity,
    pass: z.string().nullable(),
    model: count,
    probability: rate,
    explained: z
      .strictObject({
        prior: z.number(),
        steps: z.array(
          z.strictObject({
            comparison: z.string(),
            level: z.string().nullable(),
            weight: z.number(),
            rarity: z.number(),
          }),
        ),
        household: z.number(),
        weight: z.number(),
        probability: z.number(),
      })
      .nullable(),
    between: z.array(identity),
  }),
  decisions: z.array(decision),
})

export const decisionRequest = z.strictObject({ verdict, reason: z.string().min(3).max(1000) })
export const undoRequest = z.strictObject({ reason: z.string().min(3).max(1000) })
export const applied = z.strictObject({
  waits: z.boolean(),
  run: count.nullable(),
  merges: count,
  splits: count,
})

export const history = z.strictObject({
  reference,
  current: reference,
  changes: z.array(
    z.strictObject({
      number: count,
      run: count,
      kind: z.enum(['merge', 'split']),
      kept: reference,
      other: reference,
      identities: count,
      cause: z.enum(['returns', 'decision', 'undone']),
      by: z.string(),
      at,
    }),
  ),
  decisions: z.array(decision),
})
