import { z } from 'zod'
import type { Agreement } from '../vocabulary/index.ts'
import * as s from './basic-shapes.ts'
import { conditionShape } from './condition-shape.ts'

const asked = { purpose: s.id, wording: s.id }

export const consentRuleShape = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('none') }),
  z.strictObject({ rule: z.literal('opt-in'), ...asked }),
  z.strictObject({ rule: z.literal('opt-out'), purpose: s.id }),
  z.strictObject({ rule: z.literal('biometric'), ...asked }),
  z.strictObject({ rule: z.literal('permission'), ...asked, tiedTo: s.itemId.exactOptional() }),
])

const csvColumn = z.strictObject({
  header: s.text,
  item: s.itemId,
  contact: z.int().min(1).max(9).exactOptional(),
  write: z
    .strictObject({
      date: z.enum(['yyyy-mm-dd', 'dd/mm/yyyy']).exactOptional(),
      codes: z.record(z.string(), z.string()).exactOptional(),
      characters: z.array(z.string()).min(1).exactOptional(),
      transliterate: z
        .strictObject({ agreed: s.text, letters: z.record(z.string(), s.text) })
        .exactOptional(),
    })
    .exactOptional(),
})

const format = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('csv'),
    columns: z.array(csvColumn),
    templateRequired: z.boolean(),
    specification: s.text,
  }),
  z.strictObject({ kind: z.literal('json'), specification: s.text }),
  z.strictObject({ kind: z.literal('ctf'), version: s.text, specification: s.text }),
  z.strictObject({ kind: z.literal('return'), collection: s.id, specification: s.text }),
  z.strictObject({ kind: z.literal('none'), specification: s.text }),
])

/** `policy/agreements/<id>.yaml`. */
export const agreementShape: z.ZodType<Agreement> = z.strictObject({
  id: s.id,
  recipient: s.id,
  title: s.text,
  kind: s.agreementKind,
  enabled: z.boolean(),
  purpose: z.strictObject({ id: s.id, label: s.text, educational: z.boolean() }),
  why: s.text,
  items: z.array(
    z.strictObject({
      item: s.itemId,
      as: s.transformation.default('as-is'),
      why: s.text.exactOptional(),
      ifObjected: s.transformation.exactOptional(),
      consent: consentRuleShape.exactOptional(),
    }),
  ),
  population: conditionShape,
  contacts: z.enum(['parental-responsibility', 'gave-permission']).exactOptional(),
  basis: z.strictObject({
    article6: s.article6,
    instrument: s.id,
    article9: s.article9.exactOptional(),
    schedule1: s.text.exactOptional(),
    article10: s.text.exactOptional(),
    policyDocument: z.boolean().exactOptional(),
    confidence: s.confidence,
  }),
  consent: consentRuleShape,
  objection: s.objection,
  schedule: z.strictObject({
    every: z.enum(['on-demand', 'daily', 'weekly', 'termly', 'yearly', 'on-change']),
    note: s.text,
  }),
  format,
  transport: z.strictObject({ kind: s.transportKind, encrypt: z.boolean(), note: s.text }),
  absenceMeans: s.absenceMeans,
  retention: z.strictObject({ atRecipient: s.text, onEnding: s.onEnding }),
  transfer: z.strictObject({ country: s.country, safeguard: s.text.nullable() }),
  inForce: z.strictObject({ from: s.isoDate, to: s.isoDate.exactOptional() }),
  review: z.strictObject({ due: s.isoDate, graceDays: z.int().min(0).max(366) }),
  visibility: s.visibility,
  confidence: s.confidence,
  source: s.text,
})
