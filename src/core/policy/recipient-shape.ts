import { z } from 'zod'
import type { Recipient } from '../vocabulary/index.ts'
import * as s from './basic-shapes.ts'

/** `policy/recipients/<id>.yaml`. */
export const recipientShape: z.ZodType<Recipient> = z.strictObject({
  id: s.id,
  name: s.text,
  kind: s.recipientKind,
  role: s.recipientRole,
  commercial: z.boolean(),
  publishes: z.boolean(),
  country: s.country,
  contact: s.text,
  confidence: s.confidence,
  source: s.text,
})
