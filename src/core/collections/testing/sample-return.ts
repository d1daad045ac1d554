import { join } from 'node:path'
import type { TermDefinition } from '../definition.ts'
import { readCollection } from '../read-collection.ts'
import { termDefinition } from '../term-definition.ts'
import { writeMessage, type MessageRow } from '../write-message.ts'
import { readCases } from './case-file.ts'

const policy = join(import.meta.dirname, '../../../../policy')

type Items = Readonly<Record<string, string | null>>

/** The definition of a collection in a term, from the policy that stands. */
export async function termOf(collection: string, year: number, term: string): Promise<TermDefinition> {
  const read = await readCollection(policy, collection, year)
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  const definition = termDefinition(read.value, term)
  if (!definition) throw new Error(`no term ${term}`)
  return definition
}

/**
 * A school census return of so many pupils, well formed, written from the sound records of the rules’ cases and what each pupil
 * has beside them.
 */
export async function sampleReturn(
  definition: TermDefinition,
  pupils: number,
  beside: (pupil: number) => Items = () => ({}),
): Promise<Buffer> {
  const folder = join(policy, 'collections', definition.id, String(definition.year), 'cases')
  const { defaults } = await readCases(folder)
  const row = (table: string, more: Items = {}): MessageRow => {
    const known = definition.tables.get(table)?.items
    const items = { ...defaults[table], ...more } as Items
    return { items: Object.fromEntries(Object.entries(items).filter(([name]) => known?.has(name) === true)) }
  }
  const pupil = (_: unknown, i: number): MessageRow => ({
    items: { ...row('pupil').items, onRoll: 'true', upn: upnOf(i), forename: nameOf(i), ...beside(i) },
    below: {
      address: [row('address')],
      session: [row('session', { code: 'I', sessions: '4' }), row('session', { code: 'M', sessions: '2' })],
    },
  })
  const header = row('header', { term: definition.term.name, referenceDate: definition.term.census })
  const pieces = writeMessage(definition, {
    header: [header],
    school: [{ ...row('school'), below: { class: [row('class'), row('class')] } }],
    pupil: Array.from({ length: pupils }, pupil),
  })
  return Buffer.concat([...pieces])
}

const nameOf = (number: number): string =>
  `Pupil ${String(number).replaceAll(/\d/g, (digit) => 'ABCDEFGHIJ'.charAt(Number(digit)))}`

/** UPNs with the right check letter (UPN guide, annex A), one after the other. */
export function upnOf(number: number): string {
  const rest = `8942001${String(10000 + number)}`
  const sum = Array.from(rest, Number).reduce((total, digit, i) => total + (i + 2) * digit, 0)
  return `${'ABCDEFGHJKLMNPQRTUVWXYZ'.charAt(sum % 23)}${rest}`
}
