import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { readCsv } from '../../../core/standards/csv/index.ts'

/** A local authority as a year’s publications name it. */
export interface Authority {
  /** Three digits: the department’s own number. */
  readonly oldCode: string
  /** Nine characters. */
  readonly code: string
  readonly name: string
  readonly regionCode: string
}

export interface Geography {
  readonly country: { readonly code: string; readonly name: string }
  /** By nine-character code. */
  readonly regions: ReadonlyMap<string, string>
  /** An authority by its number, as its codes stood on 31 August before the academic year that ends in `year`. */
  authority(oldCode: string, year: number): Authority | undefined
}

/** Reads `geography/` of the policy. */
export async function readGeography(policy: string): Promise<Geography> {
  const rows = async (name: string): Promise<readonly Readonly<Record<string, string>>[]> => {
    const found: Record<string, string>[] = []
    let header: readonly string[] | null = null
    for await (const { cells } of readCsv(createReadStream(join(policy, 'geography', `${name}.csv`)))) {
      if (header === null) header = cells
      else found.push(Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ''])))
    }
    return found
  }
  const [country] = await rows('countries')
  const regions = new Map(
    (await rows('regions')).map((row) => [row['region_code'] ?? '', row['region_name'] ?? '']),
  )
  const byNumber = Map.groupBy(await rows('authorities'), (row) => row['old_la_code'] ?? '')
  return {
    country: { code: country?.['country_code'] ?? '', name: country?.['country_name'] ?? '' },
    regions,
    authority(oldCode, year) {
      const day = `${String(year - 1)}-08-31`
      const row = byNumber
        .get(oldCode)
        ?.find(({ valid_from: from = '', valid_to: to = '' }) => from <= day && (to === '' || to >= day))
      return row
        ? {
            oldCode,
            code: row['new_la_code'] ?? '',
            name: row['la_name'] ?? '',
            regionCode: row['region_code'] ?? '',
          }
        : undefined
    },
  }
}
