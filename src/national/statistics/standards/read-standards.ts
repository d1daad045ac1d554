import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { readPolicyFile, readShape } from '../../../core/policy/index.ts'
import {
  harmonisedShape,
  levelsShape,
  placeKey,
  readRows,
  screenerShape,
  symbolsShape,
  timesShape,
  type EesStandards,
} from '../../../core/standards/ees/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'

/**
 * The open data standards as `policy/statistics-standards` has them.
 * @throws GatehouseError `bad-policy` with file and line.
 */
export async function readStandards(policyFolder: string): Promise<EesStandards> {
  const folder = join(policyFolder, 'statistics-standards')
  const read = async <T>(name: string, shape: z.ZodType<T>): Promise<T> => {
    const file = readPolicyFile(`statistics-standards/${name}`, await readFile(join(folder, name), 'utf8'))
    const result = readShape(file, shape)
    if (result.ok) return result.value
    const [fault] = result.error
    throw new GatehouseError('bad-policy', fault?.message ?? 'The file can’t be read.', {
      where: `${file.name}, line ${String(fault?.line ?? 1)}`,
      ...(fault ? { todo: fault.todo } : {}),
    })
  }
  return {
    ...(await read('geographic-levels.yaml', levelsShape)),
    ...(await read('time-identifiers.yaml', timesShape)),
    ...(await read('symbols.yaml', symbolsShape)),
    ...(await read('harmonised.yaml', harmonisedShape)),
    screener: await read('screener.yaml', screenerShape),
    places: new Map([
      ...(await readGeography(join(policyFolder, 'geography'))),
      ...(await readPlaces(join(folder, 'locations'))),
    ]),
    dictionary: await readDictionary(join(folder, 'api-dictionary.csv')),
  }
}

async function rowsOf(path: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const rows: (readonly string[])[] = []
  for await (const portion of readRows(createReadStream(path))) rows.push(...portion.rows)
  const [header = [], ...rest] = rows
  return rest.map((cells) => Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])))
}

/** The lists that the holdings and the statistics place by: countries, regions, authorities. */
async function readGeography(folder: string): Promise<readonly (readonly [string, ReadonlySet<string>])[]> {
  const lists = [
    ['country', 'countries.csv', 'country_code', 'country_name', null],
    ['region', 'regions.csv', 'region_code', 'region_name', null],
    ['local-authority', 'authorities.csv', 'new_la_code', 'la_name', 'old_la_code'],
  ] as const
  return Promise.all(
    lists.map(
      async ([list, file, code, name, other]) =>
        [
          list,
          new Set(
            (await rowsOf(join(folder, file))).map((row) =>
              placeKey(row[code] ?? '', row[name] ?? '', other === null ? '' : row[other]),
            ),
          ),
        ] as const,
    ),
  )
}

/** Every list that the folder holds, by the name of its file. */
async function readPlaces(folder: string): Promise<EesStandards['places']> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.csv')).sort()
  const lists = new Map<string, ReadonlySet<string>>()
  for (const name of names)
    lists.set(
      name.slice(0, -4),
      new Set(
        (await rowsOf(join(folder, name))).map((row) =>
          placeKey(row['code'] ?? '', row['name'] ?? '', row['old_code']),
        ),
      ),
    )
  return lists
}

async function readDictionary(path: string): Promise<EesStandards['dictionary']> {
  const rows = await rowsOf(path).catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ENOENT') return null
    throw error
  })
  const of = (kind: string): ReadonlySet<string> =>
    new Set((rows ?? []).filter((row) => row['kind'] === kind).map((row) => row['text'] ?? ''))
  return rows && { columns: of('column'), items: of('item') }
}
