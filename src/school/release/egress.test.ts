import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Redecided } from '../../core/decide/index.ts'
import type { Agreement, ItemId, Subject, Transformation, Value } from '../../core/vocabulary/index.ts'
import { carriedItems } from './carried.ts'
import { checkEgress } from './egress.ts'
import { encode } from './encode.ts'
import { ctfHeader } from './encode-ctf.ts'
import type { EgressDecision } from './expected.ts'
import { permitRows, type DecidedPupil, type Items } from './permit-rows.ts'
import { at, classList, policyWith } from './testing/small-school.ts'

const { items } = policyWith({})
const pseudonymise = (id: string): string => `CODE${id}`

const pupil = (
  id: string,
  values: Readonly<Record<ItemId, Value>>,
  refused: readonly ItemId[] = [],
  children: readonly (readonly [Subject, readonly Readonly<Record<ItemId, Value>>[]])[] = [],
  forms: Readonly<Record<ItemId, Transformation>> = {},
): DecidedPupil => {
  const held = [
    ...Object.keys(values),
    ...children.flatMap(([, rows]) => rows.flatMap((row) => Object.keys(row))),
  ]
  const permitted = [...new Set(held)].filter((item) => !refused.includes(item))
  return {
    row: {
      pupilId: id,
      inPopulation: true,
      disagreements: [],
      verdict: {
        permitted: permitted.map((item) => ({ item, as: forms[item] ?? 'as-is' })),
        refused: new Map(refused.map((item) => [item, ['prohibited'] as const])),
      },
      values: new Map(Object.entries(values).filter(([item]) => !refused.includes(item))),
    },
    children: new Map(
      children.map(([subject, rows]) => [subject, rows.map((row): Items => new Map(Object.entries(row)))]),
    ),
  }
}

/** The pure function finds the same, unless a test says otherwise. */
const again = (pupils: readonly DecidedPupil[]): ReadonlyMap<string, Redecided> =>
  new Map(
    pupils.map(({ row: { pupilId, inPopulation, verdict }, children }) => [
      pupilId,
      { inPopulation, verdict, contacts: children.get('contact') ?? [] },
    ]),
  )

const decide = (agreement: Partial<Agreement>, pupils: readonly DecidedPupil[]): EgressDecision => {
  const whole = { ...classList, ...agreement }
  const source = { la: '894', establishment: '2999', urn: '900001', name: 'School' }
  return {
    agreement: whole,
    items,
    pupils,
    carried: carriedItems(whole),
    pseudonymise,
    redecided: again(pupils),
    envelope: { agreement: whole.id, version: 1, decidedAt: at.toISOString() },
    ctfHeader:
      whole.format.kind === 'ctf' ? ctfHeader(whole, source, { la: '893', establishment: '2001' }, at) : null,
  }
}

const written = (decision: EgressDecision): string => {
  const rows = permitRows(decision.pupils, decision.carried, items, pseudonymise)
  const made = encode({ ...decision, rows })
  assert.ok(made.ok)
  return Buffer.from(made.value.bytes).toString()
}

const codesFor = async (decision: EgressDecision, text: string): Promise<readonly string[]> =>
  (await checkEgress(Buffer.from(text), decision)).map(({ code }) => code)

const grants = (...ids: ItemId[]) => ids.map((item) => ({ item, as: 'as-is' as const }))

describe('egress check of JSON', () => {
  const decision = decide(
    {
      items: grants('pupil.forename', 'pupil.eal', 'pupil.medicalNeeds', 'contact.forename'),
      format: { kind: 'json', specification: '' },
    },
    [
      pupil(
        '1',
        { 'pupil.forename': 'Zoe\u0301', 'pupil.eal': true, 'pupil.medicalNeeds': 'asthma' },
        ['pupil.medicalNeeds'],
        [['contact', [{ 'contact.forename': 'Ann' }, { 'contact.forename': 'Ben' }]]],
      ),
      pupil('2', { 'pupil.forename': 'Sam', 'pupil.eal': null }, [], [['contact', []]]),
    ],
  )
  const text = written(decision)

  it('passes what was written, normalised', async () => {
    assert.deepEqual(await codesFor(decision, text), [])
    assert.match(text, /Zoé/)
    assert.doesNotMatch(text, /asthma/)
  })

  for (const [what, spoil, code] of [
    [
      'a refused item added',
      (t: string) => t.replace('"pupil.eal": true', '"pupil.eal": true,\n   "pupil.medicalNeeds": "asthma"'),
      'not-permitted',
    ],
    ['an item left out', (t: string) => t.replace('   "pupil.eal": true,\n', ''), 'missing-value'],
    ['a value changed', (t: string) => t.replace('"pupil.eal": true', '"pupil.eal": false'), 'other-value'],
    [
      'a contact dropped',
      (t: string) => t.replace(/,\n {4}\{\n {5}"contact.forename": "Ben"\n {4}\}/, ''),
      'other-value',
    ],
    [
      'a subject added',
      (t: string) => t.replace('"pupil.forename": "Sam"', '"pupil.forename": "Sam",\n   "result": []'),
      'not-permitted',
    ],
    ['another envelope', (t: string) => t.replace('"version": 1', '"version": 2'), 'other-header'],
    ['an extra field', (t: string) => t.replace('"version": 1', '"version": 1,\n "note": "x"'), 'unreadable'],
    [
      'a key that stands twice',
      (t: string) => t.replace('"pupil.eal": true', '"pupil.eal": false,\n   "pupil.eal": true'),
      'unreadable',
    ],
    ['something after its end', (t: string) => `${t}{}`, 'unreadable'],
    ['its second half missing', (t: string) => t.slice(0, t.length / 2), 'unreadable'],
  ] as const) {
    it(`stops a file with ${what}`, async () => {
      const spoilt = spoil(text)
      assert.notEqual(spoilt, text)
      assert.ok((await codesFor(decision, spoilt)).includes(code))
    })
  }

  it('stops a pupil too many and a pupil too few', async () => {
    const [first, second] = decision.pupils
    assert.ok(first && second)
    assert.ok((await codesFor({ ...decision, pupils: [first] }, text)).includes('extra-pupil'))
    const third = pupil('3', { 'pupil.forename': 'Lee' })
    assert.ok(
      (await codesFor({ ...decision, pupils: [first, second, third] }, text)).includes('missing-pupil'),
    )
  })
})

describe('egress check of a transfer file', () => {
  const decision = decide(
    {
      items: grants(
        'pupil.surname',
        'pupil.forename',
        'pupil.medicalFlag',
        'pupil.sessionsPossible',
        'pupil.destinationLa',
        'contact.surname',
        'result.stage',
        'result.subject',
        'result.value',
        'pupil.postcode',
      ),
      format: { kind: 'ctf', version: '25.0', specification: '' },
    },
    [
      pupil(
        '1',
        {
          'pupil.surname': 'O’Hara & Sons',
          'pupil.forename': 'Zoë',
          'pupil.medicalFlag': false,
          'pupil.sessionsPossible': 120,
          'pupil.destinationLa': '893',
          'pupil.postcode': 'TF1 1AA',
        },
        ['pupil.postcode'],
        [
          ['contact', [{ 'contact.surname': 'Hara' }]],
          [
            'result',
            [
              { 'result.stage': 'KS2', 'result.subject': 'MAT', 'result.value': '105' },
              { 'result.stage': 'KS1', 'result.subject': 'ENG', 'result.value': 'EXS' },
              { 'result.stage': 'KS2', 'result.subject': 'ENG', 'result.value': '99' },
            ],
          ],
        ],
      ),
      pupil('2', { 'pupil.surname': 'Second', 'pupil.forename': 'Sam' }),
    ],
  )
  const text = written(decision)

  it('passes what was written, results grouped by stage', async () => {
    assert.deepEqual(await codesFor(decision, text), [])
    assert.doesNotMatch(text, /TF1/)
  })

  for (const [what, spoil, code] of [
    ['a value changed', (t: string) => t.replace('Zoë', 'Zoe'), 'other-value'],
    ['a value cut', (t: string) => t.replace('O’Hara &amp; Sons', 'O’Hara'), 'other-value'],
    ['a result changed', (t: string) => t.replace('>105<', '>106<'), 'other-value'],
    ['another destination', (t: string) => t.replace('<LEA>893</LEA>', '<LEA>894</LEA>'), 'other-header'],
    [
      'an element that nobody decided',
      (t: string) => t.replace('</Forename>', '</Forename>\n      <DOB>2018-03-04</DOB>'),
      'not-permitted',
    ],
    [
      'a contact renamed',
      (t: string) => t.replace('<Surname>Hara</Surname>', '<Surname>Hare</Surname>'),
      'other-value',
    ],
    ['its end missing', (t: string) => t.slice(0, -20), 'unreadable'],
    [
      'an unknown element',
      (t: string) => t.replace('</Forename>', '</Forename>\n      <Secret>x</Secret>'),
      'unreadable',
    ],
  ] as const) {
    it(`stops a file with ${what}`, async () => {
      const spoilt = spoil(text)
      assert.notEqual(spoilt, text)
      const codes = await codesFor(decision, spoilt)
      assert.ok(codes.includes(code), codes.join(', '))
    })
  }
})

describe('egress check of the decision itself', () => {
  it('stops a form that the agreement does not list, and an item both permitted and refused', async () => {
    const plain = decide({ items: [{ item: 'pupil.forename', as: 'initial' }] }, [
      pupil('1', { 'pupil.forename': 'Zoë' }),
    ])
    assert.ok((await codesFor(plain, written(plain))).includes('not-permitted'))
    const one = pupil('1', { 'pupil.forename': 'Zoë' })
    const both = decide({}, [
      {
        ...one,
        row: {
          ...one.row,
          verdict: { ...one.row.verdict, refused: new Map([['pupil.forename', ['prohibited'] as const]]) },
        },
      },
    ])
    assert.ok((await codesFor(both, written(both))).includes('not-permitted'))
  })

  it('stops what the pure function does not permit, and a contact whom it does not name', async () => {
    const contacts = [{ 'contact.forename': 'Ann' }, { 'contact.forename': 'Ben' }]
    const named = decide(
      { items: grants('pupil.forename', 'contact.forename'), format: { kind: 'json', specification: '' } },
      [pupil('1', { 'pupil.forename': 'Zoë' }, [], [['contact', contacts]])],
    )
    const text = written(named)
    assert.deepEqual(await codesFor(named, text), [])
    const one = named.redecided?.get('1')
    assert.ok(one)
    for (const [without, code] of [
      [{ ...one, contacts: one.contacts.slice(1) }, 'other-value'],
      [{ ...one, contacts: one.contacts.toReversed() }, 'other-value'],
      [
        { ...one, verdict: { ...one.verdict, permitted: one.verdict.permitted.slice(0, 1) } },
        'not-permitted',
      ],
      [{ ...one, inPopulation: false }, 'not-permitted'],
    ] as const) {
      const codes = await codesFor({ ...named, redecided: new Map([['1', without]]) }, text)
      assert.ok(codes.includes(code), codes.join())
    }
    assert.ok((await codesFor({ ...named, redecided: new Map() }, text)).includes('not-permitted'))
  })

  it('expects a code where the id must not leave', async () => {
    const coded = decide({}, [
      pupil('1', { 'pupil.reference': 'id-1', 'pupil.forename': 'Zoë' }, [], [], {
        'pupil.reference': 'pseudonym',
      }),
    ])
    const text = written(coded)
    assert.match(text, /CODEid-1,Zoë/)
    assert.deepEqual(await codesFor(coded, text), [])
    assert.ok((await codesFor(coded, text.replace('CODEid-1', 'id-1'))).includes('other-value'))
  })
})
