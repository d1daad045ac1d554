import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { readLinkageDefinition, type LinkageDefinition } from '../../core/linkage/index.ts'
import { badPolicy, readMatchPolicy } from './read-policy.ts'

const probability = z.number().gt(0).lt(1)
const shape = z.strictObject({
  link: probability,
  review: probability,
  needsNameOrNumber: z.boolean(),
  rarest: z.int().min(1),
  trainFrom: z.int().min(100),
  linkage: z.unknown(),
})

/** What is compared and from which probability on two identities are one child, or a person decides. */
export interface MatchDefinition {
  readonly link: number
  readonly review: number
  readonly needsNameOrNumber: boolean
  readonly rarest: number
  readonly trainFrom: number
  readonly linkage: LinkageDefinition
  /** Changes with what a trained model depends on. */
  readonly digest: string
}

/** `matching/model.yaml`. @throws GatehouseError `bad-policy` */
export async function readModelFile(policyFolder: string): Promise<MatchDefinition> {
  const { link, review, needsNameOrNumber, rarest, trainFrom } = await readMatchPolicy(
    policyFolder,
    'model.yaml',
    shape,
  )
  const name = 'matching/model.yaml'
  const document = parseDocument(await readFile(join(policyFolder, name), 'utf8'))
  const linkage = document.get('linkage')
  const text = String(linkage)
  const read = readLinkageDefinition(`${name}, linkage`, text)
  if (!read.ok) throw badPolicy(name, read.error)
  const { fields, comparisons, household, training } = read.value
  const depends = JSON.stringify([[...fields], comparisons, household, training])
  return {
    link,
    review,
    needsNameOrNumber,
    rarest,
    trainFrom,
    linkage: read.value,
    digest: createHash('sha256').update(depends).digest('hex').slice(0, 16),
  }
}

/** Match weight in bits of a probability. */
export const bitsOf = (p: number): number => Math.log2(p / (1 - p))
