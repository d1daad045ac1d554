/**
 * Characters that a recipient takes, as an agreement lists them: single ones (`'`), and ranges in the order of Unicode with a
 * hyphen between two (`a-z`). By code point of text in NFC; whoever asks normalises first.
 */
export type CharacterSet = readonly string[]

/** The first and last code point of an entry; null when it is neither one character nor a range of two. */
export function characterRange(entry: string): { readonly from: number; readonly to: number } | null {
  const points = Array.from(entry, (each) => each.codePointAt(0) ?? 0)
  const [from, hyphen, to] = points
  if (from === undefined) return null
  if (points.length === 1) return { from, to: from }
  if (points.length !== 3 || hyphen !== 0x2d || to === undefined || to < from) return null
  return { from, to }
}

/** Whether every character of a text is one of the set; an entry that can't be read takes none. */
export function takesText(set: CharacterSet, text: string): boolean {
  const ranges = set.flatMap((entry) => characterRange(entry) ?? [])
  return Array.from(text).every((each) => {
    const point = each.codePointAt(0) ?? -1
    return ranges.some(({ from, to }) => from <= point && point <= to)
  })
}
