import { join } from 'node:path'
import { allDatasets, type Declarations, type Route } from '../declare/declaration.ts'
import { readRecords } from '../declare/read-table.ts'
import type { Rating } from './ratings.store.ts'

/** One variable of the national data, as people look it up. */
export interface DictionaryEntry {
  /** Unique: data set and name of what is held, or the place in the public dictionary. */
  readonly id: string
  /** `held`: a column of our data sets; `public`: a variable of the department’s public dictionary. */
  readonly origin: 'held' | 'public'
  readonly dataset: string
  readonly datasetTitle: string
  readonly name: string
  readonly alias: string
  readonly label: string
  readonly description: string
  /** Null: the public dictionary gives none. */
  readonly risk: number | null
  readonly sensitivity: 'A' | 'B' | 'C' | 'D' | 'E' | null
  readonly route: Route | null
  readonly years: string
  readonly item: string | null
  readonly codes: string | null
  readonly concepts: readonly string[]
  /** Of what the department’s dictionary says the same: its rating is taken from there. */
  readonly rated: 'public' | 'ours' | 'decided'
  /** Dated changes of the rating, the latest first. */
  readonly ratings: readonly Pick<Rating, 'from' | 'risk' | 'sensitivity' | 'route' | 'reason'>[]
  /** Kept apart from attributes, encrypted. */
  readonly identifies: boolean
}

export interface Dictionary {
  readonly entries: readonly DictionaryEntry[]
  /** The day whose ratings it gives, `YYYY-MM-DD`. */
  readonly day: string
}

const none = (text: string): string | null => (text === '' ? null : text)
const letters = ['A', 'B', 'C', 'D', 'E'] as const

/**
 * Every variable that is held or in the public dictionary, as rated on a day. What is of sensitivity A (never used outside the
 * department) is left out here, so that no list and no count can show it.
 */
export async function readDictionary(
  policyFolder: string,
  declarations: Declarations,
  decided: readonly Rating[],
  day: string,
): Promise<Dictionary> {
  const folder = join(policyFolder, 'npd')
  const published = await readRecords(join(folder, 'dictionary.csv'))
  const concepts = new Map<string, Set<string>>()
  for (const row of await readRecords(join(folder, 'concepts.csv'))) {
    const alias = (row['alias'] ?? '').toLowerCase()
    concepts.set(alias, (concepts.get(alias) ?? new Set()).add(row['concept'] ?? ''))
  }
  const conceptsOf = (alias: string): readonly string[] => [...(concepts.get(alias.toLowerCase()) ?? [])]
  const ratingsOfPublic = new Set(
    published.map(
      (row) =>
        `${(row['alias'] ?? '').toLowerCase()} ${row['identification_risk'] ?? ''}${row['sensitivity'] ?? ''}`,
    ),
  )
  const held = heldEntries(declarations, decided, day, conceptsOf, ratingsOfPublic)
  const open = published.map((row, at): DictionaryEntry => {
    const alias = row['alias'] ?? ''
    return {
      id: `public-${String(at + 1)}`,
      origin: 'public',
      dataset: row['dataset'] ?? '',
      datasetTitle: row['dataset'] ?? '',
      name: row['field_reference'] ?? '',
      alias,
      label: none(row['field_reference'] ?? '') ?? alias,
      description: row['description'] ?? '',
      risk: row['identification_risk'] === '' ? null : Number(row['identification_risk']),
      sensitivity: letters.find((each) => each === row['sensitivity']) ?? null,
      route: row['access'] === 'default' ? 'default' : row['access'] === 'by request' ? 'by-request' : null,
      years: row['years'] ?? '',
      item: null,
      codes: none(row['values'] ?? ''),
      concepts: conceptsOf(alias),
      rated: 'public',
      ratings: [],
      identifies: ['1', '2'].includes(row['identification_risk'] ?? ''),
    }
  })
  return { entries: [...held, ...open].filter(({ sensitivity }) => sensitivity !== 'A'), day }
}

function heldEntries(
  declarations: Declarations,
  decided: readonly Rating[],
  day: string,
  conceptsOf: (alias: string) => readonly string[],
  published: ReadonlySet<string>,
): readonly DictionaryEntry[] {
  return allDatasets(declarations).flatMap((dataset) => {
    const common = dataset.kind === 'source' ? declarations.common : []
    return [...common, ...dataset.columns].map((column): DictionaryEntry => {
      const changes = decided
        .filter((each) => each.dataset === dataset.id && each.column === column.name)
        .toSorted((a, b) => (a.from < b.from ? 1 : -1))
      const inForce = changes.find(({ from }) => from <= day)
      const alias = column.alias ?? ''
      const { from, to } = column.years
      return {
        id: `${dataset.id}.${column.name}`,
        origin: 'held',
        dataset: dataset.id,
        datasetTitle: dataset.title,
        name: column.name,
        alias,
        label: column.label,
        description: column.description,
        risk: inForce?.risk ?? column.risk,
        sensitivity: inForce?.sensitivity ?? column.sensitivity,
        route: inForce?.route ?? column.route,
        years:
          from === undefined && to === undefined
            ? ''
            : `${from === undefined ? '' : String(from)} – ${to === undefined ? '' : String(to)}`.trim(),
        item: column.item,
        codes: column.codes,
        concepts: alias === '' ? [] : conceptsOf(alias),
        rated: inForce
          ? 'decided'
          : published.has(`${alias.toLowerCase()} ${String(column.risk)}${column.sensitivity}`)
            ? 'public'
            : 'ours',
        ratings: changes.map(({ from: since, risk, sensitivity, route, reason }) => ({
          from: since,
          risk,
          sensitivity,
          route,
          reason,
        })),
        identifies: column.identifies,
      }
    })
  })
}
