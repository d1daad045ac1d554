/** How apostrophes and hyphens are written that mean the same in a name. */
const marks: readonly (readonly [string, string])[] = [
  ['’‘ʼʻ`´', "'"],
  ['‐‑–', '-'],
]

/** Capitals of the Latin, Greek and Cyrillic alphabets beyond A to Z: a database in the C locale leaves them as they are. */
const capitals = Array.from({ length: 0x52f - 0xc0 }, (_, i) => String.fromCodePoint(0xc0 + i)).filter(
  (letter) => letter.toLowerCase() !== letter && letter.toLowerCase().length === 1,
)

const from = marks.map(([written]) => written).join('') + capitals.join('')
const to =
  marks.map(([written, meant]) => meant.repeat(written.length)).join('') +
  capitals.map((letter) => letter.toLowerCase()).join('')

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** SQL that brings a name to the form in which two spellings of one name are equal. Accents tell names apart and stay. */
export const foldName = (column: string): string =>
  `lower(translate(${column}, ${quoted(from)}, ${quoted(to)}))`
