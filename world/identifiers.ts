import { upnCheckLetter } from '../src/core/vocabulary/index.ts'

/*
 * Nothing made here can be a real person's. UPNs: establishment numbers 2900 to 2999 of authority 894 are not in use, so no
 * UPN was ever allocated there. National Insurance numbers: prefix PP is administrative (HMRC manual NIM39110) and passes
 * the checking engine's pattern. Telephone numbers: the ranges 01632 960 and 07700 900 that Ofcom keeps for drama. E-mail:
 * example.org (RFC 2606). Postcodes: districts TF20 to TF29; the TF area ends at TF13. Funding codes: 9 as first digit.
 */

const authority = '894'
const own = '2999'
const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ'

/** A UPN from its last twelve characters. */
export const withCheckLetter = (rest: string): string => `${upnCheckLetter(rest) ?? ''}${rest}`

export interface School {
  readonly la: string
  readonly establishment: string
}

/** Gives out the UPNs of one world, each once. `year`: the calendar year in which the school year of allocation begins. */
export interface UpnIssuer {
  readonly permanent: (year: number, elsewhere?: School) => string
  readonly temporary: (year: number) => string
}

export function upnIssuer(): UpnIssuer {
  const given = new Map<string, number>()
  const serial = (key: string) => {
    const next = (given.get(key) ?? 0) + 1
    given.set(key, next)
    return next
  }
  return {
    permanent(year, elsewhere) {
      const yy = String(year).slice(2)
      const count = serial(`${elsewhere ? elsewhere.la + elsewhere.establishment : 'own'}/${yy}`)
      // 998 serials an establishment and year (999 is the cast's): a larger world goes on at the next unused establishment.
      const block = Math.floor((count - 1) / 998)
      const place = elsewhere?.establishment ?? (block === 0 ? own : String(2990 - block))
      const number = String(((count - 1) % 998) + 1).padStart(3, '0')
      return withCheckLetter(`${elsewhere?.la ?? authority}${place}${yy}${number}`)
    },
    temporary(year) {
      const count = serial(`temporary/${year}`)
      const number = String(count).padStart(2, '0') + letters.charAt(count % letters.length)
      return withCheckLetter(`${authority}${own}${String(year).slice(2)}${number}`)
    },
  }
}

export const nationalInsuranceNumber = (index: number): string =>
  `PP${String((index * 7919) % 1_000_000).padStart(6, '0')}${'ABCD'.charAt(index % 4)}`

export const homePhone = (index: number): string => `01632 960${String(index % 1000).padStart(3, '0')}`
export const mobilePhone = (index: number): string => `07700 900${String(index % 1000).padStart(3, '0')}`

/** The last two letters of a postcode never hold C, I, K, M, O or V. */
const inward = 'ABDEFGHJLNPQRSTUWXYZ'
export const postcode = (index: number): string =>
  `TF2${index % 10} ${(index >> 2) % 10}${inward.charAt(index % 20)}${inward.charAt((index * 7 + 3) % 20)}`

export const fundingCode = (index: number): string =>
  `9${String(10_000_019 * (index + 1))
    .padStart(10, '0')
    .slice(-10)}`

/** Version 5 in form (RFC 9562), so that a register may take it as a UUID. */
export function familyId(index: number): string {
  const hex = index.toString(16).padStart(12, '0')
  return `8a5e2999-0000-5000-8000-${hex}`
}
