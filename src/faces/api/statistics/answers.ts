import {
  numberText,
  type Change,
  type Changes,
  type Difference,
  type Facets,
  type LocationFacet,
  type StatisticVersion,
} from '../../../national/statistics/release/index.ts'
import type { PublicDataSet, PublicPublication } from '../../../national/statistics/serve/index.ts'

// What the public statistics API says, in its own names.

const named = ({ number }: StatisticVersion): string => (number ? numberText(number) : '')

const defined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>

export const publicationAnswer = ({ id, title, slug, summary, lastPublished }: PublicPublication) => ({
  id,
  title,
  slug,
  summary,
  lastPublished: lastPublished.toISOString(),
})

const contents = (version: StatisticVersion, facets: Facets) => ({
  version: named(version),
  totalResults: version.rows,
  file: { id: version.id },
  timePeriods: {
    start: facets.timePeriods[0]?.label ?? '',
    end: facets.timePeriods.at(-1)?.label ?? '',
  },
  geographicLevels: facets.levels.map(({ label }) => label),
  filters: facets.filters.map(({ label }) => label),
  indicators: facets.indicators.map(({ label }) => label),
})

/** `latest` with its facets; null where every version is withdrawn. */
export const dataSetAnswer = (
  { id, versions }: PublicDataSet,
  latest: { readonly version: StatisticVersion; readonly facets: Facets } | null,
) => {
  const about = (latest?.version ?? versions[0])?.about.dataSet
  return defined({
    id,
    title: about?.title ?? '',
    summary: about?.summary ?? '',
    status: latest ? 'Published' : 'Withdrawn',
    latestVersion:
      latest === null
        ? undefined
        : {
            ...contents(latest.version, latest.facets),
            published: (latest.version.publishedAt ?? new Date(0)).toISOString(),
          },
  })
}

const types = { major: 'Major', minor: 'Minor', patch: 'Patch' } as const

export const versionAnswer = (version: StatisticVersion, facets: Facets) =>
  defined({
    ...contents(version, facets),
    type: types[version.change.kind ?? 'major'],
    status: version.state === 'withdrawn' ? 'Withdrawn' : 'Published',
    published: version.publishedAt?.toISOString(),
    withdrawn: version.withdrawnAt?.toISOString(),
    notes: version.reason ?? '',
    release: version.about.release,
  })

const location = (level: string, { id, label, code, other }: LocationFacet) => {
  switch (level) {
    case 'LA':
      return { id, label, code, oldCode: other }
    case 'SCH':
      return { id, label, urn: code, laEstab: other }
    case 'PROV':
      return { id, label, ukprn: code }
    case 'RSC':
      return { id, label }
    default:
      return { id, label, code }
  }
}

const filter = ({
  id,
  column,
  label,
  hint,
}: {
  readonly id: string
  readonly column: string
  readonly label: string
  readonly hint: string
}) => ({
  id,
  column,
  label,
  hint,
})

const indicator = ({ id, column, label, unit, decimalPlaces }: Facets['indicators'][number]) =>
  defined({ id, column, label, unit, decimalPlaces: decimalPlaces ?? undefined })

const time = ({ code, period, label }: Facets['timePeriods'][number]) => ({ code, period, label })

export const metaTypes = ['Filters', 'Indicators', 'Locations', 'TimePeriods'] as const

export function metaAnswer(facets: Facets, wanted: readonly string[]) {
  const levelOf = (code: string) => ({
    code,
    label: facets.levels.find((each) => each.code === code)?.label ?? levelLabels.get(code) ?? code,
  })
  const has = (type: (typeof metaTypes)[number]): boolean => wanted.length === 0 || wanted.includes(type)
  return {
    filters: has('Filters') ? facets.filters.map((each) => ({ ...filter(each), options: each.items })) : [],
    indicators: has('Indicators') ? facets.indicators.map(indicator) : [],
    geographicLevels: has('Locations') ? facets.levels.map(({ code, label }) => ({ code, label })) : [],
    locations: has('Locations')
      ? facets.locations
          .filter(({ options }) => options.length > 0)
          .map(({ level, options }) => ({
            level: levelOf(level),
            options: options.map((each) => location(level, each)),
          }))
      : [],
    timePeriods: has('TimePeriods') ? facets.timePeriods.map(time) : [],
  }
}

const levelLabels = new Map([
  ['NAT', 'National'],
  ['REG', 'Regional'],
  ['LA', 'Local authority'],
])

function changed<T>(changes: readonly Change<T>[], show: (each: T) => unknown) {
  return changes.map(({ before, now }) =>
    defined({
      previousState: before === null ? undefined : show(before),
      currentState: now === null ? undefined : show(now),
    }),
  )
}

const level = ({ level: code }: { readonly level: string }) => ({
  level: { code, label: levelLabels.get(code) ?? code },
})

const changeSet = (changes: Changes) =>
  Object.fromEntries(
    Object.entries({
      filters: changed(changes.filters, filter),
      filterOptions: changes.filterOptions.map((each) => ({
        filter: filter(each.filter),
        options: changed(each.options, (option) => option),
      })),
      geographicLevels: changed(changes.levels, ({ code, label }) => ({ code, label })),
      indicators: changed(changes.indicators, indicator),
      locationGroups: changed(changes.locationGroups, level),
      locationOptions: changes.locationOptions.map((each) => ({
        level: level(each).level,
        options: changed(each.options, (option) => location(each.level, option)),
      })),
      timePeriods: changed(changes.timePeriods, time),
    }).filter(([, some]) => some.length > 0),
  )

const setOf = (version: StatisticVersion, { major, minor }: Difference) => ({
  versionNumber: named(version),
  notes: version.reason ?? '',
  majorChanges: changeSet(major),
  minorChanges: changeSet(minor),
})

/** `history`: the patches of the same minor version before this one. */
export const changesAnswer = (version: StatisticVersion, history: readonly StatisticVersion[] | null) => ({
  ...setOf(version, version.change),
  ...(history === null ? {} : { patchHistory: history.map((each) => setOf(each, each.change)) }),
})
