import { z } from 'zod'
import { readMatchPolicy } from './read-policy.ts'

const items = z.array(z.string().min(1)).min(1)
const shape = z.array(
  z.strictObject({
    collection: z.string().min(1),
    table: z.string().min(1),
    once: z.boolean(),
    items: z.strictObject({
      upn: items.optional(),
      formerUpn: items.optional(),
      uln: items.optional(),
      localId: items.optional(),
      forenames: items.optional(),
      middleNames: items.optional(),
      surname: items.optional(),
      birthDate: items,
      sex: items.optional(),
    }),
    postcode: z.strictObject({ table: z.string().min(1), items }).optional(),
    groups: z.partialRecord(z.enum(['sex', 'ethnicity', 'language', 'deprivation']), items).default({}),
  }),
)

/** Where in a collection’s returns the identities stand. */
export type MatchSource = z.infer<typeof shape>[number]

export const groupKinds = ['sex', 'ethnicity', 'language', 'deprivation'] as const
export type GroupKind = (typeof groupKinds)[number]

/** @throws GatehouseError `bad-policy` */
export const readMatchSources = (policyFolder: string): Promise<readonly MatchSource[]> =>
  readMatchPolicy(policyFolder, 'sources.yaml', shape)
