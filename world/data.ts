import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import type { Weighted } from './random.ts'

export type Row = Readonly<Record<string, string>>

const kept = new Map<string, readonly Row[]>()

/** The rows of `world/data/<name>.csv`. */
export function rows(name: string): readonly Row[] {
  let list = kept.get(name)
  if (!list) {
    list = parse(readFileSync(new URL(`data/${name}.csv`, import.meta.url), 'utf8'), { columns: true })
    kept.set(name, list)
  }
  return list
}

/** A row's cell; a missing column is a mistake in the data. */
export function cell(row: Row, column: string): string {
  const value = row[column]
  if (value === undefined) throw new Error(`the world's data has no column ${column}`)
  return value
}

let table: Map<string, number> | undefined

/** How often something is so: a row of `rates.csv`. */
export function rate(name: string): number {
  table ??= new Map(rows('rates').map((row) => [cell(row, 'name'), Number(cell(row, 'value'))]))
  const value = table.get(name)
  if (value === undefined) throw new Error(`rates.csv has no rate ${name}`)
  return value
}

/** Reads `WBRI:97 WENG:3`: values with weights. */
export const weights = (text: string): readonly Weighted<string>[] =>
  text.split(' ').map((part) => {
    const [value = '', weight = '1'] = part.split(':')
    return { value, weight: Number(weight) }
  })
