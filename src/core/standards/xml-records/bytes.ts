/** What a byte means in text: 0 nothing of its own. */
export const inText = {
  less: 1,
  newline: 2,
  carriageReturn: 3,
  bracket: 4,
  ampersand: 5,
  forbidden: 6,
} as const

/** By byte. XML 1.0 allows of the control characters the three white ones alone. */
export const textKinds: Uint8Array = new Uint8Array(256)
textKinds.fill(inText.forbidden, 0, 0x20)
textKinds[0x09] = 0
textKinds[0x0a] = inText.newline
textKinds[0x0d] = inText.carriageReturn
textKinds[0x3c] = inText.less
textKinds[0x5d] = inText.bracket
textKinds[0x26] = inText.ampersand

/** 1: part of a name. 2: part of a character beyond ASCII, which may be one. */
export const nameKinds: Uint8Array = new Uint8Array(256)
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:-.0123456789')
  nameKinds[character.charCodeAt(0)] = 1
nameKinds.fill(2, 0x80)

export const white = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Ends of lines: U+000D U+000A is one (XML 1.0, 2.11). */
export function countLines(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0
  for (let at = from; at < to; at++) {
    if (bytes[at] === 0x0a) lines++
    else if (bytes[at] === 0x0d && bytes[at + 1] !== 0x0a) lines++
  }
  return lines
}

/** Where the first control character stands that XML doesn't allow, or -1. */
export function forbiddenAt(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) if (textKinds[bytes[at] ?? 0] === inText.forbidden) return at
  return -1
}
