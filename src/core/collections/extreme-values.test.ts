import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  checkReturn,
  measure,
  readCollection,
  termDefinition,
  writeMessage,
  type MessageRow,
  type ReturnTable,
  type TermDefinition,
} from './index.ts'

const extremes = [
  '999999999999999999',
  '-999999999999999999',
  '999999999999.9999',
  '9999-12-31',
  '0001-01-01',
  '2026-02-29',
  '23:59',
  '1e400',
  'NaN',
  "'; DROP TABLE pupil; --",
  '\u{1F600}\u0301'.repeat(20),
]

/** A message whose items all hold `next()`, but for what says which message it is. */
function messageOf(definition: TermDefinition, next: () => string): Iterable<Uint8Array> {
  const tables = [...definition.tables.values()].filter(({ given }) => !given)
  const kept: Readonly<Record<string, string>> = {
    term: definition.term.name,
    year: String(definition.year),
    collection: definition.message.known[0] ?? '',
    phase: 'SS',
  }
  const rowsOf = (table: ReturnTable): readonly MessageRow[] =>
    Array.from({ length: table.once ? 1 : 2 }, () => ({
      items: {
        ...Object.fromEntries([...table.items.keys()].map((name) => [name, kept[name] ?? next()])),
        ...table.places[0]?.sets,
      },
      below: below(table.name),
    }))
  const below = (parent: string | null): Record<string, readonly MessageRow[]> =>
    Object.fromEntries(
      tables.filter((table) => table.parent === parent).map((table) => [table.name, rowsOf(table)]),
    )
  return writeMessage(definition, below(null))
}

describe('values that no return should hold', () => {
  for (const [collection, term] of [
    ['school-census', 'SPR'],
    ['school-census', 'AUT'],
    ['children-in-need', ''],
  ] as const) {
    it(`are findings in ${collection} ${term}, never a fault`, async () => {
      const read = await readCollection('policy', collection, 2026)
      assert.ok(read.ok)
      const definition = termDefinition(read.value, term || ([...read.value.terms.keys()][0] ?? ''))
      assert.ok(definition)
      for (const step of [0, 1, 7]) {
        let at = 0
        const next = (): string => extremes[(at++ * step) % extremes.length] ?? ''
        // eslint-disable-next-line @typescript-eslint/require-await
        const bytes = async function* (): AsyncGenerator<Uint8Array> {
          yield* messageOf(definition, next)
        }
        const checked = await checkReturn(bytes(), definition)
        assert.ok(checked.ok)
        assert.ok(checked.value.findings.length > 10)
        assert.ok((await measure(await checked.value.loaded(), definition)).has(1))
        await checked.value.close()
      }
    })
  }
})
