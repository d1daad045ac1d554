import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { DerivedDataset } from '../declare/declaration.ts'
import { sqlType } from './source-sql.ts'
import { named, whole } from './sql-words.ts'

/**
 * The SQL of one year of a derived data set: its parameters filled in, its columns in their order and types, its rows in a total order.
 * @throws GatehouseError `bad-input` for a year whose measures are others: they are never averaged together.
 */
export function derivedSql(
  { id, sql, columns, sort, parameters, years }: DerivedDataset,
  year: number,
  given: Readonly<Record<string, number>> = {},
): string {
  if (year < (years.from ?? year) || year > (years.to ?? year))
    throw new GatehouseError(
      'bad-input',
      `${id} can’t be made for ${String(year)}: its measures were others then.`,
      {
        todo: `Ask for ${String(years.from ?? '')} to ${String(years.to ?? 'now')}.`,
      },
    )
  const filled = sql.replaceAll(/\bparameter_([a-z0-9_]+)\b/g, (_, name: string) =>
    whole(name === 'year' ? year : (given[name] ?? parameters[name]?.value ?? NaN)),
  )
  const typed = columns.map(({ name, type }) => `CAST(${named(name)} AS ${sqlType(type)}) AS ${named(name)}`)
  const order = [...sort, ...columns.map(({ name }) => name).filter((name) => !sort.includes(name))]
  return `SELECT ${typed.join(', ')} FROM (${filled}) AS made ORDER BY ${order.map((name) => `${named(name)} NULLS FIRST`).join(', ')}`
}
