import { columnsOfLevel, levelColumn, levelNamed, placeKey, type GeographicLevel } from '../standards.ts'
import { stageOf, unmade, type Check, type Looked } from './check.ts'
import { levelsOf, type ScannedPair } from './pair.ts'
import type { SeenCells } from './scan-data.ts'

const first = stageOf('geography, first')
const geography = stageOf('geography')

const cellIn = ({ data }: ScannedPair, { cells }: SeenCells, column: string | undefined): string => {
  const at = column === undefined ? -1 : data.placeColumns.indexOf(column)
  return at < 0 ? '' : (cells[at + 1] ?? '')
}
const has = ({ data }: ScannedPair, column: string | undefined): boolean =>
  column !== undefined && data.placeColumns.includes(column)
const unique = (all: readonly string[]): readonly string[] => [...new Set(all)]
const levelOf = ({ cells }: SeenCells): string => cells[0] ?? ''
const byCode = ({ standards }: ScannedPair, code: string): GeographicLevel | undefined =>
  standards.levels.find((level) => level.code === code)

/** Code and name against the official list. Blank codes are let off but where the level is the country. */
function inList(pair: ScannedPair, code: string): Looked {
  const level = byCode(pair, code)
  const { codeColumn, nameColumn = '', list = '' } = level ?? {}
  if (!has(pair, codeColumn) && !has(pair, nameColumn)) return []
  if (!has(pair, codeColumn) || !has(pair, nameColumn)) return unmade('Of code and name, the data has one.')
  const official = pair.standards.places.get(list)
  const { unknownPlace, customPlaceCode } = pair.standards
  const pairs = pair.data.places
    .map((place) => [cellIn(pair, place, codeColumn), cellIn(pair, place, nameColumn)] as const)
    .filter(
      ([one, name]) =>
        ![unknownPlace.code, customPlaceCode].includes(one) &&
        !(one === '' && code !== 'NAT') &&
        !(code === 'NAT' ? false : name === ''),
    )
  if (pairs.length === 0) return []
  if (!official) return unmade(`No official list “${list}” is held: have these places looked at.`)
  return unique(
    pairs.filter(([one, name]) => !official.has(placeKey(one, name))).map((each) => each.join(', ')),
  )
}

function authorities(pair: ScannedPair): Looked {
  const level = byCode(pair, 'LA')
  if (!level || !columnsOfLevel(level).some((column) => has(pair, column))) return []
  if (!columnsOfLevel(level).every((column) => has(pair, column)))
    return unmade('Of the three columns of an authority, the data has not all.')
  const { unknownPlace, customPlaceCode } = pair.standards
  const triples = pair.data.places
    .map((place) =>
      [level.codeColumn, level.nameColumn, level.otherColumn].map((column) => cellIn(pair, place, column)),
    )
    .filter(
      ([code = '', name = '', old = '']) =>
        code + name + old !== '' && code !== unknownPlace.code && name !== '' && name !== unknownPlace.name,
    )
  if (triples.length === 0) return []
  const official = pair.standards.places.get(level.list ?? '')
  if (!official) return unmade('No official list “local-authority” is held: have these places looked at.')
  const byPair = new Set([...official].map((key) => key.split('\u0001').slice(0, 2).join('\u0001')))
  const byOld = new Set([...official].map((key) => key.split('\u0001').slice(1).join('\u0001')))
  return unique(
    triples
      .filter(([code = '', name = '', old = '']) => {
        // An old authority has no nine-character code: its old one and its name must then be known.
        if (code === '') return !(old !== '' && byOld.has(`${name}\u0001${old}`))
        if (old === '') return !byPair.has(`${code}\u0001${name}`)
        if (old === customPlaceCode)
          return !official.has(placeKey(code, name, old)) && !byPair.has(`${code}\u0001${name}`)
        return !official.has(placeKey(code, name, old))
      })
      .map((each) => each.join(', ')),
  )
}

const listChecks: readonly (readonly [number, string, string])[] = [
  [51, 'NAT', 'country'],
  [52, 'REG', 'region'],
  [53, 'WARD', 'ward'],
  [54, 'PCON', 'constituency'],
  [55, 'LAD', 'local authority district'],
  [56, 'LEP', 'local enterprise partnership'],
  [57, 'LSIP', 'local skills improvement plan area'],
  [58, 'EDA', 'English devolved area'],
]

/** Places of levels without a list: each name has one code (62), each code one name (69). */
function oneEach(pair: ScannedPair, by: 'name' | 'code'): readonly string[] {
  return pair.standards.levels
    .filter(({ onePlaceOneCode }) => onePlaceOneCode)
    .flatMap(({ codeColumn, nameColumn }) => {
      if (!has(pair, codeColumn) || !has(pair, nameColumn)) return []
      const [key, value] = by === 'name' ? [nameColumn, codeColumn] : [codeColumn, nameColumn]
      const seen = new Map<string, Set<string>>()
      for (const place of pair.data.places) {
        const one = cellIn(pair, place, key)
        const other = cellIn(pair, place, value)
        if (one === '' || [one, other].includes(pair.standards.unknownPlace.code)) continue
        seen.set(one, (seen.get(one) ?? new Set()).add(other))
      }
      return [...seen].filter(([, others]) => others.size > 1).map(([one]) => `${key ?? ''}: ${one}`)
    })
}

function mixes(pair: ScannedPair): readonly string[] {
  const levels = levelsOf(pair)
  if (levels.length === 0) return []
  const ancillary = levels.every(({ ancillary: one }) => one)
  const both = ['School', 'Provider'].every((name) => pair.data.levels.has(name))
  if (!ancillary && !both) return []
  const rows = pair.data.places
    .filter((place) => ancillary || levelOf(place) === 'Provider')
    .reduce((sum, { rows: some }) => sum + some, 0)
  return [`${String(rows)} rows would be passed over by the table tool`]
}

/** Region filled on rows of a level that lies in one. */
const regionOn = (pair: ScannedPair, name: string): Looked => {
  const rows = pair.data.places.filter((place) => levelOf(place) === name)
  const region = byCode(pair, 'REG')
  if (rows.length === 0) return []
  return rows
    .filter(
      (place) =>
        cellIn(pair, place, region?.codeColumn) === '' && cellIn(pair, place, region?.nameColumn) === '',
    )
    .slice(0, 1)
    .map(({ line }) => `from line ${String(line)}`)
}

const notOnRows = (pair: ScannedPair): readonly string[] =>
  unique(
    pair.data.places.flatMap((place) => {
      const own = levelNamed(pair.standards, levelOf(place))
      if (!own) return []
      return pair.standards.levels
        .filter(
          ({ name, filledOn }) => name !== own.name && filledOn !== 'all' && !filledOn.includes(own.code),
        )
        .filter((level) => columnsOfLevel(level).some((column) => cellIn(pair, place, column) !== ''))
        .map(({ name }) => `columns of ${name} on rows of ${own.name}`)
    }),
  )

/** Stages 9 and 12. */
export const geographyChecks: readonly Check[] = [
  first(41, 'fail', 'Every geographic_level is one of the standard’s', (pair) =>
    pair.data.header.includes(levelColumn)
      ? [...pair.data.levels].filter((name) => !levelNamed(pair.standards, name))
      : unmade('The data has no geographic_level.'),
  ),
  first(42, 'fail', 'The data has every column of each level that it has rows of', (pair) =>
    levelsOf(pair)
      .filter(({ code }) => code !== 'NAT' && code !== 'PA')
      .flatMap(columnsOfLevel)
      .filter((column) => !pair.data.header.includes(column)),
  ),
  ...listChecks.map(([n, code, words]) =>
    geography(n, 'fail', `Code and name of every ${words} are in the official list`, (pair) =>
      inList(pair, code),
    ),
  ),
  geography(59, 'fail', 'Codes and name of every local authority are in the official list', authorities),
  geography(60, 'fail', 'A level’s own columns are filled on its rows', (pair) =>
    unique(
      pair.data.places.flatMap((place) => {
        const level = levelNamed(pair.standards, levelOf(place))
        if (!level) return []
        const own = [level.nameColumn, level.otherColumn, level.code === 'LA' ? undefined : level.codeColumn]
        return own
          .filter((column) => column !== undefined)
          .filter((column) => has(pair, column) && cellIn(pair, place, column) === '')
          .filter((column) => !(level.code === 'NAT' && column === 'country_code'))
          .map((column) => `${column} on rows of ${level.name}`)
      }),
    ),
  ),
  geography(
    61,
    'fail',
    'The table tool can show the file: no School beside Provider, no Institution or Planning area alone',
    mixes,
  ),
  geography(62, 'fail', 'Each opportunity area, trust and sponsor has one code', (pair) =>
    oneEach(pair, 'name'),
  ),
  geography(63, 'fail', 'Where one column of local authorities is there, all three are', (pair) => {
    const level = byCode(pair, 'LA')
    const columns = level ? columnsOfLevel(level) : []
    const held = columns.filter((column) => has(pair, column))
    // On rows of its own, check 42 says so.
    if (held.length === 0 || pair.data.levels.has('Local authority')) return []
    return columns.filter((column) => !has(pair, column))
  }),
  geography(64, 'fail', 'Region code and name are there together', (pair) => {
    const { codeColumn, nameColumn } = byCode(pair, 'REG') ?? { codeColumn: undefined, nameColumn: undefined }
    if (pair.data.levels.has('Regional') || has(pair, codeColumn) === has(pair, nameColumn)) return []
    return [has(pair, codeColumn) ? (nameColumn ?? '') : (codeColumn ?? '')]
  }),
  geography(65, 'warn', 'The region is filled on rows of local authorities', (pair) =>
    regionOn(pair, 'Local authority'),
  ),
  geography(66, 'warn', 'The region is filled on rows of districts', (pair) =>
    regionOn(pair, 'Local authority district'),
  ),
  geography(67, 'fail', 'A place of unknown code is named so', (pair) =>
    unique(
      pair.standards.levels.flatMap(({ codeColumn, nameColumn }) =>
        pair.data.places
          .filter(
            (place) =>
              cellIn(pair, place, codeColumn) === pair.standards.unknownPlace.code &&
              cellIn(pair, place, nameColumn) !== pair.standards.unknownPlace.name,
          )
          .map((place) => `${nameColumn}: ${cellIn(pair, place, nameColumn)}`),
      ),
    ),
  ),
  geography(68, 'fail', 'A place named as not available has the unknown code', (pair) =>
    unique(
      pair.standards.levels
        .filter(({ list, codeColumn }) => list === undefined && codeColumn !== undefined)
        .flatMap(({ codeColumn, nameColumn }) =>
          pair.data.places
            .filter(
              (place) =>
                cellIn(pair, place, nameColumn) === pair.standards.unknownPlace.name &&
                cellIn(pair, place, codeColumn) !== pair.standards.unknownPlace.code,
            )
            .map((place) => `${codeColumn ?? ''}: ${cellIn(pair, place, codeColumn)}`),
        ),
    ),
  ),
  geography(69, 'fail', 'Each code of an opportunity area, trust or sponsor has one name', (pair) =>
    oneEach(pair, 'code'),
  ),
  geography(70, 'fail', 'A level’s columns are filled on rows that they may be filled on', notOnRows),
]
