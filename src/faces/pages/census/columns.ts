import { join } from 'node:path'
import { readImportMaps, type ImportMap } from '../../../school/register/index.ts'

/** Kinds of import by the first part of an item’s name. */
const targets: Readonly<Record<string, ImportMap['target']>> = {
  pupil: 'pupils',
  attendance: 'attendance',
  freeMeals: 'fsm',
  senNeed: 'sen',
  suspension: 'suspensions',
}

/** Fields that are not called as the item is. */
const fields: Readonly<Record<string, string>> = {
  'freeMeals.country': 'ukCountry',
  'senNeed.type': 'senType',
}

/** A column of a report of the records system. */
export interface Column {
  readonly header: string
  /** The report, as its column map calls it. */
  readonly report: string
}

/** Which column of which report fills an item of the register, from `policy/imports/`; null: no map names one. */
export function columnsIn(policyFolder: string): (item: string) => Column | null {
  const maps = [...readImportMaps(join(policyFolder, 'imports')).values()]
  return (item) => {
    const [first = '', name = ''] = item.split('.')
    const field = fields[item] ?? name
    for (const map of maps) {
      const column =
        map.target === targets[first] ? map.columns.find((one) => one.field === field) : undefined
      if (column) return { header: column.header, report: map.label }
    }
    return null
  }
}
