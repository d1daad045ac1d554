import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import {
  harmonisedShape,
  levelsShape,
  placeKey,
  screenerShape,
  symbolsShape,
  timesShape,
  type EesStandards,
} from '../standards.ts'

const file = (name: string): unknown =>
  parse(readFileSync(`policy/statistics-standards/${name}.yaml`, 'utf8')) as unknown

const list = (...places: readonly (readonly [string, string, string?])[]): ReadonlySet<string> =>
  new Set(places.map(([code, name, other]) => placeKey(code, name, other)))

/** The standards of the policy, with short lists of places and a dictionary of a few words. */
export const testStandards: EesStandards = {
  ...levelsShape.parse(file('geographic-levels')),
  ...timesShape.parse(file('time-identifiers')),
  ...symbolsShape.parse(file('symbols')),
  ...harmonisedShape.parse(file('harmonised')),
  screener: screenerShape.parse(file('screener')),
  places: new Map([
    ['country', list(['E92000001', 'England'])],
    ['region', list(['E12000001', 'North East'], ['E12000005', 'West Midlands'])],
    [
      'local-authority',
      list(
        ['E06000020', 'Telford and Wrekin', '894'],
        ['E06000001', 'Hartlepool', '805'],
        ['z', 'Area of two', 'z'],
      ),
    ],
    ['local-authority-district', list(['E07000234', 'Bromsgrove'])],
    ['constituency', list(['E14001544', 'Telford'])],
    ['ward', list(['E05009961', 'Wrockwardine'])],
    ['skills-plan-area', list(['E69000036', 'The Marches'])],
    ['enterprise-partnership', list(['E37000037', 'The Marches'])],
    ['devolved-area', list(['E47000007', 'West Midlands'])],
  ]),
  dictionary: {
    columns: new Set(['sex', 'pupil_count', 'pupil_percent', 'year_group', 'need', 'need_group']),
    items: new Set(['Total', 'Female', 'Male', 'Year 1', 'Year 2']),
  },
}
