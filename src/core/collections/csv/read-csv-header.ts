import type { CsvRow } from '../../standards/csv/index.ts'
import type { MessageFault } from '../../standards/xml-records/index.ts'
import { GatehouseError } from '../../vocabulary/index.ts'
import type { CsvShape } from '../definition.ts'
import { columnsOf, type CsvTables } from './csv-tables.ts'

export interface CsvHeader {
  readonly line: number
  /** In the order of the header’s items. */
  readonly cells: readonly string[]
  /** What the file’s name says otherwise. */
  readonly nameFaults: readonly string[]
}

const todo = 'Choose the file of the return, or export it again in the format of the collection.'

class Unreadable extends Error {
  readonly fault: MessageFault
  constructor(line: number, message: string) {
    super(message)
    this.fault = { line, message, todo }
  }
}

/** The fault of a file that can’t be read, where the error is about one. */
export function faultOf(error: unknown): MessageFault | null {
  if (error instanceof Unreadable) return error.fault
  if (!(error instanceof GatehouseError) || error.code !== 'bad-input') return null
  const line = Number(/^line (\d+)$/.exec(error.where ?? '')?.[1] ?? 1)
  return { line, message: error.message, todo: error.todo ?? todo }
}

/**
 * Takes the records before the first row: with `header: record`, the header’s columns and its values; then the rows’ columns,
 * unless only the header is asked for. Columns stand under their names and in their order, or the file is not read.
 */
export async function readCsvHeader(
  records: AsyncIterator<CsvRow>,
  shape: CsvShape,
  tables: CsvTables,
  fileName: string | null,
  only = false,
): Promise<CsvHeader> {
  const next = async (missing: string): Promise<CsvRow> => {
    const { done, value } = (await records.next()) as IteratorResult<CsvRow, undefined>
    if (done === true) throw new Unreadable(1, `The file ends before ${missing}.`)
    return value
  }
  const names = columnsOf(tables.header)
  const named = namedIn(shape, fileName)
  let header: CsvHeader
  if (shape.header === 'name') {
    if (!named) throw new Unreadable(1, 'The name of the file does not say which return it is.')
    const cells = [...tables.header.items.keys()].map((item) => named[item] ?? '')
    header = { line: 1, cells, nameFaults: [] }
  } else {
    sameColumns(await next('its header'), names, 'header')
    const { line, cells } = await next('the values of its header')
    if (cells.length !== names.length)
      throw new Unreadable(
        line,
        `The header has ${String(cells.length)} values for its ${String(names.length)} columns.`,
      )
    const faults = fileName === null ? [] : differences(named, cells, tables)
    header = { line, cells, nameFaults: faults }
  }
  if (!only) sameColumns(await next('the columns of its rows'), columnsOf(tables.rows), 'rows')
  return header
}

function sameColumns({ line, cells }: CsvRow, names: readonly string[], of: 'header' | 'rows'): void {
  for (const [i, name] of names.entries()) {
    if (cells[i] !== name)
      throw new Unreadable(
        line,
        `Column ${String(i + 1)} of the ${of} is not ${name}: columns stand in their order.`,
      )
  }
  if (cells.length > names.length)
    throw new Unreadable(line, `The ${of} have more columns than the ${String(names.length)} of the format.`)
}

/** What the name of the file says, by item of the header; null: it is not named as the format asks. */
function namedIn(
  { fileName: pattern }: CsvShape,
  fileName: string | null,
): Readonly<Record<string, string | undefined>> | null {
  const found = fileName === null ? null : new RegExp(`^(?:${pattern})$`, 'iu').exec(fileName)
  return found && (found.groups ?? {})
}

function differences(
  named: ReturnType<typeof namedIn>,
  cells: readonly string[],
  { header }: CsvTables,
): readonly string[] {
  if (!named) return ['the file is not named as the format asks']
  return [...header.items.values()].flatMap(({ name, label }, i) => {
    const said = named[name]
    return said === undefined || said.toUpperCase() === (cells[i] ?? '').trim().toUpperCase()
      ? []
      : [`the name of the file says another: ${label}`]
  })
}
