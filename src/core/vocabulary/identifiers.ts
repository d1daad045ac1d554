/** A school's unique reference number: six digits. */
export type Urn = string

export const isUrn = (text: string): text is Urn => /^[0-9]{6}$/.test(text)

/** DfE UPN guide v1.2, annex A: I, O and S are never used. A letter's value is its place in this alphabet. */
const alphabet = 'ABCDEFGHJKLMNPQRTUVWXYZ'

/**
 * The check letter that the last twelve characters of a UPN demand, or undefined when they are not of a UPN's form.
 * Each value is weighted by its position, 2 to 13; the sum modulo 23 is the letter (UPN guide, annex A).
 */
export function upnCheckLetter(lastTwelve: string): string | undefined {
  if (!/^[0-9]{11}[0-9A-HJ-NP-RT-Z]$/.test(lastTwelve)) return undefined
  let sum = 0
  for (let i = 0; i < 12; i++) {
    const c = lastTwelve.charAt(i)
    sum += (i + 2) * (c >= '0' && c <= '9' ? Number(c) : alphabet.indexOf(c))
  }
  return alphabet.charAt(sum % 23)
}

/** What is wrong with a UPN; `null` when nothing is. Whether its authority number exists is a separate question. */
export function upnFault(upn: string): 'form' | 'check-letter' | null {
  if (!/^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$/.test(upn)) return 'form'
  return upnCheckLetter(upn.slice(1)) === upn.charAt(0) ? null : 'check-letter'
}

/** Given when a pupil may have a UPN that the school does not know yet: its last character is a letter. */
export const isTemporaryUpn = (upn: string): boolean => /[A-Z]$/.test(upn)

/** A unique learner number with a right check digit (ULN validation guide v3). A remainder of 0 is never valid. */
export function isUln(text: string): boolean {
  if (!/^[0-9]{10}$/.test(text)) return false
  let sum = 0
  for (let i = 0; i < 9; i++) sum += (10 - i) * Number(text.charAt(i))
  const remainder = sum % 11
  return remainder !== 0 && 10 - remainder === Number(text.charAt(9))
}
