import type { IsoDate, Transformation, Value, ValueType } from '../vocabulary/index.ts'
import { dateInEngland } from '../vocabulary/index.ts'

/** Values that a flag shows as "no": no value, an empty one, and the ways registers write no. */
export const noes: readonly string[] = ['', 'no', 'No', 'NO', 'n', 'N', 'false', 'False', 'FALSE', '0']

/** Outward part of a postcode; its inward part is a digit and two letters. Anything else has no district. */
export const districtPattern = '^ *([A-Za-z]{1,2}[0-9][A-Za-z0-9]?) *[0-9][A-Za-z]{2} *$'

/** What a value looks like when it leaves. A pseudonym needs the recipient's key, which only a release has: null here. */
export function transform(as: Transformation, type: ValueType, value: Value, at: Date): Value {
  return transformOn(as, type, value, dateInEngland(at))
}

export function transformOn(as: Transformation, type: ValueType, value: Value, today: IsoDate): Value {
  switch (as) {
    case 'as-is':
      return value
    case 'flag':
      // A yes or no that nobody has said is not a no.
      if (value === null && type === 'boolean') return null
      return value === null || value === false || noes.includes(withoutSpaces(String(value))) ? 'no' : 'yes'
    case 'initial':
      return value === null ? null : firstCharacter(withoutSpaces(String(value)))
    case 'year':
      return value === null ? null : String(value).slice(0, 4)
    case 'age-band': {
      const age = value === null ? -1 : wholeYears(String(value), today)
      const from = Math.floor(age / 5) * 5
      return age < 0 ? null : `${from} to ${from + 4}`
    }
    case 'district':
      return value === null
        ? null
        : (new RegExp(districtPattern).exec(String(value))?.[1]?.toUpperCase() ?? null)
    case 'pseudonym':
      return null
  }
}

// The ordinary space only: what counts as other white space differs between this language and a database.
const withoutSpaces = (text: string): string => text.replace(/^ +| +$/g, '')

/** By code point, as a database counts. */
const firstCharacter = (text: string): string | null => {
  const point = text.codePointAt(0)
  return point === undefined ? null : String.fromCodePoint(point)
}

/** Completed years from one date to another. Somebody born on 29 February completes a year on 1 March. */
export const wholeYears = (from: IsoDate, to: IsoDate): number =>
  Number(to.slice(0, 4)) - Number(from.slice(0, 4)) - (to.slice(5) < from.slice(5) ? 1 : 0)

/** Whether a transformation can be worked out on a value of this type at all. */
export const canTransform = (as: Transformation, type: ValueType): boolean =>
  as === 'as-is' || as === 'flag' || as === 'pseudonym'
    ? true
    : as === 'year' || as === 'age-band'
      ? type === 'date'
      : type === 'text' || type === 'code'
