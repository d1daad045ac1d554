import { z } from 'zod'
import * as s from './basic-shapes.ts'
import type { CaseTest, StaticProperty } from './static-property.ts'

const someOf = <T extends z.ZodType>(each: T) => z.array(each).min(1).exactOptional()
const yesNo = z.boolean().exactOptional()

const itemTest = z.strictObject({
  ids: someOf(s.itemId),
  subjects: someOf(s.subject),
  handling: someOf(s.handling),
  classes: someOf(s.itemClass),
  special: yesNo,
  sensitivity: someOf(s.sensitivity),
  identificationRisk: someOf(s.identificationRisk),
  as: someOf(s.transformation),
})

const facts = z.strictObject({
  agreement: z
    .strictObject({
      ids: someOf(s.id),
      kinds: someOf(s.agreementKind),
      enabled: yesNo,
      purposes: someOf(s.id),
      educational: yesNo,
      objection: someOf(s.objection),
      formats: someOf(z.enum(['csv', 'json', 'ctf', 'return', 'none'])),
      transports: someOf(s.transportKind),
      encrypted: yesNo,
      absenceMeans: someOf(s.absenceMeans),
      onEnding: someOf(s.onEnding),
      visibility: someOf(s.visibility),
      reviewWithinDays: z.int().min(1).exactOptional(),
      graceWithinDays: z.int().min(0).exactOptional(),
      safeguarded: yesNo,
      hasItems: yesNo,
    })
    .exactOptional(),
  recipient: z
    .strictObject({
      ids: someOf(s.id),
      kinds: someOf(s.recipientKind),
      roles: someOf(s.recipientRole),
      commercial: yesNo,
      publishes: yesNo,
      inUk: yesNo,
    })
    .exactOptional(),
  basis: z
    .strictObject({
      article6: someOf(s.article6),
      article9: someOf(s.article9),
      article9Given: yesNo,
      schedule1Given: yesNo,
      policyDocument: yesNo,
      instruments: someOf(s.id),
      instrumentKinds: someOf(s.instrumentKind),
      instrumentOn: yesNo,
    })
    .exactOptional(),
  consent: someOf(z.enum(['none', 'opt-in', 'opt-out', 'biometric', 'permission'])),
  item: itemTest.exactOptional(),
  lists: itemTest.exactOptional(),
})

// Chosen by its key, so that a fault is told about the test that was meant, not about all four.
const caseTest: z.ZodType<CaseTest> = z.lazy(() =>
  z.unknown().transform((value, context): CaseTest => {
    const keys = typeof value === 'object' && value !== null ? Object.keys(value) : []
    const key = keys.find((each) => each === 'all' || each === 'any' || each === 'not')
    const shape =
      key === undefined
        ? facts
        : key === 'not'
          ? z.strictObject({ not: caseTest })
          : z.strictObject({ [key]: z.array(caseTest).min(1) })
    const read = shape.safeParse(value)
    if (read.success) return read.data
    context.issues.push(...read.error.issues.map((issue) => ({ ...issue, input: value }) as never))
    return z.NEVER
  }),
)

/** `properties.yaml`. */
export const propertiesShape: z.ZodType<readonly StaticProperty[]> = z
  .record(
    s.id,
    z.strictObject({
      label: s.text,
      why: s.text,
      each: z.enum(['item', 'agreement']),
      where: caseTest,
      must: caseTest,
    }),
  )
  .transform((map) => Object.entries(map).map(([id, value]) => ({ id, ...value })))
