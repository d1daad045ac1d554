import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { SetRow } from '../../../core/decide/index.ts'
import type { Agreement, Item, Recipient, RefusalCode } from '../../../core/vocabulary/index.ts'
import { cellFor } from './cell.ts'
import { matrixView } from './matrix.view.ts'
import { tally } from './tally.ts'

const item = (id: string, special = false): Item => ({
  id,
  label: `Label of ${id}`,
  description: '',
  subject: 'pupil',
  type: 'text',
  class: special ? 'health' : 'ordinary',
  identificationRisk: 1,
  sensitivity: 'E',
  handling: [],
  transformations: ['as-is'],
})

const agreement = (id: string, items: readonly string[]): Agreement =>
  ({
    id,
    recipient: id,
    title: id,
    kind: 'feed',
    items: items.map((one) => ({ item: one, as: 'as-is' })),
  }) as unknown as Agreement

type Outcome = 'permit' | readonly RefusalCode[]

const row = (inPopulation: boolean, outcomes: Readonly<Record<string, Outcome>>): SetRow => ({
  pupilId: 'p',
  inPopulation,
  disagreements: [],
  values: new Map(),
  verdict: {
    permitted: Object.entries(outcomes).flatMap(([id, one]) =>
      one === 'permit' ? [{ item: id, as: 'as-is' as const }] : [],
    ),
    refused: new Map(
      Object.entries(outcomes).flatMap(([id, one]) => (one === 'permit' ? [] : [[id, one] as const])),
    ),
  },
})

const codes: readonly RefusalCode[] = ['consent-missing', 'prohibited', 'agreement-off']
const outcome = fc.oneof(
  fc.constant('permit' as const),
  fc.uniqueArray(fc.constantFrom(...codes), { minLength: 1 }),
)

describe('the matrix', () => {
  it('counts what a count pupil by pupil gives, whether or not verdicts are shared', () => {
    const rows = fc.array(
      fc.record({
        inPopulation: fc.boolean(),
        outcomes: fc.record({ 'pupil.a': outcome, 'pupil.b': outcome }),
      }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(rows, fc.boolean(), (given, share) => {
        const known = new Map<string, SetRow['verdict']>()
        const set = given.map(({ inPopulation, outcomes }) => {
          const made = row(inPopulation, outcomes)
          if (!share) return made
          const key = JSON.stringify(outcomes)
          const verdict = known.get(key) ?? made.verdict
          known.set(key, verdict)
          return { ...made, verdict }
        })
        const counted = tally(agreement('x', ['pupil.a']), set)
        const inside = given.filter((one) => one.inPopulation)
        assert.equal(counted.population, inside.length)
        assert.deepEqual([...counted.items.keys()], ['pupil.a'])
        const a = counted.items.get('pupil.a')
        assert.equal(a?.permitted, inside.filter((one) => one.outcomes['pupil.a'] === 'permit').length)
        for (const code of codes) {
          const expected = inside.filter((one) => one.outcomes['pupil.a'].includes(code)).length
          assert.equal(a.refused.get(code) ?? 0, expected)
        }
      }),
    )
  })

  it('says in words and sign what its colour says', () => {
    const refused = new Map<RefusalCode, number>([['consent-missing', 3]])
    const kinds = [
      cellFor({ as: 'as-is', permitted: 5, refused: new Map() }, 5),
      cellFor({ as: 'as-is', permitted: 2, refused }, 5),
      cellFor({ as: null, permitted: 0, refused }, 3),
      cellFor({ as: null, permitted: 0, refused: new Map([['agreement-not-approved', 3]]) }, 3),
      cellFor({ as: null, permitted: 0, refused: new Map() }, 0),
      cellFor(undefined, 5),
    ]
    assert.deepEqual(
      kinds.map((cell) => cell.kind),
      ['all', 'some', 'none', 'off', 'off', 'unlisted'],
    )
    assert.equal(new Set(kinds.map((cell) => cell.sign)).size, 5)
    assert.match(kinds[1]!.words, /2 of 5 pupils.*No consent yet: 3/)
    assert.match(kinds[3]!.words, /Agreement not approved/)
  })

  it('shows the items that some agreement lists, by subject, and the columns in the order of their names', () => {
    const items = new Map(['pupil.a', 'pupil.b', 'pupil.c'].map((id) => [id, item(id, id === 'pupil.b')]))
    const one = (id: string, listed: readonly string[]) => ({
      version: { agreement: agreement(id, listed), version: 1, hash: '', approvedAt: null, approvedBy: null },
      recipient: { id, name: id } as Recipient,
      rows: [row(true, Object.fromEntries(listed.map((listedItem) => [listedItem, 'permit' as const])))],
    })
    const names = new Map([
      ['second', 'Second'],
      ['first', 'First'],
    ])
    const view = matrixView(
      [one('first', ['pupil.a']), one('second', ['pupil.a', 'pupil.b'])],
      names,
      items,
      'today',
    )
    assert.deepEqual(
      view.columns.map((column) => column.label),
      ['Second', 'First'],
    )
    assert.deepEqual(
      view.groups.map((group) => group.label),
      ['The pupil'],
    )
    const rows = view.groups[0]!.rows
    assert.deepEqual(
      rows.map((r) => [r.label, r.special, r.cells.map((cell) => cell.kind)]),
      [
        ['Label of pupil.a', null, ['all', 'all']],
        ['Label of pupil.b', 'health', ['all', 'unlisted']],
      ],
    )
  })
})
