import type { Facets, FilterFacet, IndicatorFacet, LocationFacet, TimeFacet } from './facets.ts'

/** One alteration: an addition has no state before, a deletion none now. */
export interface Change<T> {
  readonly before: T | null
  readonly now: T | null
}

type Bare<T, K extends keyof T> = Omit<T, K>
type Option = FilterFacet['items'][number]

export interface Changes {
  readonly filters: readonly Change<Bare<FilterFacet, 'items'>>[]
  readonly filterOptions: readonly {
    readonly filter: Bare<FilterFacet, 'items'>
    readonly options: readonly Change<Option>[]
  }[]
  readonly levels: readonly Change<Facets['levels'][number]>[]
  readonly indicators: readonly Change<IndicatorFacet>[]
  readonly locationGroups: readonly Change<{ readonly level: string }>[]
  readonly locationOptions: readonly {
    readonly level: string
    readonly options: readonly Change<LocationFacet>[]
  }[]
  readonly timePeriods: readonly Change<TimeFacet>[]
}

export interface Difference {
  /** Null: there is no version before. */
  readonly kind: 'major' | 'minor' | 'patch' | null
  readonly major: Changes
  readonly minor: Changes
  readonly dataChanged: boolean
}

export const noChanges: Changes = {
  filters: [],
  filterOptions: [],
  levels: [],
  indicators: [],
  locationGroups: [],
  locationOptions: [],
  timePeriods: [],
}

const isEmpty = (changes: Changes): boolean =>
  Object.values(changes).every((each: readonly unknown[]) => each.length === 0)

function compare<T>(
  before: readonly T[],
  now: readonly T[],
  idOf: (each: T) => string,
): readonly Change<T>[] {
  const was = new Map(before.map((each) => [idOf(each), each]))
  const is = new Map(now.map((each) => [idOf(each), each]))
  return [
    ...[...was].filter(([id]) => !is.has(id)).map(([, each]) => ({ before: each, now: null })),
    ...[...is].filter(([id]) => !was.has(id)).map(([, each]) => ({ before: null, now: each })),
    ...[...is].flatMap(([id, each]) => {
      const old = was.get(id)
      return old !== undefined && JSON.stringify(old) !== JSON.stringify(each)
        ? [{ before: old, now: each }]
        : []
    }),
  ]
}

const isGone = ({ now }: Change<unknown>): boolean => now === null
const bare = ({ id, column, label, hint, default: first }: FilterFacet): Bare<FilterFacet, 'items'> => ({
  id,
  column,
  label,
  hint,
  default: first,
})

function all(before: Facets, now: Facets): Changes {
  const filterOf = new Map(before.filters.map((filter) => [filter.id, filter]))
  const groupOf = new Map(before.locations.map((group) => [group.level, group.options]))
  return {
    filters: compare(before.filters.map(bare), now.filters.map(bare), ({ id }) => id),
    filterOptions: now.filters.flatMap((filter) => {
      const old = filterOf.get(filter.id)
      const options = old ? compare(old.items, filter.items, ({ id }) => id) : []
      return options.length > 0 ? [{ filter: bare(filter), options }] : []
    }),
    levels: compare(before.levels, now.levels, ({ code }) => code),
    indicators: compare(before.indicators, now.indicators, ({ id }) => id),
    locationGroups: compare(
      before.locations.map(({ level }) => ({ level })),
      now.locations.map(({ level }) => ({ level })),
      ({ level }) => level,
    ),
    locationOptions: now.locations.flatMap(({ level, options }) => {
      const old = groupOf.get(level)
      const changed = old ? compare(old, options, ({ id }) => id) : []
      return changed.length > 0 ? [{ level, options: changed }] : []
    }),
    timePeriods: compare(before.timePeriods, now.timePeriods, ({ code, period }) => `${period} ${code}`),
  }
}

function only(changes: Changes, gone: boolean): Changes {
  const pick = <T>(some: readonly Change<T>[]): readonly Change<T>[] =>
    some.filter((each) => isGone(each) === gone)
  return {
    filters: pick(changes.filters),
    filterOptions: changes.filterOptions
      .map(({ filter, options }) => ({ filter, options: pick(options) }))
      .filter(({ options }) => options.length > 0),
    levels: pick(changes.levels),
    indicators: pick(changes.indicators),
    locationGroups: pick(changes.locationGroups),
    locationOptions: changes.locationOptions
      .map(({ level, options }) => ({ level, options: pick(options) }))
      .filter(({ options }) => options.length > 0),
    timePeriods: pick(changes.timePeriods),
  }
}

/**
 * How a version differs from the one before. What is gone makes it major, anything else minor: an addition, other words, or
 * other figures; `replaces` makes of a minor one a patch: the files of one release, put right.
 */
export function difference(
  before: { readonly facets: Facets; readonly digest: string } | null,
  now: { readonly facets: Facets; readonly digest: string },
  replaces: boolean,
): Difference {
  if (!before) return { kind: null, major: noChanges, minor: noChanges, dataChanged: true }
  const changes = all(before.facets, now.facets)
  const [major, minor] = [only(changes, true), only(changes, false)]
  return {
    kind: !isEmpty(major) ? 'major' : replaces ? 'patch' : 'minor',
    major,
    minor,
    dataChanged: before.digest !== now.digest,
  }
}

export interface VersionNumber {
  readonly major: number
  readonly minor: number
  readonly patch: number
}

export function nextNumber(before: VersionNumber | null, kind: Difference['kind']): VersionNumber {
  if (!before || kind === null) return { major: 1, minor: 0, patch: 0 }
  switch (kind) {
    case 'major':
      return { major: before.major + 1, minor: 0, patch: 0 }
    case 'minor':
      return { major: before.major, minor: before.minor + 1, patch: 0 }
    case 'patch':
      return { ...before, patch: before.patch + 1 }
  }
}

/** `2.0`, `1.1`, `2.1.1`. */
export const numberText = ({ major, minor, patch }: VersionNumber): string =>
  `${String(major)}.${String(minor)}${patch > 0 ? `.${String(patch)}` : ''}`
