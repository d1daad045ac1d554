import { z } from 'zod'
import { agreeSql } from '../../core/linkage/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import type { MatchDefinition } from './model-file.ts'
import { readMatchPolicy } from './read-policy.ts'

const agreeing = z.string().regex(/^[a-z][a-zA-Z0-9]*(\/[a-z][a-zA-Z0-9]*)?$/u)
const shape = z.array(
  z.strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]*$/u),
    says: z.string().min(1),
    agree: z.array(agreeing).min(1),
    and: z.array(z.array(agreeing).min(1)).default([]),
    then: z.enum(['link', 'note']),
    confidence: z.enum(['official', 'seen', 'derived', 'unverified']),
  }),
)

/** A deterministic pass: which fields agree, and what follows. */
export type Pass = z.infer<typeof shape>[number]

/** @throws GatehouseError `bad-policy`, also for a field that the model does not have. */
export async function readPasses(
  policyFolder: string,
  { linkage }: Pick<MatchDefinition, 'linkage'>,
): Promise<readonly Pass[]> {
  const passes = await readMatchPolicy(policyFolder, 'passes.yaml', shape)
  for (const { id, agree, and } of passes)
    for (const field of [...agree, ...and.flat()].flatMap((each) => each.split('/')))
      if (!linkage.fields.has(field))
        throw new GatehouseError('bad-policy', `There is no field “${field}”.`, {
          where: `matching/passes.yaml, ${id}`,
          todo: 'Name a field of matching/model.yaml.',
        })
  return passes
}

/** That the pass holds of records `l` and `r`; `turned`: of `r` and `l`, where it reads two fields crosswise. */
export function passSql({ agree, and }: Pass, turned: boolean): string {
  const all = (fields: readonly string[]): string =>
    fields.map((field) => agreeSql(turned ? field.split('/').reverse().join('/') : field)).join(' AND ')
  const any = and.map((line) => `(${all(line)})`).join(' OR ')
  return and.length === 0 ? all(agree) : `${all(agree)} AND (${any})`
}

/** Whether the pass reads two fields crosswise, so that a pair has to be tried both ways. */
export const isCrossed = ({ agree, and }: Pass): boolean =>
  [...agree, ...and.flat()].some((each) => each.includes('/'))
