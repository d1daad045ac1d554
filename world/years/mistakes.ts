import { knownAs } from '../people.ts'
import type { Day } from '../returns/days.ts'
import { dayOf, isoOf } from '../returns/days.ts'
import type { Draws } from '../returns/draws.ts'
import { yearRate } from './rates.ts'
import type { Enrolment, Town } from './town.ts'

const near: Readonly<Record<string, string>> = {
  a: 'sqz',
  b: 'vn',
  c: 'xv',
  d: 'sf',
  e: 'wr',
  f: 'dg',
  g: 'fh',
  h: 'gj',
  i: 'uo',
  j: 'hk',
  k: 'jl',
  l: 'k',
  m: 'n',
  n: 'bm',
  o: 'ip',
  p: 'o',
  q: 'wa',
  r: 'et',
  s: 'ad',
  t: 'ry',
  u: 'yi',
  v: 'cb',
  w: 'qe',
  x: 'zc',
  y: 'tu',
  z: 'x',
}

/** A name with one typing error: two letters changed about, one left out, one twice, or its neighbour on the keyboard. */
export function mistyped(by: Draws, name: string): string {
  const letters = Array.from(name)
  if (letters.length < 3) return name + (letters.at(-1) ?? '')
  const at = by.int(1, letters.length - 2)
  const [here = '', next = ''] = [letters[at], letters[at + 1]]
  const kind = by.int(0, 3)
  if (kind === 0 && here !== next) letters.splice(at, 2, next, here)
  else if (kind === 1) letters.splice(at, 1)
  else if (kind === 2) letters.splice(at, 1, here, here)
  else letters.splice(at, 1, by.pick(Array.from(near[here.toLowerCase()] ?? 'e')))
  const typed = letters.join('')
  return typed === name ? name + (letters.at(-1) ?? '') : typed
}

/** The day of birth with day and month in each other's place; null where that is no other day. */
export function swappedDay(born: Day): Day | null {
  const [year, month = '', day = ''] = isoOf(born).split('-')
  return Number(day) > 12 || day === month ? null : dayOf(`${String(year)}-${day}-${month}`)
}

const [typed, short, swapped, off, right] = [
  yearRate('name-typed-wrong'),
  yearRate('short-name'),
  yearRate('born-swapped'),
  yearRate('born-typed-wrong'),
  yearRate('put-right'),
]

/** What a school gets wrong when it enters a pupil. Days of birth are wrong of pupils of year 1 and above alone: a younger one's decide funding. */
export function mistake({ by }: Town, enrolment: Enrolment): void {
  const { person, shown, marks, year } = enrolment
  const { child } = person
  if (by.chance(typed)) {
    const which = by.chance(0.5) ? 'forename' : 'surname'
    shown[which] = mistyped(by, child[which])
    marks.add('name-typed-wrong')
  } else if (knownAs(child.forename) !== '' && by.chance(short)) {
    shown.forename = knownAs(child.forename)
    marks.add('short-name')
  }
  if (year < 5) return
  const other = swappedDay(child.born)
  if (other !== null && by.chance(swapped)) {
    shown.born = other
    marks.add('born-swapped')
  } else if (by.chance(off)) {
    shown.born = child.born + (by.chance(0.5) ? 1 : -1)
    marks.add('born-typed-wrong')
  }
}

/** A term later some mistakes are put right, and what was said of the last term alone is said no more. */
export function putRight({ by }: Town, { shown, marks }: Enrolment): void {
  for (const mark of ['moved', 'surname-changed', 'address-changed', 'number-replaced', 'adopted'])
    marks.delete(mark)
  if (marks.size === 0) return
  if (marks.has('name-typed-wrong') && by.chance(right)) {
    marks.delete('name-typed-wrong')
    Reflect.deleteProperty(shown, 'forename')
    Reflect.deleteProperty(shown, 'surname')
  }
  if ((marks.has('born-swapped') || marks.has('born-typed-wrong')) && by.chance(right)) {
    marks.delete('born-swapped')
    marks.delete('born-typed-wrong')
    Reflect.deleteProperty(shown, 'born')
  }
}
