import { childForename, knownAs, surnameFor, type FamilyName, type Origin, type Sex } from '../people.ts'
import { asRandom } from '../returns/as-random.ts'
import { draws, picker, type Draws } from '../returns/draws.ts'
import { ageOn, dayOf, isoOf, type Day } from '../returns/days.ts'
import { temporaryUpnOf, ulnOf, upnOf } from '../returns/numbers.ts'
import { originsOf } from '../returns/populate.ts'
import { mistyped, swappedDay } from '../years/mistakes.ts'
import { yearRate } from '../years/rates.ts'
import { nationalPostcode } from './national-postcode.ts'
import { nationalSurname } from './surnames.ts'

export interface PeopleOptions {
  /** At most 9.5 million: the numbers never given out are ten. */
  readonly people: number
  readonly terms: number
  readonly seed: number
}

/** A record of a person in a term, as a school sends it, and whose it is. */
export interface PersonRecord {
  readonly person: string
  readonly never: string
  readonly term: number
  readonly urn: string
  /** National curriculum year: R, then 1 to 11. */
  readonly year: string
  readonly upn: string
  readonly formerUpn: string
  readonly uln: string
  readonly forename: string
  readonly surname: string
  readonly born: string
  readonly sex: Sex
  readonly postcode: string
  readonly ethnicity: string
  readonly deprivation: number
  readonly marks: string
}

const rate = {
  typed: yearRate('name-typed-wrong'),
  short: yearRate('short-name'),
  swapped: yearRate('born-swapped'),
  off: yearRate('born-typed-wrong'),
  right: yearRate('put-right'),
  twin: yearRate('twin'),
  surname: yearRate('surname-change'),
  address: yearRate('address-change'),
  move: 4 * yearRate('move-in-term'),
  unknown: yearRate('number-unknown-at-move'),
  second: yearRate('second-number-at-move'),
  found: yearRate('number-found'),
  wrong: yearRate('wrong-number'),
  missing: yearRate('results-number-missing'),
  adoption: yearRate('adoption'),
}
const [perSchool, leave, temporary] = [370, 0.02, 0.004]
const familySize = picker([1, 2, 3, 4].map((value, i) => ({ value, weight: [42, 42, 12, 4][i] ?? 0 })))
const ethnicityOf = new WeakMap<Origin, (by: Draws) => string>()

/** What a person is, now; a record is made of it. */
interface Living {
  person: string
  never: string
  forename: string
  surname: string
  upn: string
  formerUpn: string
  uln: string
  postcode: number
  school: number
}

/** What a school has wrong, until it is put right. */
interface Wrong {
  forename?: string
  surname?: string
  born?: Day
  upn?: string
}

/** Numbers given beside each person's own: from the end of those that were never given out. */
interface Spare {
  next: number
  temporary: number
}

/**
 * Every person's records of all terms, person by person. A family is drawn from its number alone, so that any part of the stream is
 * the same however long the whole is; only spare numbers are counted on.
 */
export function* peopleStream({ people, terms, seed }: PeopleOptions): Generator<PersonRecord> {
  if (people > 9_500_000) throw new Error('no more numbers that were never given out')
  const by = draws()
  const origin = originsOf('england')
  const spare: Spare = { next: 9_999_999, temporary: 0 }
  for (let first = 0, family = 0; first < people; family++) {
    by.seed(seed, family, 91)
    const from = origin(by)
    const name = nationalSurname(by, from)
    const home = Math.floor(by.next() * 40)
    const size = Math.min(familySize(by), people - first)
    const taken = new Set<string>()
    let born = 0
    for (let i = 0; i < size; i++) {
      const twin = i > 0 && by.chance(rate.twin * 2)
      const age = by.int(4, 15)
      born = twin ? born : dayOf(`${String(2021 - age)}-09-01`) + by.int(0, 364)
      yield* lifeOf(by, { index: first + i, terms, from, name, home, born, taken, twin, spare })
    }
    first += size
  }
}

interface Birth {
  readonly index: number
  readonly terms: number
  readonly from: Origin
  readonly name: FamilyName
  readonly home: number
  readonly born: Day
  readonly taken: Set<string>
  readonly twin: boolean
  readonly spare: Spare
}

function* lifeOf(by: Draws, birth: Birth): Generator<PersonRecord> {
  const { index, terms, from, born, taken, spare } = birth
  const random = asRandom(by)
  const sex: Sex = by.chance(0.512) ? 'M' : 'F'
  const forename = childForename(random, from, sex, taken.size > 12 ? new Set() : taken)
  taken.add(forename)
  const pick = ethnicityOf.get(from) ?? picker(from.ethnicity)
  ethnicityOf.set(from, pick)
  const ethnicity = pick(by)
  const school = Math.floor(index / perSchool)
  const tenth = 1 + ((Math.imul(school + 1, 0x9e3779b1) >>> 0) % 10)
  // Poorer places, and names that English ears do not know: mistakes are likelier. Ours, see README.
  const likelier = (1.5 - 0.1 * (tenth - 1)) * (from.surnames === 'british' ? 0.9 : 1.4)
  const permanent = upnOf(index % 100, Math.floor(index / 100))
  const begun = ageOn(born, dayOf('2022-08-31'))
  const young = by.chance(temporary * likelier)
  const living: Living = {
    person: `P${String(index).padStart(8, '0')}`,
    never: '',
    forename,
    surname: surnameFor(birth.name, sex),
    upn: young ? temporaryNumber(spare) : permanent,
    formerUpn: '',
    uln: ulnOf(index),
    postcode: school * 40 + birth.home,
    school,
  }
  const adoptedIn = by.chance(rate.adoption * terms) ? by.int(2, Math.max(2, terms)) : 0
  const wrong: Wrong = {}
  const marks = new Set<string>()
  const mistake = (): void => {
    if (by.chance(rate.typed * likelier)) {
      marks.add('name-typed-wrong')
      if (by.chance(0.5)) wrong.forename = mistyped(by, living.forename)
      else wrong.surname = mistyped(by, living.surname)
    } else if (knownAs(living.forename) !== '' && by.chance(rate.short)) {
      wrong.forename = knownAs(living.forename)
      marks.add('short-name')
    }
    const other = swappedDay(born)
    if (other !== null && by.chance(rate.swapped * likelier)) {
      wrong.born = other
      marks.add('born-swapped')
    } else if (by.chance(rate.off * likelier)) {
      wrong.born = born + 1
      marks.add('born-typed-wrong')
    }
  }
  const clear = (): void => {
    for (const name of Object.keys(wrong)) Reflect.deleteProperty(wrong, name)
    marks.clear()
  }
  mistake()
  for (let term = 1; term <= terms; term++) {
    if (term > 1) {
      if (by.chance(leave / 3)) return
      if (marks.size > 0 && by.chance(rate.right)) clear()
      if (term === adoptedIn) adopt(by, living, birth, sex)
      if (term === adoptedIn) clear()
      if (by.chance(rate.surname)) living.surname = surnameFor(nationalSurname(by, from), sex)
      if (by.chance(rate.address)) living.postcode = Math.max(0, living.postcode + by.int(-200, 200))
      if (living.upn !== permanent && /[A-Z]$/.test(living.upn) && by.chance(rate.found)) {
        living.formerUpn = living.upn
        living.upn = permanent
      }
      if (wrong.upn !== undefined && by.chance(rate.found)) {
        if (!marks.has('wrong-number')) living.formerUpn = wrong.upn
        clear()
      }
      if (by.chance(rate.move)) {
        living.school = Math.max(0, living.school + by.int(-30, 30))
        clear()
        mistake()
        const chance = by.next()
        if (chance < rate.unknown) wrong.upn = temporaryNumber(spare)
        else if (chance < rate.unknown + rate.second) wrong.upn = spareNumber(spare)
        if (wrong.upn !== undefined) marks.add(chance < rate.unknown ? 'temporary-number' : 'second-number')
      } else if (wrong.upn === undefined && index > 0 && by.chance(rate.wrong)) {
        wrong.upn = upnOf((index - 1) % 100, Math.floor((index - 1) / 100))
        marks.add('wrong-number')
      }
    }
    const year = begun + Math.floor((term - 1) / 3)
    if (year > 15) return
    const missing = by.chance(rate.missing * likelier * 0.3)
    const told = [...marks, ...(missing ? ['number-missing'] : []), ...(birth.twin ? ['twin'] : [])]
    yield {
      person: living.person,
      never: living.never,
      term,
      urn: String(900_100 + living.school),
      year: year === 4 ? 'R' : String(year - 4),
      upn: missing ? '' : (wrong.upn ?? living.upn),
      formerUpn: living.formerUpn,
      uln: year >= 14 ? living.uln : '',
      forename: wrong.forename ?? living.forename,
      surname: wrong.surname ?? living.surname,
      born: isoOf(wrong.born ?? born),
      sex,
      postcode: nationalPostcode(living.postcode),
      ethnicity,
      deprivation: tenth,
      marks: told.join(' '),
    }
  }
}

const spareNumber = (spare: Spare): string => {
  const index = spare.next--
  return upnOf(index % 100, Math.floor(index / 100))
}
const temporaryNumber = (spare: Spare): string => {
  const index = spare.temporary++
  return temporaryUpnOf(index % 100, Math.floor(index / 100))
}

/** From now on another person: other names, numbers, address and school; day of birth and sex stay. */
function adopt(by: Draws, living: Living, { index, from, spare }: Birth, sex: Sex): void {
  const random = asRandom(by)
  const [old, surname] = [living.person, living.surname]
  living.never = old
  living.person = `A${String(index).padStart(8, '0')}`
  living.forename = childForename(random, from, sex, new Set([living.forename]))
  while (living.surname === surname) living.surname = surnameFor(nationalSurname(by, from), sex)
  living.upn = spareNumber(spare)
  living.formerUpn = ''
  living.uln = ulnOf(9_600_000 + (index % 400_000))
  living.postcode += 4000
  living.school += 50
}
