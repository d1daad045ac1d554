import type { z } from 'zod'
import type { PolicyFault, PolicyFile } from '../../../core/policy/index.ts'
import type { derivedShape, sourceShape } from './shapes.ts'
import { checkSubset } from './sql-subset.ts'

type Source = z.infer<typeof sourceShape>

/** Faults that a shape can't say: SQL outside the subset, relations that are not there, columns made of nothing. */
export function checkSource(file: PolicyFile, of: Source): readonly PolicyFault[] {
  const faults: PolicyFault[] = []
  const relations = new Set(['record', ...Object.keys(of.from.relations ?? {})])
  const sql = (path: readonly string[], text: string): void => {
    // `$name` stands for an item that differs between the parts of a round.
    const checked = checkSubset(text.replaceAll('$', ''), new Set())
    if (!checked.ok)
      faults.push(
        file.fault(path, `“${checked.error.what}” is outside the SQL of holdings.`, checked.error.todo),
      )
  }
  const reference = (path: readonly string[], text: string | null | undefined): void => {
    const [relation = ''] = text?.split('.') ?? []
    if (text && !relations.has(relation))
      faults.push(
        file.fault(path, `There is no relation “${relation}”.`, `Use one of: ${[...relations].join(', ')}.`),
      )
  }
  if (of.from.filter !== undefined) sql(['from', 'filter'], of.from.filter)
  for (const [name, { columns }] of Object.entries(of.from.relations ?? {}))
    for (const [column, text] of Object.entries(columns ?? {}))
      sql(['from', 'relations', name, 'columns', column], text)
  reference(['urn'], of.urn)
  reference(['laCode'], of.laCode)
  reference(['from', 'stage'], of.from.stage)
  for (const [name, column] of Object.entries(of.columns)) {
    const path = ['columns', name]
    const ways = [column.from, column.sql, column.computed].filter((each) => each !== undefined)
    if (ways.length !== 1)
      faults.push(
        file.fault(
          path,
          `“${name}” is made in ${ways.length === 0 ? 'no way' : 'two ways'}.`,
          'Give one of from, sql, computed.',
        ),
      )
    if (column.sql !== undefined) sql([...path, 'sql'], column.sql)
    reference([...path, 'from'], column.from)
    if (of.keys === 'attributes' && /^[0-9][AB]$/.test(column.rating) && column.rating.endsWith('A'))
      faults.push(
        file.fault(
          [...path, 'rating'],
          'What is never used outside has no place among attributes.',
          'Give the data set keys: sensitive.',
        ),
      )
    if (/^[12]/.test(column.rating) && column.identifies !== true)
      faults.push(
        file.fault(
          [...path, 'rating'],
          `“${name}” identifies and is not kept apart.`,
          'Add identifies: true.',
        ),
      )
  }
  for (const name of Object.values(of.recordStatus ?? {}))
    if (!of.columns[name])
      faults.push(file.fault(['recordStatus'], `There is no column “${name}”.`, 'Name one of the columns.'))
  return faults
}

export function checkDerived(
  file: PolicyFile,
  of: z.infer<typeof derivedShape>,
  datasets: ReadonlySet<string>,
): readonly PolicyFault[] {
  const faults: PolicyFault[] = []
  for (const [at, name] of of.reads.entries())
    if (!datasets.has(name))
      faults.push(
        file.fault(
          ['reads', at],
          `There is no data set “${name}”.`,
          `Use one of: ${[...datasets].join(', ')}.`,
        ),
      )
  const checked = checkSubset(of.sql, new Set(of.reads))
  if (!checked.ok)
    faults.push(
      file.fault(['sql'], `“${checked.error.what}” is outside the SQL of holdings.`, checked.error.todo),
    )
  for (const [, name] of of.sql.matchAll(/\bparameter_([a-z0-9_]+)/g))
    if (name !== 'year' && !of.parameters?.[name ?? ''])
      faults.push(
        file.fault(['sql'], `There is no parameter “${name ?? ''}”.`, 'Declare it under parameters.'),
      )
  for (const name of of.sort)
    if (!of.columns[name])
      faults.push(file.fault(['sort'], `There is no column “${name}”.`, 'Name one of the columns.'))
  for (const [name, { rating }] of Object.entries(of.columns))
    if (/^[12]/.test(rating))
      faults.push(
        file.fault(['columns', name], `“${name}” identifies.`, 'What is derived holds no identifier.'),
      )
  return faults
}
