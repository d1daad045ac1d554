import type { TermDefinition } from '../../src/core/collections/index.ts'
import { line } from '../csv-out.ts'

export type Values = Readonly<Record<string, string>>

/** A CSV message in the columns of its definition: the header's record, then the rows; what is not given is marked as absent. */
export function resultFile(
  definition: TermDefinition,
  table: string,
  header: Values,
  rows: readonly Values[],
): Iterable<Uint8Array> {
  const marker = definition.message.csv?.marker ?? ''
  const sheet = (name: string, values: readonly Values[]): string => {
    const columns = [...(definition.tables.get(name)?.items.values() ?? [])]
    return (
      line(columns.map(({ path }) => path.join('/'))) +
      values.map((row) => line(columns.map((item) => row[item.name] ?? marker))).join('')
    )
  }
  const whole = { ...header, version: 'P', sequenceNo: '001', rows: String(rows.length) }
  return [Buffer.from(sheet('header', [whole]) + sheet(table, rows))]
}
