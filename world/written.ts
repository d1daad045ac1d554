import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { Row } from './data.ts'
import { writeSchoolWorld } from './write-school-world.ts'
import type { WorldOptions } from './write-school-world.ts'

/** A world written to a folder of its own and read back as any reader would, for tests. */
export interface WrittenWorld extends AsyncDisposable {
  readonly files: readonly string[]
  text(name: string): Promise<string>
  /** Rows as they stand, padding and repetitions included. */
  raw(name: string): Promise<readonly Row[]>
  /** Rows trimmed, equal ones once. */
  rows(name: string): Promise<readonly Row[]>
}

export async function writtenWorld(options: WorldOptions = {}): Promise<WrittenWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-world-'))
  const { files } = await writeSchoolWorld(folder, options)
  const text = (name: string) => readFile(join(folder, name), 'utf8')
  const raw = async (name: string): Promise<Row[]> => parse(await text(name), { columns: true })
  return {
    files,
    text,
    raw,
    async rows(name) {
      const trimmed = (await raw(name)).map((row) =>
        Object.fromEntries(Object.entries(row).map(([header, cell]) => [header, cell.trim()])),
      )
      return [...new Map(trimmed.map((row) => [JSON.stringify(row), row])).values()]
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
