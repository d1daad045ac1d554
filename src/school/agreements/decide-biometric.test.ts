import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CompiledQuery } from 'kysely'
import { compileCase } from '../../core/decide/index.ts'
import { context, orderlyCase } from '../../core/decide/testing/orderly-case.ts'
import { factsOf, type ChoiceModel, type PupilModel } from '../../core/decide/testing/pupil-model.ts'
import { dateInEngland, type RefusalCode } from '../../core/vocabulary/index.ts'
import { addSchool } from '../../../test/support/school.ts'
import { openTestStore } from '../../../test/support/store.ts'
import { insertPupils } from './testing/insert-pupils.ts'

const [mother, father] = [0, 1]
const at = (text: string): Date => new Date(`2026-11-${text}:00Z`)
const said = (
  giver: ChoiceModel['giver'],
  state: ChoiceModel['state'],
  change: Partial<ChoiceModel> = {},
): ChoiceModel => ({
  purpose: 'meals',
  kind: 'biometric',
  giver,
  state,
  wordingSha256: 'hash',
  method: 'written',
  tiedTo: null,
  recordedAt: at('01T09:00'),
  expiresAt: null,
  ...change,
})

const pupil = (place: number, choices: readonly ChoiceModel[], born = '2019-03-01'): PupilModel => {
  const id = (n: number): string => `00000000-0000-4000-8000-${String(place * 10 + n).padStart(12, '0')}`
  return {
    id: id(0),
    values: {
      'pupil.surname': 'Surname',
      'pupil.yearGroup': '1',
      'pupil.dateOfBirth': born,
      'pupil.lookedAfter': false,
      'pupil.eal': null,
    },
    contacts: [mother, father].map((i) => ({
      id: id(i + 1),
      parentalResponsibility: true,
      courtOrder: false,
    })),
    choices,
    marks: [],
  }
}

const agreement = {
  items: [{ item: 'pupil.surname', as: 'as-is' as const }],
  consent: { rule: 'biometric' as const, purpose: 'meals', wording: 'meals-1' },
}

/** Decides each pupil by the pure function and by the SQL at the instant, checks that both agree, and gives the codes. */
async function codesAt(
  pupils: readonly PupilModel[],
  instants: readonly Date[],
): Promise<(readonly RefusalCode[])[][]> {
  const store = await openTestStore()
  const school = await addSchool(store)
  await school.write((tx) => insertPupils(tx, school.urn, pupils))
  const table: (readonly RefusalCode[])[][] = []
  for (const instant of instants) {
    const compiled = compileCase(context, { ...orderlyCase({ agreement }), at: instant })
    assert.ok(compiled.ok)
    const { text, parameters } = compiled.value.verdicts
    const { rows } = await school.read((tx) =>
      tx.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, [...parameters])),
    )
    const bySql = new Map(
      rows.map((row) => compiled.value.readRow(row)).map((row) => [row.pupilId, row.verdict]),
    )
    table.push(
      pupils.map((each) => {
        const decision = compiled.value.decide(
          factsOf(each, instant, dateInEngland(instant)),
          'pupil.surname',
        )
        const codes = decision.outcome === 'permit' ? [] : decision.reasons.map(({ code }) => code)
        assert.deepEqual(bySql.get(each.id)?.refused.get('pupil.surname') ?? [], [...new Set(codes)])
        return codes
      }),
    )
  }
  return table
}

describe('biometrics (Protection of Freedoms Act 2012 s.26)', () => {
  // Every parent told ∧ at least one written consent ∧ no parent objecting ∧ the child not refusing.
  const combinations = Array.from({ length: 16 }, (_, bits) => ({
    allTold: (bits & 1) !== 0,
    granted: (bits & 2) !== 0,
    objected: (bits & 4) !== 0,
    childRefuses: (bits & 8) !== 0,
  }))

  it('permits in one of the sixteen combinations, and names what is wrong in the others', async () => {
    const pupils = combinations.map(({ allTold, granted, objected, childRefuses }, i) => {
      // Whoever answers was told: so with a third contact it can be that one is not.
      const base = pupil(i, [
        ...(granted ? [said(mother, 'given')] : [said(mother, 'requested')]),
        ...(objected ? [said(father, 'refused')] : [said(father, 'requested')]),
        ...(childRefuses ? [said('pupil', 'refused')] : []),
        ...(allTold ? [said(2, 'requested')] : []),
      ])
      const id = base.contacts[0]?.id.replace(/1$/, '3') ?? ''
      return {
        ...base,
        contacts: [...base.contacts, { id, parentalResponsibility: true, courtOrder: false }],
      }
    })
    const [codes = []] = await codesAt(pupils, [at('24T07:30')])
    combinations.forEach(({ allTold, granted, objected, childRefuses }, i) => {
      const expected: RefusalCode[] = [
        ...(childRefuses ? (['consent-child-refuses'] as const) : []),
        ...(allTold ? [] : (['consent-missing'] as const)),
        ...(objected
          ? [granted ? ('consent-disagreement' as const) : ('consent-refused' as const)]
          : granted
            ? []
            : (['consent-missing'] as const)),
      ]
      assert.deepEqual(codes[i], expected, JSON.stringify(combinations[i]))
    })
    assert.equal(codes.filter((each) => each.length === 0).length, 1)
  })

  it('follows what is said later, to the instant', async () => {
    const later = at('20T12:00')
    const both = [said(mother, 'given'), said(father, 'given')]
    const stories: readonly (readonly [string, PupilModel, RefusalCode])[] = [
      [
        'a parent withdraws',
        pupil(1, [...both, said(father, 'withdrawn', { recordedAt: later })]),
        'consent-disagreement',
      ],
      [
        'both withdraw',
        pupil(2, [
          ...both,
          said(mother, 'withdrawn', { recordedAt: later }),
          said(father, 'withdrawn', { recordedAt: later }),
        ]),
        'consent-withdrawn',
      ],
      [
        'the child begins to refuse',
        pupil(3, [...both, said('pupil', 'refused', { recordedAt: later })]),
        'consent-child-refuses',
      ],
      [
        'it expires',
        pupil(
          4,
          both.map((each) => ({ ...each, expiresAt: later })),
        ),
        'consent-expired',
      ],
      [
        'the school ends it',
        pupil(5, [...both, said('school', 'revoked', { recordedAt: later })]),
        'consent-withdrawn',
      ],
      [
        'it is found invalid',
        pupil(6, [...both, said('school', 'invalidated', { recordedAt: later })]),
        'consent-withdrawn',
      ],
    ]
    const before = new Date(later.getTime() - 1)
    const [earlier = [], then = []] = await codesAt(
      stories.map(([, each]) => each),
      [before, later],
    )
    stories.forEach(([what, , code], i) => {
      assert.deepEqual(earlier[i], [], `before ${what}`)
      assert.deepEqual(then[i], [code], what)
    })
  })

  it('comes back when what stood in the way is taken back', async () => {
    const later = at('20T12:00')
    const stories = [
      pupil(1, [
        said(mother, 'given'),
        said(father, 'refused'),
        said(father, 'given', { recordedAt: later }),
      ]),
      pupil(2, [
        said(mother, 'given'),
        said(father, 'requested'),
        said('pupil', 'refused'),
        said('pupil', 'given', { recordedAt: later }),
      ]),
      pupil(3, [said(mother, 'given'), said(father, 'requested', { recordedAt: later })]),
      pupil(4, [
        said(mother, 'given'),
        said(father, 'given'),
        said('school', 'revoked'),
        said(mother, 'renewed', { recordedAt: later }),
      ]),
    ]
    const [earlier = [], then = []] = await codesAt(stories, [at('19T12:00'), later])
    assert.deepEqual(earlier, [
      ['consent-disagreement'],
      ['consent-child-refuses'],
      ['consent-missing'],
      ['consent-withdrawn'],
    ])
    assert.deepEqual(then, [[], [], [], []])
  })

  it('takes a child’s refusal at any age and never its consent for a parent’s', async () => {
    const told = [said(mother, 'requested'), said(father, 'requested')]
    const [codes] = await codesAt(
      [
        pupil(1, [...told, said('pupil', 'given')], '2010-01-01'),
        pupil(
          2,
          [said(mother, 'given'), said(father, 'requested'), said('pupil', 'withdrawn')],
          '2022-01-01',
        ),
        pupil(3, [said(mother, 'given', { method: 'spoken-witnessed' }), said(father, 'requested')]),
      ],
      [at('24T07:30')],
    )
    assert.deepEqual(codes, [['consent-missing'], ['consent-child-refuses'], ['consent-not-written']])
  })
})
