import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { readPolicyFile, readShape, type PolicyFault, type PolicyFile } from '../../../core/policy/index.ts'
import { fail, GatehouseError, ok, type Result } from '../../../core/vocabulary/index.ts'
import { checkDerived, checkSource } from './check-declaration.ts'
import type { Column, Declarations, DerivedDataset, SourceDataset } from './declaration.ts'
import { commonShape, derivedShape, sourceShape } from './shapes.ts'
import { readTable } from './read-table.ts'
import { columnOf, derivedOf, sourceOf } from './to-declaration.ts'

/**
 * Every data set of `policy/holdings`, or every fault with file and line. Nothing is held by a declaration that is wrong.
 */
export async function readDeclarations(
  policyFolder: string,
): Promise<Result<Declarations, readonly PolicyFault[]>> {
  const faults: PolicyFault[] = []
  const read = async <T>(
    name: string,
    shape: z.ZodType<T>,
  ): Promise<{ file: PolicyFile; value: T } | null> => {
    const file = readPolicyFile(name, await readFile(join(policyFolder, name), 'utf8'))
    const got = readShape(file, shape)
    if (got.ok) return { file, value: got.value }
    faults.push(...got.error)
    return null
  }
  const yamlIn = async (folder: string): Promise<readonly string[]> =>
    (await readdir(join(policyFolder, folder))).filter((each) => each.endsWith('.yaml')).sort()

  const common: Column[] = []
  const sources = new Map<string, SourceDataset>()
  for (const name of await yamlIn('holdings')) {
    const path = `holdings/${name}`
    if (name === 'common.yaml') {
      const got = await read(path, commonShape)
      for (const [column, value] of Object.entries(got?.value.columns ?? {}))
        common.push(columnOf(column, value))
      continue
    }
    const got = await read(path, sourceShape)
    if (!got) continue
    faults.push(...checkSource(got.file, got.value))
    sources.set(got.value.id, sourceOf(path, got.value))
  }
  const found = new Map<string, DerivedDataset>()
  const derivedNames = await yamlIn('holdings/derived')
  const ids = new Set([
    ...sources.keys(),
    'geography',
    ...derivedNames.map((each) => each.replace(/\.yaml$/, '')),
  ])
  for (const name of derivedNames) {
    const path = `holdings/derived/${name}`
    const got = await read(path, derivedShape)
    if (!got) continue
    faults.push(...checkDerived(got.file, got.value, ids))
    found.set(got.value.id, derivedOf(path, got.value))
  }
  const derived = inOrder(found)
  if (derived.size < found.size && faults.length === 0)
    faults.push({
      file: 'holdings/derived',
      line: 1,
      column: 1,
      message: 'Data sets read each other in a circle.',
      todo: 'Take one of them out of the other’s “reads”.',
    })
  const groups = new Map<string, ReadonlyMap<string, string>>()
  for (const name of (await readdir(join(policyFolder, 'holdings')))
    .filter((each) => each.endsWith('.csv'))
    .sort())
    groups.set(name.replace(/\.csv$/, ''), await groupOf(join(policyFolder, 'holdings', name)))
  if (faults.length > 0) return fail(faults)
  return ok({ common, sources, derived, groups })
}

/** The same, for those who can do nothing without. @throws GatehouseError `bad-policy` */
export async function declarationsOf(policyFolder: string): Promise<Declarations> {
  const read = await readDeclarations(policyFolder)
  if (read.ok) return read.value
  const [fault] = read.error
  throw new GatehouseError('bad-policy', fault?.message ?? 'A data set is declared wrongly.', {
    where: `${fault?.file ?? 'policy/holdings'}, line ${String(fault?.line ?? 1)}`,
    ...(fault ? { todo: fault.todo } : {}),
  })
}

function inOrder(found: ReadonlyMap<string, DerivedDataset>): ReadonlyMap<string, DerivedDataset> {
  const done = new Map<string, DerivedDataset>()
  for (let more = true; more;) {
    more = false
    for (const [id, each] of found) {
      if (done.has(id) || each.reads.some((name) => found.has(name) && !done.has(name))) continue
      done.set(id, each)
      more = true
    }
  }
  return done
}

async function groupOf(file: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await readTable(file)
  return new Map(rows.map(([code = '', to = '']) => [code, to]))
}
