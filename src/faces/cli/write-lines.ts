import { open, rename, rm } from 'node:fs/promises'
import { writeCsv } from '../../core/standards/csv/index.ts'

const portion = 10_000

/** Writes a CSV file row by row; it stands there whole or not at all. */
export async function writeLines<T>(
  path: string,
  heading: readonly string[],
  rows: readonly T[],
  cells: (row: T, n: number) => readonly string[],
): Promise<void> {
  const partial = `${path}.partial`
  try {
    const file = await open(partial, 'w', 0o600)
    try {
      await file.write(writeCsv([heading], { formula: 'refuse', lineEnd: '\n' }))
      for (let at = 0; at < rows.length; at += portion) {
        const piece = rows.slice(at, at + portion).map((row, i) => cells(row, at + i))
        await file.write(writeCsv(piece, { formula: 'refuse', lineEnd: '\n' }))
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
