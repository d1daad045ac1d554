import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readPolicyFile, readShape, type PolicyFault, type PolicyFile } from '../../../core/policy/index.ts'
import { fail, ok, type Result } from '../../../core/vocabulary/index.ts'
import type { DisclosurePolicy, Publication, StatisticsPolicy, TableDeclaration } from './declaration.ts'
import { filterOf, tableOf } from './read-table.ts'
import { filtersShape, policiesShape, publicationShape, tableShape } from './shapes.ts'

/** Reads `statistics/` of the policy; every fault with file and line. A table is known by its file’s name. */
export async function readStatistics(
  policy: string,
): Promise<Result<StatisticsPolicy, readonly PolicyFault[]>> {
  const folder = join(policy, 'statistics')
  const file = async (...path: string[]): Promise<PolicyFile> =>
    readPolicyFile(join('statistics', ...path), await readFile(join(folder, ...path), 'utf8'))
  const policiesFile = await file('disclosure-policies.yaml')
  const policiesRead = readShape(policiesFile, policiesShape)
  const filtersRead = readShape(await file('filters.yaml'), filtersShape)
  if (!policiesRead.ok) return policiesRead
  if (!filtersRead.ok) return filtersRead
  const policies = new Map<string, DisclosurePolicy>(
    Object.entries(policiesRead.value).map(([id, each]) => [id, { id, ...each }]),
  )
  const filters = new Map(
    Object.entries(filtersRead.value).map(([name, each]) => [name, filterOf(name, each)]),
  )
  const faults: PolicyFault[] = []
  const publications = new Map<string, Publication>()
  const tables = new Map<string, TableDeclaration>()
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const id = entry.name
    const names = (await readdir(join(folder, id))).sort()
    if (!names.includes('publication.yaml')) {
      faults.push({
        file: join('statistics', id),
        line: 1,
        column: 1,
        message: 'A publication without its publication.yaml.',
        todo: 'Add the file with title, summary and disclosure policy.',
      })
      continue
    }
    const publicationFile = await file(id, 'publication.yaml')
    const publication = readShape(publicationFile, publicationShape)
    if (!publication.ok) {
      faults.push(...publication.error)
      continue
    }
    const own = policies.get(publication.value.policy)
    if (!own) {
      faults.push(
        publicationFile.fault(
          ['policy'],
          'This disclosure policy is not declared.',
          `Name one of ${[...policies.keys()].join(', ')}.`,
        ),
      )
      continue
    }
    publications.set(id, { id, ...publication.value })
    for (const name of names) {
      if (!name.endsWith('.yaml') || name === 'publication.yaml') continue
      const source = await file(id, name)
      const shaped = readShape(source, tableShape)
      if (!shaped.ok) {
        faults.push(...shaped.error)
        continue
      }
      const table = tableOf(source, shaped.value, {
        name: name.slice(0, -'.yaml'.length),
        publication: id,
        policy: own,
        filters,
      })
      if (table.ok) tables.set(table.value.name, table.value)
      else faults.push(...table.error)
    }
  }
  return faults.length > 0 ? fail(faults) : ok({ publications, tables, policies })
}
