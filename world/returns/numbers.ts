import { withCheckLetter } from '../identifiers.ts'

/*
 * Numbers of generated pupils and schools. UPNs are of authority 894, establishments 2900 to 2999, which are not in use: in
 * a hundred years of allocation they are ten million, enough for England, so the two figures of the year are those of a
 * child's first school year in one authority's files, and any in those of England. ULNs begin with 97 or 98 and URNs with 9,
 * far above any that was given out. Eligibility codes begin with 9.
 */

/** The UPN with this number among those of its two figures of a year, from 0 to 99,999. */
export function upnOf(year: number, index: number): string {
  const yy = String(year % 100).padStart(2, '0')
  const establishment = 2900 + Math.floor(index / 1000)
  if (establishment > 2999) throw new Error('no more UPNs that were never given out')
  return withCheckLetter(`894${String(establishment)}${yy}${String(index % 1000).padStart(3, '0')}`)
}

const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ'

/** A temporary UPN: its last character is a letter. */
export const temporaryUpnOf = (year: number, index: number): string =>
  withCheckLetter(
    `894${String(2900 + (Math.floor(index / 100) % 100))}${String(year % 100).padStart(2, '0')}${String(index % 100).padStart(2, '0')}${letters.charAt(Math.floor(index / 10_000) % letters.length)}`,
  )

/** Of a remainder 0 no ULN can be made: then the number under 97 is taken, whose remainder is another. */
export function ulnOf(index: number): string {
  for (const first of ['98', '97']) {
    const nine = first + String(index % 10_000_000).padStart(7, '0')
    let sum = 0
    for (let i = 0; i < 9; i++) sum += (10 - i) * (nine.charCodeAt(i) - 48)
    if (sum % 11 > 0) return nine + String(10 - (sum % 11))
  }
  throw new Error('no ULN')
}

export const eligibilityCodeOf = (index: number): string => `9${String(index).padStart(10, '0')}`
export const uprnOf = (index: number): string => `99${String(index).padStart(10, '0')}`
