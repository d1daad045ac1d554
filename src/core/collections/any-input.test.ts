import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { inChunks, linesOf, outcomesOf } from './testing/outcome-of-bytes.ts'
import { sampleReturn, termOf } from './testing/sample-return.ts'

const spring = await termOf('school-census', 2026, 'SPR')
const sound = await sampleReturn(spring, 40)
const text = sound.toString()
const outcomeOf = outcomesOf(spring)

describe('any file', () => {
  interface Edit {
    readonly at: number
    readonly cut: number
    readonly put: Uint8Array
  }
  const markup = [
    '<',
    '>',
    '</',
    '/>',
    '&',
    '&amp;',
    '&#0;',
    '"',
    '<!--',
    ']]>',
    '<![CDATA[',
    '<PupilOnRoll>',
  ]
  const closing = [
    '</PupilOnRoll>',
    '</Message>',
    '<Header>',
    '\0',
    '\ufeff',
    'é',
    '\u001f',
    '\n',
    'x'.repeat(70_000),
  ]
  const harsh = fc.record({
    at: fc.nat(sound.length),
    cut: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 4000 })),
    put: fc.oneof(
      fc.constantFrom(...markup, ...closing).map((each): Uint8Array => Buffer.from(each)),
      fc.uint8Array({ maxLength: 4 }),
      fc.tuple(fc.nat(sound.length), fc.nat(3000)).map(([from, many]) => sound.subarray(from, from + many)),
    ),
  })
  // What leaves a message well formed: another character in a value, an element again, one without its end tag’s content.
  const spots = [...text.matchAll(/(?<=>)[^<>\s]+(?=<)/g)].map(({ index, 0: { length } }) => ({
    at: index,
    cut: length,
  }))
  const leaves = [...text.matchAll(/<(\w+)>[^<]*<\/\1>/g)].map(({ index, 0: whole }) => ({
    at: index,
    whole,
  }))
  const mild: fc.Arbitrary<Edit> = fc.oneof(
    fc
      .tuple(fc.constantFrom(...spots), fc.stringMatching(/^[ -%'-;=?-~é\t\n]{0,12}$/))
      .map(([spot, put]) => ({ ...spot, put: Buffer.from(put) })),
    fc.constantFrom(...leaves).map(({ at, whole }) => ({ at, cut: 0, put: Buffer.from(whole) })),
    fc
      .constantFrom(...leaves)
      .map(({ at, whole }) => ({ at, cut: whole.length, put: Buffer.from('<Odd a="1"/>') })),
    fc.constantFrom(...leaves).map(({ at, whole }) => ({ at, cut: whole.length, put: Buffer.alloc(0) })),
  )
  /** From the last place to the first, so that every place is still where it was. */
  const edited = (edits: readonly Edit[]): Buffer =>
    edits
      .toSorted((a, b) => b.at - a.at)
      .reduce<Buffer>(
        (bytes, { at: place, cut, put }) =>
          Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + cut)]),
        sound,
      )

  const outcomes = { read: 0, refused: 0 }
  const judged = async (edits: readonly Edit[], size: number): Promise<void> => {
    const bytes = edited(edits)
    const { fault, findings } = await outcomeOf(inChunks(bytes, size))
    outcomes[fault ? 'refused' : 'read']++
    for (const line of [fault?.line ?? 1, ...findings.map((each) => each.line ?? 1)])
      assert.ok(line >= 1 && line <= linesOf(bytes), String(line))
  }
  const size = fc.integer({ min: 1, max: 5000 })

  it('is refused or read with lines of its own, whatever was done to a sound one', async () => {
    const edits = fc.array(harsh, { minLength: 1, maxLength: 3 })
    await fc.assert(fc.asyncProperty(edits, size, judged), { numRuns: 60, endOnFailure: true })
    assert.ok(outcomes.refused > 0)
  })

  it('is read with lines of its own where it is still well formed', async () => {
    outcomes.read = 0
    const edits = fc.array(mild, { minLength: 1, maxLength: 30 })
    await fc.assert(fc.asyncProperty(edits, size, judged), { numRuns: 4, endOnFailure: true })
    assert.ok(outcomes.read > 0)
  })
})

describe('any value', () => {
  const odd = fc.constantFrom(
    '0001-01-01',
    '9999-12-31',
    '2026-02-30',
    '-0001-01-01',
    '290000-01-01',
    'infinity',
    '999999999999999999',
    '-999999999999999999',
    '9223372036854775807',
    '1e308',
    '0.00',
    '1.',
    'NaN',
    '24:00',
    '00:00',
    'true',
    'TRUE',
    '1',
    '\u202eabc',
    '😀',
    "'; DROP TABLE pupil; --",
    '"',
    '%',
    '\\',
    'NULL',
    'a'.repeat(5000),
    '١٢٣',
    'X',
    'E',
    'C',
    'A123456789012',
  )
  const value = fc.oneof(
    odd,
    odd,
    fc.string({ maxLength: 12, unit: 'grapheme' }).filter((each) => !/\p{Cc}|[\ufffe\uffff]/u.test(each)),
  )

  it('is judged without a fault of ours, in every item of a pupil', async () => {
    const names = [...(spring.tables.get('pupil')?.items.values() ?? [])].flatMap(({ name, path }) =>
      path.length > 0 ? [name] : [],
    )
    const pupil = fc.dictionary(fc.constantFrom(...names), value, { minKeys: 1, maxKeys: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(pupil, { minLength: 100, maxLength: 100 }), async (given) => {
        const message = await sampleReturn(spring, given.length, (i) => given[i] ?? {})
        const { fault, findings, pupils } = await outcomeOf([message])
        assert.equal(fault, null)
        assert.equal(pupils, given.length)
        assert.ok(findings.length > 0)
      }),
      { numRuns: 3, endOnFailure: true },
    )
  })
})
