import { writeFileSync } from 'node:fs'

/** A seeded source of numbers below 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const first =
  'amelia aisha bartholomew chloe david dafydd ethan fatima george hannah ibrahim isla jack katarzyna leo mohammed muhammad noah olivia poppy quentin rosie siân theo uma violet william xanthe yusuf zofia'.split(
    ' ',
  )
const last =
  'ahmed brown clarke davies evans fernandez green hughes iqbal jones kowalska lewis mbeki nowak okafor patel quinn roberts smith taylor underwood vaughan walker xu yilmaz zielinska'.split(
    ' ',
  )

export interface MadePerson {
  readonly id: string
  readonly person: string
  readonly first: string
  readonly last: string
  readonly dob: string
  readonly postcode: string
}

/** Records of made-up people, some in several records with typing errors, and twins; the truth is in `person`. */
export function madePeople(people: number, seed: number): readonly MadePerson[] {
  const random = seeded(seed)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  const two = (most: number): string => String(1 + Math.floor(random() * most)).padStart(2, '0')
  const letter = (): string => String.fromCharCode(65 + Math.floor(random() * 26))
  const typo = (text: string): string => {
    if (random() > 0.2 || text.length < 4) return text
    const at = 1 + Math.floor(random() * (text.length - 2))
    return text.slice(0, at) + (random() < 0.5 ? '' : pick('a e i o u s t'.split(' '))) + text.slice(at + 1)
  }
  const records: MadePerson[] = []
  for (let p = 0; p < people; p++) {
    const twin = p % 40 === 1 ? records.at(-1) : undefined
    const whole = {
      first: pick(first),
      last: twin?.last ?? pick(last),
      dob: twin?.dob ?? `${String(2008 + Math.floor(random() * 12))}-${two(12)}-${two(28)}`,
      postcode:
        twin?.postcode ?? `${letter()}${letter()}${two(9).slice(1)} ${two(9).slice(1)}${letter()}${letter()}`,
    }
    if (twin?.first === whole.first) continue
    const many = 1 + Math.floor(random() * 3)
    for (let k = 0; k < many; k++)
      records.push({
        id: `r${String(p)}x${String(k)}`,
        person: String(p),
        first: k === 0 ? whole.first : typo(whole.first),
        last: k === 0 ? whole.last : random() < 0.03 ? '' : typo(whole.last),
        dob: k > 0 && random() < 0.05 ? `${whole.dob.slice(0, 9)}1` : whole.dob,
        postcode: k > 0 && random() < 0.2 ? '' : whole.postcode,
      })
  }
  return records
}

/** Writes records as CSV, without the truth. */
export function writePeople(path: string, records: readonly MadePerson[]): void {
  const lines = records.map(({ id, first: given, last: family, dob, postcode }) =>
    [id, given, family, dob, postcode].join(','),
  )
  writeFileSync(path, ['id,first,last,dob,postcode', ...lines, ''].join('\n'))
}

export const peopleConfiguration = `
id: id
fields:
  first: { column: first, as: [letters] }
  last: { column: last, as: [letters] }
  dob: { column: dob, as: [date] }
  postcode: { column: postcode, as: [alphanumeric] }
comparisons:
  - { compare: names, of: [first, last], termFrequency: true }
  - { compare: date, of: dob }
  - { compare: postcode, of: postcode }
blocking:
  - [last, dob]
  - [first, dob]
  - [dob, postcode]
  - [first, last]
household: { first: first, shared: [dob, postcode] }
training:
  sure: [[first, last, dob]]
  recall: 0.5
  learn: [[dob], [first, last]]
  pairs: 100000
threshold: 0.95
`
