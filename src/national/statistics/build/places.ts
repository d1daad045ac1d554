import type { Dimension } from '../../../core/disclosure/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { Level } from '../declare/declaration.ts'
import type { Geography } from '../declare/geography.ts'

/** A place of one year: what a row about it has in the columns of geography. */
export interface Place {
  /** Null: the place isn’t known; such rows are in England’s figures alone. */
  readonly level: Level | null
  readonly columns: Readonly<Record<string, string>>
}

/** What `positionOf` calls a place that isn’t known. */
export const unknownPlace = 'not available'

export interface School {
  readonly urn: string
  readonly oldLaCode: string
  readonly name: string
  readonly laestab: string
}

/** The places of one year as a tree, England first; and where an authority’s or a school’s rows belong. */
export interface Places {
  readonly dimension: Dimension
  readonly places: readonly Place[]
  readonly positionOf: ReadonlyMap<string, number>
}

/**
 * The regions, authorities and schools that have rows in a year, by their codes in order.
 * @throws GatehouseError `bad-input` for an authority that policy/geography doesn’t have in that year
 */
export function placesOf(
  geography: Geography,
  year: number,
  authorities: readonly string[],
  schools: readonly School[],
): Places {
  const { country, regions } = geography
  const columns = { country_code: country.code, country_name: country.name }
  const items = [country.code]
  const within = [-1]
  const places: Place[] = [{ level: 'National', columns }]
  const positionOf = new Map<string, number>()
  const add = (name: string, whole: number, place: Place): number => {
    items.push(name)
    within.push(whole)
    positionOf.set(name, items.length - 1)
    return places.push(place) - 1
  }
  const found = authorities.map((number) => {
    const authority = geography.authority(number, year)
    if (!authority)
      throw new GatehouseError('bad-input', `No authority has the number ${number} in ${String(year)}.`, {
        where: 'policy/geography/authorities.csv',
        todo: 'Enter the authority with its codes and dates, or mend the return.',
      })
    return authority
  })
  const byRegion = Map.groupBy(found, ({ regionCode }) => regionCode)
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  const regionAt = new Map<string, number>()
  const authorityColumns = new Map<string, Readonly<Record<string, string>>>()
  for (const code of [...byRegion.keys()].sort(order))
    regionAt.set(
      code,
      add(`region ${code}`, 0, {
        level: 'Regional',
        columns: { ...columns, region_code: code, region_name: regions.get(code) ?? '' },
      }),
    )
  for (const each of [...found].sort((a, b) => order(a.code, b.code))) {
    const own = {
      ...columns,
      region_code: each.regionCode,
      region_name: regions.get(each.regionCode) ?? '',
      old_la_code: each.oldCode,
      new_la_code: each.code,
      la_name: each.name,
    }
    authorityColumns.set(each.oldCode, own)
    add(`la ${each.oldCode}`, regionAt.get(each.regionCode) ?? 0, { level: 'Local authority', columns: own })
  }
  add(unknownPlace, 0, { level: null, columns })
  for (const { urn, oldLaCode, name, laestab } of [...schools].sort((a, b) => order(a.urn, b.urn)))
    add(`school ${urn}`, positionOf.get(`la ${oldLaCode}`) ?? positionOf.get(unknownPlace) ?? 0, {
      level: 'School',
      columns: {
        ...authorityColumns.get(oldLaCode),
        school_urn: urn,
        school_name: name,
        school_laestab: laestab,
      },
    })
  return { dimension: { name: 'place', items, within }, places, positionOf }
}
