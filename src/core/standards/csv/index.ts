export { readCsv, type CsvReading, type CsvRow } from './read-csv.ts'
export { writeCsv, type CsvWriting, type FormulaGuard } from './write-csv.ts'
export { parseWritten, type WrittenCsv } from './parse-written.ts'
