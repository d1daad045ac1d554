import { z } from 'zod'
import { readMatchPolicy } from './read-policy.ts'

/** By spelling of a given name, in plain letters, the one that stands for all of its line. */
export type Aliases = ReadonlyMap<string, string>

const shape = z.array(z.array(z.string().regex(/^[a-z]+$/u)).min(2))

/** @throws GatehouseError `bad-policy` */
export async function readAliases(policyFolder: string): Promise<Aliases> {
  const lines = await readMatchPolicy(policyFolder, 'aliases.yaml', shape)
  return new Map(lines.flatMap(([first = '', ...others]) => others.map((each) => [each, first] as const)))
}
