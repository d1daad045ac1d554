import { z } from '@hono/zod-openapi'
import { transformations } from '../../../core/vocabulary/index.ts'

// What the API takes and gives. Every object is strict, out as well as in: a field that isn't written here fails the
// answer instead of leaving with it.

export const agreementId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,79}$/)
  .openapi({ example: 'otrack' })
const itemId = z
  .string()
  .regex(/^[a-z][A-Za-z]*\.[a-z][A-Za-z0-9]*$/)
  .openapi({ example: 'pupil.dateOfBirth' })
const count = z.int().nonnegative()
const transformation = z.enum(transformations as [string, ...string[]])

export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    why: z.string().optional(),
    todo: z.string().optional(),
    instance: z.string().optional(),
  })
  .openapi('Problem')

const reason = z.strictObject({
  code: z.string(),
  condition: z.int().min(1).max(7),
  text: z.string(),
  about: z.string().optional(),
})

export const recipient = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    kind: z.string(),
    role: z.string(),
    country: z.string(),
    agreement: z.strictObject({
      id: agreementId,
      title: z.string(),
      kind: z.enum(['feed', 'procedure']),
      version: z.int().positive(),
      hash: z.string(),
      approvedAt: z.iso.datetime().nullable(),
      shut: z.array(reason).openapi({ description: 'Why nothing may leave at present; empty when it may.' }),
    }),
  })
  .openapi('Recipient')

export const permits = z
  .strictObject({
    agreement: agreementId,
    at: z.iso.datetime(),
    population: count,
    items: z.array(
      z.strictObject({
        item: itemId,
        as: transformation.nullable(),
        permitted: count,
        refused: z.record(z.string(), count),
      }),
    ),
  })
  .openapi('Permits', { description: 'How many pupils’ data an agreement lets out, by item and reason.' })

export const decideRequest = z
  .strictObject({ agreement: agreementId, pupil: z.guid(), item: itemId.optional() })
  .openapi('DecideRequest')

export const decision = z
  .discriminatedUnion('outcome', [
    z.strictObject({
      outcome: z.literal('permit'),
      agreement: agreementId,
      item: itemId,
      as: transformation,
      reasons: z.array(z.string()),
    }),
    z.strictObject({
      outcome: z.literal('refuse'),
      agreement: agreementId,
      item: itemId,
      reasons: z.array(reason),
      flip: z.strictObject({
        changes: z.array(
          z.strictObject({
            code: z.string(),
            change: z.string(),
            by: z.enum(['dpo', 'parent', 'recipient', 'office', 'nobody']),
          }),
        ),
      }),
    }),
  ])
  .openapi('Decision')

export const releasesQuery = z.strictObject({
  since: z.iso.datetime().optional(),
  before: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional()
    .openapi({ type: 'integer', description: 'Only those before this entry of the ledger.' }),
})

export const release = z
  .strictObject({
    id: z.guid(),
    agreement: agreementId,
    recipient: z.string(),
    at: z.iso.datetime(),
    permittedPupils: count,
    withheldPupils: count,
    withheldReasons: z.record(z.string(), count),
    items: z.array(itemId),
    fileName: z.string(),
    ledgerIndex: count,
    delivery: z.string().nullable(),
  })
  .openapi('Release')

export const ledgerHead = z
  .strictObject({
    origin: z.string(),
    size: count,
    root: z.string(),
    signedAt: z.iso.datetime().nullable(),
    vkeys: z.array(z.string()),
  })
  .openapi('LedgerHead')
