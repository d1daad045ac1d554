// A UPN's thirteen characters, also where they are set apart by spaces or hyphens of any kind; a ULN's ten digits. The check
// letter is not asked for: a number with a slip in it may still tell whose it is.
const upn = /(?<![0-9A-Z])[A-HJ-NP-RT-Z](?:[\s\p{Pd}]?[0-9]){11}[\s\p{Pd}]?[0-9A-HJ-NP-RT-Z](?![0-9A-Z])/iu
const uln = /(?<![0-9A-Z])[1-9][0-9]{9}(?![0-9A-Z])/i

/** Whether a text holds what has the shape of a pupil's number (UPN or ULN). What people write of a return is read by many. */
export const holdsPupilNumber = (text: string): boolean => upn.test(text) || uln.test(text)

/** What somebody is told whose reason holds one. */
export const numberInReason = {
  detail: 'The reason holds a pupil’s number.',
  todo: 'Leave it out: say what the case is without naming anybody.',
} as const
