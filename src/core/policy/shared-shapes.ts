import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Condition, Instrument, Item, Prohibition, Subject, Wording } from '../vocabulary/index.ts'
import * as s from './basic-shapes.ts'
import { conditionShape } from './condition-shape.ts'
import type { NoticeOrder } from './policy.ts'

/** A file that is a map from id to entry, as a list in the file's order; `id` is put into each entry. */
const named = <T>(key: z.ZodString, entry: z.ZodType<T>): z.ZodType<readonly (T & { readonly id: string })[]> =>
  z.record(key, entry).transform((map) => Object.entries(map).map(([id, value]) => ({ id, ...value })))

/** `items.yaml`. An item's subject is the first part of its id. */
export const itemsShape: z.ZodType<readonly Item[]> = named(
  s.itemId,
  z.strictObject({
    label: s.text,
    description: s.text,
    type: z.enum(['text', 'date', 'boolean', 'integer', 'code']).default('text'),
    cbds: s.text.exactOptional(),
    codeSet: s.id.exactOptional(),
    class: s.itemClass.default('ordinary'),
    identificationRisk: s.identificationRisk,
    sensitivity: s.sensitivity,
    handling: z.array(s.handling).default([]),
    transformations: z.array(s.transformation).min(1).default(['as-is']),
  }),
).transform((items) => items.map((item) => ({ ...item, subject: item.id.split('.')[0] as Subject })))

export interface Population {
  readonly id: string
  readonly label: string
  readonly when: Condition
}

/** `populations.yaml`. */
export const populationsShape: z.ZodType<readonly Population[]> = named(
  s.id,
  z.strictObject({ label: s.text, when: conditionShape }),
)

/** `law.yaml`. */
export const lawShape: z.ZodType<readonly Instrument[]> = named(
  s.id,
  z.strictObject({
    title: s.text,
    provision: s.text,
    kind: s.instrumentKind,
    confidence: s.confidence,
    source: s.text,
    inForce: z.strictObject({
      from: s.isoDate.nullable(),
      to: s.isoDate.exactOptional(),
      enabled: z.boolean(),
    }),
  }),
)

/** `wordings.yaml`. The hash is over the text as people read it: UTF-8, NFC. */
export const wordingsShape: z.ZodType<readonly Wording[]> = named(
  s.id,
  z.strictObject({ purpose: s.id, kind: s.choiceKind, label: s.text.max(60, { error: 'A label is at most 60 characters.' }), text: s.text }),
).transform((wordings) =>
  wordings.map((wording) => {
    const text = wording.text.normalize('NFC')
    return { ...wording, text, sha256: createHash('sha256').update(text).digest('hex') }
  }),
)

/** `prohibitions.yaml`. */
export const prohibitionsShape: z.ZodType<readonly Prohibition[]> = named(
  s.id,
  z.strictObject({
    label: s.text,
    law: s.text,
    confidence: s.confidence,
    when: z.strictObject({
      mark: z
        .enum(['confidential-address', 'adoption', 'court-order', 'restriction', 'objection', 'safeguarding'])
        .exactOptional(),
      pupil: conditionShape.exactOptional(),
      recipientKinds: z.array(s.recipientKind).min(1).exactOptional(),
      publishes: z.boolean().exactOptional(),
      educational: z.boolean().exactOptional(),
      transferUnsafeguarded: z.boolean().exactOptional(),
    }),
    items: z
      .strictObject({
        handling: z.array(s.handling).min(1).exactOptional(),
        ids: z.array(s.itemId).min(1).exactOptional(),
      })
      .exactOptional(),
    unless: z
      .strictObject({
        recipients: z.array(s.id).min(1).exactOptional(),
        recipientKinds: z.array(s.recipientKind).min(1).exactOptional(),
        processorFor: z.literal('education').exactOptional(),
        article6: z.array(s.article6).min(1).exactOptional(),
        as: z.array(z.enum(['pseudonym', 'flag', 'district'])).min(1).exactOptional(),
      })
      .exactOptional(),
  }),
)

/** `notice.yaml`. */
export const noticeShape: z.ZodType<NoticeOrder> = z.strictObject({
  title: s.text,
  introduction: s.text,
  sections: z
    .array(
      z.strictObject({
        id: s.id,
        heading: s.text,
        introduction: s.text.exactOptional(),
        entries: z
          .array(
            z.strictObject({
              id: s.id,
              label: s.text,
              also: z.array(z.strictObject({ id: s.id, label: s.text })).min(1).exactOptional(),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
  national: z.strictObject({
    id: s.id,
    heading: s.text,
    paragraphs: z.array(s.text).min(1),
    links: z.array(z.strictObject({ label: s.text, url: z.url({ protocol: /^https$/ }) })),
  }),
  closing: s.text,
})
