import { createHash } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  writeDataFile,
  writeMetaFile,
  type EesMeta,
  type EesRow,
  type EesStandards,
} from '../../../../core/standards/ees/index.ts'
import type { DraftRequest } from '../draft.ts'

export interface BuiltOf {
  readonly years?: readonly string[]
  readonly sexes?: readonly string[]
  /** In the place of the count of a cell. */
  readonly value?: (year: string, place: string, sex: string) => string
  readonly safe?: boolean
  readonly label?: string
}

const places: readonly (readonly [string, EesRow])[] = [
  ['National', {}],
  ['Regional', { region_code: 'E12000005', region_name: 'West Midlands' }],
  [
    'Local authority',
    {
      region_code: 'E12000005',
      region_name: 'West Midlands',
      new_la_code: 'E06000020',
      la_name: 'Telford and Wrekin',
      old_la_code: '894',
    },
  ],
]

/** A folder as `statistics build` leaves one: pupils by sex, for places of three levels and some years. */
export async function builtTable(standards: EesStandards, of: BuiltOf = {}): Promise<DraftRequest> {
  const {
    years = ['202324', '202425'],
    sexes = ['Female', 'Male'],
    safe = true,
    label = 'Number of pupils',
  } = of
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-built-'))
  const meta: EesMeta = [
    { type: 'Filter', column: 'sex', label: 'Sex' },
    { type: 'Indicator', column: 'pupil_count', label, decimalPlaces: 0 },
    {
      type: 'Indicator',
      column: 'pupil_percent',
      label: 'Percentage of pupils',
      unit: '%',
      decimalPlaces: 1,
    },
  ]
  const rows = years.flatMap((year, y) =>
    places.flatMap(([level, cells], p) =>
      ['Total', ...sexes].map((sex, s): EesRow => {
        const one = 100 * (3 - p) + y
        const count = of.value?.(year, level, sex) ?? String(s === 0 ? one * sexes.length : one)
        return {
          time_period: year,
          time_identifier: 'Academic year',
          geographic_level: level,
          country_code: 'E92000001',
          country_name: 'England',
          ...cells,
          sex,
          pupil_count: count,
          pupil_percent: s === 0 ? '100' : count === 'c' ? 'c' : '50',
        }
      }),
    ),
  )
  const parts: Uint8Array[] = []
  for await (const part of writeDataFile(standards, { levels: places.map(([level]) => level), meta }, rows))
    parts.push(part)
  const data = Buffer.concat(parts)
  const metadata = writeMetaFile(meta)
  const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
  await writeFile(join(folder, 'pupils_by_sex.csv'), data)
  await writeFile(join(folder, 'pupils_by_sex.meta.csv'), metadata)
  await writeFile(
    join(folder, 'audit.json'),
    JSON.stringify({ policy: 'none', method: 'Counts are shown as they are.', safe }),
  )
  await writeFile(
    join(folder, 'lineage.json'),
    JSON.stringify({
      table: 'pupils_by_sex',
      publication: 'pupils-and-their-characteristics',
      policy: { id: 'none', kind: 'none' },
      population: { accepted: 10, excluded: 1, counted: 9 },
      data: sha(data),
      metadata: sha(metadata),
    }),
  )
  return {
    folder,
    standards,
    about: {
      publication: {
        title: 'Schools, pupils and their characteristics',
        summary: 'Pupils in schools in England, by what is known of them.',
      },
      dataSet: {
        title: 'Pupils by sex',
        summary: 'Pupils on roll at the spring census, by sex.',
        footnotes: ['Sole and main registrations.'],
      },
      release: { title: 'Academic year 2024/25', slug: '2024-25' },
      policyWords: 'Counts are shown as they are.',
    },
  }
}
