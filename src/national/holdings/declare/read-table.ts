import { createReadStream } from 'node:fs'
import { readCsv } from '../../../core/standards/csv/index.ts'

export interface PolicyTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A CSV of the policy, whole: it is ours and small. @throws GatehouseError `bad-input` */
export async function readTable(file: string): Promise<PolicyTable> {
  const rows: (readonly string[])[] = []
  for await (const { cells } of readCsv(createReadStream(file) as AsyncIterable<Uint8Array>)) rows.push(cells)
  const [header = [], ...rest] = rows
  return { header, rows: rest }
}

/** Its records by column name. */
export async function readRecords(file: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const { header, rows } = await readTable(file)
  return rows.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ''])))
}
