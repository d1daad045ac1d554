const grouped = new Intl.NumberFormat('en-GB')

export const number = (n: number): string => grouped.format(n)

/** "1 pupil", "420 pupils", "no pupils" */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n === 0 ? 'no' : grouped.format(n)} ${n === 1 ? one : many}`

/** "a, b and c" */
export const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
