import { allDatasets, type Column, type Dataset, type Declarations } from '../../holdings/index.ts'
import type { AccessPolicy } from '../terms/access-policy.ts'
import type { ItemAsked } from './answers.ts'

/** Columns that name a row or a person inside the department, whatever their route. */
export const never = (column: Column): boolean =>
  column.route === 'never' || column.sensitivity === 'A' || column.identifies

export const datasetOf = (declarations: Declarations, id: string): Dataset | undefined =>
  allDatasets(declarations).find((each) => each.id === id)

/** The column of an item that may be asked for; one that never leaves is as if it were not there. */
export function askable(
  declarations: Declarations,
  { dataSet, column }: Pick<ItemAsked, 'dataSet' | 'column'>,
): Column | undefined {
  const dataset = datasetOf(declarations, dataSet)
  const found = dataset && [...declarations.common, ...dataset.columns].find(({ name }) => name === column)
  return found && !never(found) ? found : undefined
}

/** Whether an item is beyond what comes with a data set by default. */
export const beyondDefault = (column: Column, { rules }: AccessPolicy): boolean =>
  column.route === 'by-request' ||
  column.risk < rules.ceiling.risk ||
  column.sensitivity < rules.ceiling.sensitivity

/** Whether an item may be had in a secure environment alone. */
export const secureOnly = (column: Column, { codes }: AccessPolicy): boolean =>
  column.risk <= codes.secureDefault.risk || column.sensitivity <= codes.secureDefault.sensitivity

/** The most identifying and the most sensitive of what is asked for: a lower number and an earlier letter protect more. */
export function highest(
  declarations: Declarations,
  items: readonly ItemAsked[],
): { readonly risk: number | null; readonly sensitivity: string | null } {
  const columns = items.flatMap((item) => askable(declarations, item) ?? [])
  return {
    risk: columns.length === 0 ? null : Math.min(...columns.map(({ risk }) => risk)),
    sensitivity: columns.map(({ sensitivity }) => sensitivity).sort()[0] ?? null,
  }
}
