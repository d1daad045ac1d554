import { GatehouseError } from '../../../vocabulary/index.ts'
import { readRows } from '../read-rows.ts'
import { columnsOfLevel, levelColumn, timeColumns, type EesStandards } from '../standards.ts'
import type { MetaColumns } from './pair.ts'
import { RowHashes } from './row-hashes.ts'

export interface Seen {
  readonly id: number
  /** The line of the first row that has it. */
  readonly line: number
  rows: number
}

export interface Repeated {
  /** The line of the first that repeats another. */
  readonly line: number
  rows: number
}

export interface SeenCells extends Seen {
  readonly cells: readonly string[]
}

/** What one pass over the data leaves: everything that differs, once; and of indicators, what they may not hold. */
export interface DataScan {
  readonly header: readonly string[]
  readonly rows: number
  /** Period and identifier. */
  readonly times: readonly SeenCells[]
  readonly levels: ReadonlySet<string>
  /** Level, then the cells of `placeColumns`. */
  readonly places: readonly SeenCells[]
  readonly placeColumns: readonly string[]
  /** By column, the items of filters and grouping columns. */
  readonly items: ReadonlyMap<string, ReadonlyMap<string, Seen>>
  /** Items of `characteristic` by those of `characteristic_group`. */
  readonly characteristics: ReadonlyMap<string, ReadonlySet<string>>
  /** Columns of no kind, and whether they hold one value only. */
  readonly others: ReadonlyMap<string, { readonly single: boolean }>
  /** By column and word, of all columns: words that stand for missing values, and what no indicator may hold. */
  readonly odd: ReadonlyMap<string, ReadonlyMap<string, Seen>>
  /** Rows that agree with an earlier one on time, place, filters and grouping columns, by level. */
  readonly repeated: ReadonlyMap<string, Repeated>
}

const mix = (hash: number, id: number, by: number): number => {
  const mixed = Math.imul(hash ^ id, by)
  return mixed ^ (mixed >>> 15)
}

const see = (map: Map<string, Seen>, key: string, line: number): Seen => {
  let seen = map.get(key)
  if (!seen) map.set(key, (seen = { id: map.size + 1, line, rows: 0 }))
  return seen
}

interface Plan {
  readonly header: readonly string[]
  readonly time: readonly number[]
  readonly place: readonly number[]
  readonly key: readonly number[]
  readonly indicator: readonly number[]
  readonly other: readonly number[]
}

function planOf(
  standards: EesStandards,
  { filters, groupings, indicators }: MetaColumns,
  header: readonly string[],
): Plan {
  const where = (names: Iterable<string>): number[] => [
    ...new Set([...names].map((name) => header.indexOf(name)).filter((at) => at >= 0)),
  ]
  const time = timeColumns.map((name) => header.indexOf(name))
  const place = [header.indexOf(levelColumn), ...where(standards.levels.flatMap(columnsOfLevel))]
  const taken = new Set([...time, ...place])
  const free = (names: readonly (string | undefined)[]): number[] =>
    where(names.map((name) => name ?? '')).filter((at) => !taken.has(at))
  const key = free([...filters.map((row) => row['col_name']), ...groupings])
  for (const at of key) taken.add(at)
  const indicator = free(indicators.map((row) => row['col_name']))
  for (const at of indicator) taken.add(at)
  return { header, time, place, key, indicator, other: [...header.keys()].filter((at) => !taken.has(at)) }
}

/**
 * Reads the data once, as a stream; and once more where rows may repeat others.
 * @throws GatehouseError `bad-input` where it is not CSV, or a row has more or fewer cells than the header.
 */
export async function scanData(
  open: () => AsyncIterable<Uint8Array>,
  standards: EesStandards,
  columns: MetaColumns,
): Promise<DataScan> {
  const pass = async (
    again?: Again,
  ): Promise<ReturnType<Scanner['found']> & { header: readonly string[] }> => {
    let scan: Scanner | null = null
    let header: readonly string[] = []
    for await (const { line, rows } of readRows(open())) {
      let at = line
      for (const row of rows) {
        if (scan === null) {
          header = row
          scan = scanner(standards, planOf(standards, columns, row), again)
        } else scan.row(row, at)
        at++
      }
    }
    if (scan === null) throw new GatehouseError('bad-input', 'The data file is empty.')
    return { header, ...scan.found() }
  }
  const { suspects, ...found } = await pass()
  const again: Again = { suspects, keys: new Set(), repeated: new Map() }
  if (suspects.size > 0) await pass(again)
  return { ...found, repeated: again.repeated }
}

/** A second look at rows whose hash came twice: ids are given in the order of the rows, so hashes are the same again. */
interface Again {
  readonly suspects: ReadonlySet<string>
  readonly keys: Set<string>
  readonly repeated: Map<string, Repeated>
}

interface Scanner {
  row(cells: readonly string[], line: number): void
  found(): Omit<DataScan, 'header' | 'repeated'> & { readonly suspects: ReadonlySet<string> }
}

function scanner(standards: EesStandards, plan: Plan, again?: Again): Scanner {
  const { header, time, place, key, indicator, other } = plan
  const { missingWords, doubtfulWords, notIndicatorValues } = standards.screener
  const odds = new Set([...missingWords, ...doubtfulWords, ...notIndicatorValues])
  const longestOdd = Math.max(...[...odds].map((word) => word.length))
  const times = new Map<string, SeenCells>()
  const places = new Map<string, SeenCells>()
  const items = key.map(() => new Map<string, Seen>())
  const others = other.map(() => ({ value: undefined as string | undefined, single: true }))
  const odd = new Map<string, Map<string, Seen>>()
  const characteristics = new Map<string, Set<string>>()
  const [group, single] = [header.indexOf('characteristic_group'), header.indexOf('characteristic')]
  const hashes = new RowHashes()
  const suspects = new Set<string>()
  let rows = 0
  let lastPlace: SeenCells | undefined
  let before: readonly string[] = []

  const cellsOf = (
    map: Map<string, SeenCells>,
    at: readonly number[],
    row: readonly string[],
    line: number,
  ): SeenCells => {
    const cells = at.map((i) => (i < 0 ? '' : (row[i] ?? '')))
    const name = cells.join('\u0001')
    let seen = map.get(name)
    if (!seen) map.set(name, (seen = { id: map.size + 1, line, rows: 0, cells }))
    return seen
  }
  const note = (at: number, cell: string, line: number): void => {
    if (cell.length > longestOdd || !odds.has(cell)) return
    const name = header[at] ?? ''
    let words = odd.get(name)
    if (!words) odd.set(name, (words = new Map<string, Seen>()))
    see(words, cell, line).rows++
  }

  function row(cells: readonly string[], line: number): void {
    if (cells.length !== header.length)
      throw new GatehouseError(
        'bad-input',
        `A row has ${String(cells.length)} cells, the header ${String(header.length)}.`,
        {
          where: `line ${String(line)}`,
        },
      )
    rows++
    const when = cellsOf(times, time, cells, line)
    when.rows++
    let same = lastPlace !== undefined
    for (let i = 0; same && i < place.length; i++) same = cells[place[i] ?? 0] === before[place[i] ?? 0]
    const where = same && lastPlace ? lastPlace : cellsOf(places, place, cells, line)
    lastPlace = where
    where.rows++
    before = cells
    let high = mix(mix(0x811c9dc5, when.id, 0x01000193), where.id, 0x85ebca6b)
    let low = mix(mix(0x9747b28c, where.id, 0xc2b2ae35 | 0), when.id, 0x27d4eb2f)
    for (let i = 0; i < key.length; i++) {
      const at = key[i] ?? 0
      const map = items[i]
      if (!map) continue
      const seen = see(map, cells[at] ?? '', line)
      seen.rows++
      high = mix(high, seen.id, 0x01000193)
      low = mix(low, seen.id + i, 0x85ebca6b)
    }
    for (const at of indicator) note(at, cells[at] ?? '', line)
    for (let i = 0; i < other.length; i++) {
      const one = others[i]
      const at = other[i] ?? 0
      if (!one) continue
      one.value ??= cells[at]
      if (one.single && one.value !== cells[at]) one.single = false
      note(at, cells[at] ?? '', line)
    }
    if (group >= 0 && single >= 0) {
      const name = cells[group] ?? ''
      let known = characteristics.get(name)
      if (!known) characteristics.set(name, (known = new Set()))
      known.add(cells[single] ?? '')
    }
    if (!again) {
      if (hashes.add(high, low)) suspects.add(`${String(high)}:${String(low)}`)
    } else if (again.suspects.has(`${String(high)}:${String(low)}`)) compare(again, where, when, cells, line)
  }

  function compare(
    { keys, repeated }: Again,
    where: SeenCells,
    when: Seen,
    cells: readonly string[],
    line: number,
  ): void {
    const name = [where.id, when.id, ...key.map((at) => cells[at] ?? '')].join('\u0001')
    if (!keys.has(name)) {
      keys.add(name)
      return
    }
    const level = where.cells[0] ?? ''
    const known = repeated.get(level)
    if (known) known.rows++
    else repeated.set(level, { line, rows: 1 })
  }

  /** What differs was kept once; the odd words among it are looked for at the end. */
  function found(): ReturnType<Scanner['found']> {
    for (const [columns, map] of [
      [time, times],
      [place, places],
    ] as const)
      for (const { cells, line } of map.values())
        cells.forEach((cell, i) => (columns[i] ?? -1) >= 0 && note(columns[i] ?? 0, cell, line))
    key.forEach((at, i) => {
      for (const [cell, { line }] of items[i] ?? []) note(at, cell, line)
    })
    return {
      rows,
      times: [...times.values()],
      levels: new Set([...places.values()].map(({ cells }) => cells[0] ?? '')),
      places: [...places.values()],
      placeColumns: place.slice(1).map((at) => header[at] ?? ''),
      items: new Map(key.map((at, i) => [header[at] ?? '', items[i] ?? new Map<string, Seen>()])),
      characteristics,
      others: new Map(other.map((at, i) => [header[at] ?? '', { single: others[i]?.single ?? true }])),
      odd,
      suspects,
    }
  }
  return { row, found }
}
