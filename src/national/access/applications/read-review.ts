import { z } from 'zod'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { Review } from './event.ts'

const reasons = z.record(z.string().max(200), z.string().trim().min(1).max(4000))

const shape = z.strictObject({
  outcome: z.enum(['approved', 'conditional', 'rejected']),
  principles: reasons,
  items: reasons,
  codes: reasons,
  conditions: z.array(z.string().trim().min(1).max(2000)).default([]),
  reason: z.string().trim().min(1).max(4000),
})

/** @throws GatehouseError `bad-input`: an outcome that is none of the three is never taken for an approval. */
export function readReview(given: unknown): Review {
  const parsed = shape.safeParse(given)
  if (parsed.success) return parsed.data
  throw new GatehouseError('bad-input', 'The review has another form.', {
    where: parsed.error.issues[0]?.path.map(String).join('.') || 'the review',
    why: 'A review has an outcome (approved, conditional, rejected), reasons on principles, items and codes, conditions, and a reason.',
  })
}
