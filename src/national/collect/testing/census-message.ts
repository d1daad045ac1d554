import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { readCollection, termDefinition, type ReturnTable } from '../../../core/collections/index.ts'

type Items = Readonly<Record<string, string | null>>
type Tree = Map<string, Tree | string | Tree[]>

const definition = await readCollection('policy', 'school-census', 2026)
if (!definition.ok) throw new Error('the school census of 2026 can’t be read')
const census = definition.value
const defaults = parse(
  readFileSync('policy/collections/school-census/2026/cases/defaults.yaml', 'utf8'),
) as Readonly<Record<string, Items>>

export interface MessageOf {
  readonly urn?: string
  readonly laNumber?: string
  readonly establishment?: string
  readonly term?: 'AUT' | 'SPR' | 'SUM'
  readonly header?: Items
  /** How many pupils, or what each has beside the defaults. */
  readonly pupils?: number | readonly Items[]
}

const put = (tree: Tree, path: readonly string[], value: string): void => {
  const [name = '', ...rest] = path
  if (rest.length === 0) tree.set(name, value)
  else {
    const below = (tree.get(name) as Tree | undefined) ?? (new Map() as Tree)
    tree.set(name, below)
    put(below, rest, value)
  }
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const written = (tree: Tree): string =>
  [...tree]
    .map(([name, value]) =>
      typeof value === 'string'
        ? `<${name}>${escape(value)}</${name}>`
        : (Array.isArray(value) ? value : [value])
            .map((each) => `<${name}>${written(each)}</${name}>`)
            .join('\n'),
    )
    .join('')

function record(table: ReturnTable, items: Items, term: string): Tree {
  const tree: Tree = new Map()
  for (const { name, path, terms } of table.items.values()) {
    const value = items[name]
    if (value === undefined || value === null || path.length === 0) continue
    if (terms.length === 0 || terms.includes(term)) put(tree, path, value)
  }
  return tree
}

/** UPNs that are right, one after the other. */
export function upnOf(number: number, laNumber = '894'): string {
  const alphabet = 'ABCDEFGHJKLMNPQRTUVWXYZ'
  const rest = `${laNumber}2001${String(17).padStart(2, '0')}${String(number).padStart(3, '0')}`
  let sum = 0
  for (let i = 0; i < 12; i++) sum += (i + 2) * Number(rest.charAt(i))
  return `${alphabet.charAt(sum % 23)}${rest}`
}

/** A census message with what the cases of its rules call sound records, and what is said otherwise. */
export function censusMessage({
  urn = '100001',
  laNumber = '894',
  establishment = '2001',
  term = 'AUT',
  header = {},
  pupils = 5,
}: MessageOf = {}): string {
  const table = (name: string): ReturnTable => {
    const found = census.tables.get(name)
    if (!found) throw new Error(`no table ${name}`)
    return found
  }
  const own = termDefinition(census, term)?.term
  const head = record(
    table('header'),
    {
      ...defaults['header'],
      term,
      referenceDate: own?.census ?? '',
      lea: laNumber,
      estab: establishment,
      urn,
      ...header,
    },
    term,
  )
  const school = record(table('school'), defaults['school'] ?? {}, term)
  const list = typeof pupils === 'number' ? Array.from({ length: pupils }, (): Items => ({})) : pupils
  const trees = list.map((each, i) => {
    const pupil = record(
      table('pupil'),
      {
        ...defaults['pupil'],
        upn: upnOf(i + 1, laNumber),
        summerSessionsPossible: '60',
        forename: `Pupil ${String.fromCharCode(65 + (i % 26))}`,
        ...each,
      },
      term,
    )
    put(pupil, ['HomeInformation', 'Address', 'PostCode'], 'TF1 1AA')
    put(pupil, ['HomeInformation', 'Address', 'PAON'], '1')
    put(pupil, ['HomeInformation', 'Address', 'Street'], 'High Street')
    return pupil
  })
  return `<?xml version="1.0" encoding="utf-8"?>\n<Message><Header>${written(head)}</Header>\n<School>${written(school)}</School>\n<Pupils><PupilsOnRoll>\n${trees.map((each) => `<PupilOnRoll>${written(each)}</PupilOnRoll>`).join('\n')}\n</PupilsOnRoll></Pupils></Message>\n`
}

export const asBytes = (text: string | Uint8Array): (() => AsyncIterable<Uint8Array>) =>
  // eslint-disable-next-line @typescript-eslint/require-await
  async function* () {
    yield typeof text === 'string' ? Buffer.from(text) : text
  }
