import { cell, rows } from './data.ts'
import { homePhone, mobilePhone, postcode } from './identifiers.ts'
import { adultForename, plainLetters, surnameFor } from './people.ts'
import type { FamilyName, Origin, Sex } from './people.ts'
import type { Address, Contact, ContactLink } from './pupil.ts'
import type { Random } from './random.ts'

/** Who lives where: with both parents, with one, or with one while the other is a contact at another address. */
export type Shape = 'couple' | 'lone-mother' | 'lone-father' | 'separated'

export interface Household {
  readonly address: Address
  readonly links: readonly ContactLink[]
}

export function household(
  random: Random,
  index: number,
  from: Origin,
  name: FamilyName,
  shape: Shape,
): Household {
  const home = address(random, index)
  const make = maker(random, index, from)
  const links: ContactLink[] = []
  if (shape !== 'lone-father') links.push(parent(make('F', surnameFor(name, 'F'), home), 'PAM', true))
  if (shape === 'couple' || shape === 'lone-father')
    links.push(parent(make('M', name.common, home), 'PAF', true))
  if (shape === 'separated')
    links.push(parent(make('M', name.common, address(random, index + 5003)), 'PAF', false))
  if (random.chance(0.6)) {
    const sex: Sex = random.chance(0.7) ? 'F' : 'M'
    const helper = make(sex, surnameFor(name, sex), address(random, index + 9001))
    links.push({ ...parent(helper, 'FAM', false), parentalResponsibility: false, paysInvoices: false })
  }
  links.forEach((link, i) => (link.paysInvoices = i === 0))
  return { address: home, links }
}

/** A parent with parental responsibility, who may be called and may collect. */
export const parent = (contact: Contact, relationship: string, livesWithPupil: boolean): ContactLink => ({
  contact,
  relationship,
  parentalResponsibility: true,
  livesWithPupil,
  emergency: true,
  mayCollect: true,
  paysInvoices: false,
  courtOrder: false,
})

/** Contacts of family 12 are 400121, 400122, …: the number is the family's for ever. */
function maker(random: Random, index: number, from: Origin) {
  let count = 0
  return (sex: Sex, surname: string, where: Address): Contact => {
    const id = 400_000 + index * 10 + ++count
    return contact(id, sex, surname, adultForename(random, from, sex), where)
  }
}

export function contact(id: number, sex: Sex, surname: string, forename: string, where: Address): Contact {
  return {
    misId: String(id),
    title: sex === 'M' ? 'Mr' : id % 3 === 0 ? 'Miss' : id % 3 === 1 ? 'Mrs' : 'Ms',
    surname,
    forename,
    phone: id % 4 === 0 ? homePhone(id) : '',
    mobile: mobilePhone(id),
    email: `${plainLetters(forename)}.${plainLetters(surname)}.${id}@example.org`,
    address: where,
    nationalInsuranceNumber: '',
  }
}

const streets = rows('streets').map((row) => cell(row, 'street'))

export function address(random: Random, index: number): Address {
  const flat = random.chance(0.08)
  const number = random.int(1, 140)
  const street = random.pick(streets)
  return {
    line1: flat ? `Flat ${random.int(1, 12)}, ${number} ${street}` : `${number} ${street}`,
    line2: random.chance(0.15) ? random.pick(['Nether Wrekin', 'Upper Lime Green', 'Ketterley Park']) : '',
    town: 'Telford',
    county: 'Shropshire',
    postcode: postcode(index * 13 + streets.indexOf(street)),
  }
}
