import { readCsv } from '../../standards/csv/index.ts'
import type { MessageFault } from '../../standards/xml-records/index.ts'
import { fail, ok, type Result } from '../../vocabulary/index.ts'
import type { CollectionDefinition } from '../definition.ts'
import { csvTables } from './csv-tables.ts'
import { faultOf, readCsvHeader } from './read-csv-header.ts'

/** What a CSV message says of itself, as written; what is marked as not available is empty. */
export async function recogniseCsv(
  source: AsyncIterable<Uint8Array>,
  definition: Pick<CollectionDefinition, 'message' | 'tables'>,
  fileName: string | null,
): Promise<Result<Readonly<Record<string, string>>, MessageFault>> {
  const { csv } = definition.message
  const tables = csvTables(definition)
  if (!csv || !tables) throw new Error('a message that is not CSV')
  const records = readCsv(source)
  try {
    const { cells } = await readCsvHeader(records, csv, tables, fileName, true)
    const values = cells.map((cell) => (cell.trim() === csv.marker ? '' : cell.trim()))
    return ok(Object.fromEntries([...tables.header.items.keys()].map((name, i) => [name, values[i] ?? ''])))
  } catch (error) {
    const fault = faultOf(error)
    if (fault) return fail(fault)
    throw error
  } finally {
    await records.return(undefined)
  }
}
