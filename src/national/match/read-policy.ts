import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { readPolicyFile, readShape, type PolicyFault } from '../../core/policy/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

/** One file of `policy/matching/`. @throws GatehouseError `bad-policy` with its line */
export async function readMatchPolicy<T>(
  policyFolder: string,
  name: string,
  shape: z.ZodType<T>,
): Promise<T> {
  const path = `matching/${name}`
  const text = await readFile(join(policyFolder, path), 'utf8')
  const read = readShape(readPolicyFile(path, text), shape)
  if (read.ok) return read.value
  throw badPolicy(path, read.error)
}

export function badPolicy(path: string, [fault]: readonly PolicyFault[]): GatehouseError {
  return new GatehouseError('bad-policy', fault?.message ?? 'The file has another form.', {
    where: `${path}, line ${String(fault?.line ?? 1)}`,
    ...(fault ? { todo: fault.todo } : {}),
  })
}
