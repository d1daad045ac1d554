import { cell, stageOf, unmade, type Check } from './check.ts'
import { keyColumns, type ScannedPair } from './pair.ts'

const general = stageOf('general')
const indicators = stageOf('indicators')
const harmonised = stageOf('harmonised')
const api = stageOf('query API')

const alone = ['School', 'Provider']
const letOff = [...alone, 'Institution', 'Planning area']

/** Places with one of these words, by column. */
function oddPlaces(
  { data, standards }: ScannedPair,
  words: readonly string[],
  only?: ReadonlySet<string>,
): readonly string[] {
  return [...data.odd]
    .filter(([column]) => !only || only.has(column))
    .flatMap(([column, seen]) =>
      words
        .filter((word) => seen.has(word))
        .map(
          (word) =>
            `${column}: ${word === '' ? 'blank' : word}, from line ${String(seen.get(word)?.line ?? 0)}`,
        ),
    )
    .slice(0, standards.screener.lengths.item)
}

const indicatorNames = ({ columns }: ScannedPair): ReadonlySet<string> =>
  new Set(columns.indicators.map((row) => cell(row, 'col_name')))

const itemsOf = ({ data }: ScannedPair, name: string): readonly string[] => [
  ...(data.items.get(name)?.keys() ?? []),
]

const standardItem = (pair: ScannedPair, names: readonly string[], item: string): boolean =>
  item === '' ||
  item === 'Total' ||
  item.startsWith(pair.standards.aggregatePrefix) ||
  names.some((name) => (pair.standards.items[name] ?? []).includes(item)) ||
  Object.hasOwn(pair.standards.symbols, item)

/** Stages 13 to 16. */
export const contentChecks: readonly Check[] = [
  general(71, 'fail', 'No two rows agree on time, place, filters and grouping columns', ({ data }) => {
    const [level = ''] = data.levels
    const only = data.levels.size === 1 && alone.includes(level)
    return [...data.repeated]
      .filter(([name]) => only || !letOff.includes(name))
      .map(([name, { rows, line }]) => `${String(rows)} of ${name}, from line ${String(line)}`)
  }),
  general(72, 'fail', 'No cell stands for a missing value with a word of a program', (pair) => {
    const { missingWords, doubtfulWords } = pair.standards.screener
    const inMeta = pair.meta.flatMap((row) =>
      Object.entries(row)
        .filter(([, text]) => missingWords.includes(text))
        .map(([name, text]) => `metadata, ${name}: ${text}`),
    )
    const wrong = [...inMeta, ...oddPlaces(pair, missingWords)]
    return wrong.length > 0 ? wrong : { warn: oddPlaces(pair, doubtfulWords) }
  }),
  indicators(73, 'fail', 'No indicator is blank, a tilde or a colon', (pair) =>
    oddPlaces(pair, pair.standards.screener.notIndicatorValues, indicatorNames(pair)),
  ),
  harmonised(
    74,
    'fail',
    'A column about a harmonised topic has an accepted name',
    ({ data, standards, columns }) => {
      const own = new Set(columns.indicators.map((row) => cell(row, 'col_name')))
      return data.header.filter((name) => {
        if (own.has(name) || data.placeColumns.includes(name)) return false
        const topic = standards.topics.find(({ touches }) => touches.some((word) => touched(name, word)))
        return topic && !topic.accepted.includes(name)
      })
    },
  ),
  harmonised(75, 'warn', 'Items about ethnicity are standard', (pair) =>
    ['ethnicity_major', 'ethnicity_minor'].flatMap((name) =>
      itemsOf(pair, name)
        .filter((item) => !standardItem(pair, [name], item))
        .map((item) => `${name}: ${item}`),
    ),
  ),
  harmonised(
    76,
    'fail',
    'Groups of characteristics about ethnicity say a standard phrase',
    ({ data, standards }) =>
      [...data.characteristics.keys()].filter(
        (group) =>
          /ethnic/i.test(group) && !standards.ethnicityGroups.some((phrase) => group.includes(phrase)),
      ),
  ),
  harmonised(77, 'warn', 'Characteristics in those groups are standard', (pair) =>
    [...pair.data.characteristics]
      .filter(([group]) => pair.standards.ethnicityGroups.some((phrase) => group.includes(phrase)))
      .flatMap(([, items]) => [...items])
      .filter((item) => !standardItem(pair, ['ethnicity_major', 'ethnicity_minor'], item)),
  ),
  api(78, 'warn', 'Column names are not too long', ({ data, standards }) =>
    data.header.filter((name) => name.length > standards.screener.lengths.column),
  ),
  api(79, 'warn', 'Labels are not too long', ({ meta, standards }) =>
    meta.map((row) => cell(row, 'label')).filter((label) => label.length > standards.screener.lengths.label),
  ),
  api(80, 'warn', 'Codes of places are not too long', ({ data, standards }) => {
    const codes = standards.levels.flatMap(({ codeColumn, otherColumn }) => [codeColumn, otherColumn])
    return longCells(data, (name) => codes.includes(name), standards.screener.lengths.locationCode)
  }),
  api(81, 'warn', 'Items and names of places are not too long', (pair) => {
    const { data, standards } = pair
    const names = standards.levels.map(({ nameColumn }) => nameColumn)
    return [
      ...keyColumns(pair).flatMap((name) =>
        itemsOf(pair, name).filter((item) => item.length > standards.screener.lengths.item),
      ),
      ...longCells(data, (name) => names.includes(name), standards.screener.lengths.item),
    ]
  }),
  api(82, 'warn', 'Column names are in the API’s data dictionary', ({ columns, standards }) =>
    standards.dictionary
      ? [...columns.filters, ...columns.indicators]
          .map((row) => cell(row, 'col_name'))
          .filter((name) => !standards.dictionary?.columns.has(name))
      : unmade('The API’s data dictionary is not held.'),
  ),
  api(83, 'warn', 'Filter items are in the API’s data dictionary', (pair) => {
    const { dictionary } = pair.standards
    if (!dictionary) return unmade('The API’s data dictionary is not held.')
    return pair.columns.filters.flatMap((row) =>
      itemsOf(pair, cell(row, 'col_name')).filter((item) => !dictionary.items.has(item)),
    )
  }),
]

const longCells = (
  { places, placeColumns }: ScannedPair['data'],
  wanted: (column: string) => boolean,
  longest: number,
): readonly string[] => [
  ...new Set(
    places.flatMap(({ cells }) =>
      cells.slice(1).filter((text, i) => wanted(placeColumns[i] ?? '') && text.length > longest),
    ),
  ),
]

/** A topic’s word is a word of the name, or its beginning where the word ends with an underscore. */
const touched = (name: string, word: string): boolean =>
  word.endsWith('_')
    ? name.startsWith(word)
    : word.includes('_')
      ? name.includes(word)
      : name.split('_').some((each) => each.startsWith(word))
