import {
  scanMessage,
  type MessageFault,
  type MessageNote,
  type MessageReading,
  type MessageReport,
} from '../standards/xml-records/index.ts'
import type { Result } from '../vocabulary/index.ts'
import { scanCsv, type CsvNote, type CsvReading } from './csv/scan-csv.ts'
import type { TermDefinition } from './definition.ts'
import { recordTables } from './record-tables.ts'

/** What was read of a message of either form. */
export interface ReturnReport extends Omit<MessageReport, 'notes'> {
  readonly notes: readonly (MessageNote | CsvNote)[]
}

export type ReturnReading = CsvReading

/**
 * Reads a message in the form of its collection, XML or CSV, as a stream, and writes its records as rows for `loadRows`. Those of
 * a CSV message are not handed over in portions.
 */
export function readMessage(
  source: AsyncIterable<Uint8Array>,
  definition: Pick<TermDefinition, 'message' | 'tables'>,
  reading: ReturnReading & Pick<MessageReading, 'portions'>,
): Promise<Result<ReturnReport, MessageFault>> {
  if (definition.message.csv) return scanCsv(source, definition, reading)
  const { folder, returnId, after, portions } = reading
  const { root } = definition.message
  return scanMessage(source, {
    root,
    tables: recordTables(definition),
    folder,
    returnId,
    after,
    ...(portions && { portions }),
  })
}
