import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Condition } from '../vocabulary/index.ts'
import { checkCondition } from './condition-check.ts'
import { conditionHolds, itemsToChange } from './condition-holds.ts'
import { conditionSql } from './condition-sql.store.ts'
import { compileCase } from './compile-case.ts'
import { newParameters } from './statement.ts'
import { arbitraryCondition } from './testing/arbitrary-policy.ts'
import { arbitraryPupils } from './testing/arbitrary-pupil.ts'
import { testItems } from './testing/items.ts'
import { context, orderlyCase } from './testing/orderly-case.ts'

/** What can't be written, and the place that the fault must name. */
const wrong: readonly (readonly [unknown, string])[] = [
  [null, ''],
  ['everybody', ''],
  [[], ''],
  [{}, ''],
  [{ item: 'pupil.surname' }, ''],
  [{ item: 'pupil.shoeSize', present: true }, 'item'],
  [{ item: 'contact.surname', present: true }, 'item'],
  [{ item: 'pupil.surname', equals: 'x', in: ['y'] }, ''],
  [{ item: 'pupil.surname', like: '%' }, ''],
  [{ item: 'pupil.surname', equals: 1 }, 'equals'],
  [{ item: 'pupil.surname', equals: 'a\0b' }, 'equals'],
  [{ item: 'pupil.surname', equals: '\ud800' }, 'equals'],
  [{ item: 'pupil.eal', equals: 'true' }, 'equals'],
  [{ item: 'pupil.eal', in: [true] }, 'in'],
  [{ item: 'pupil.surname', in: [] }, 'in'],
  [{ item: 'pupil.surname', in: ['x', 2] }, 'in'],
  [{ item: 'pupil.surname', before: '2020-01-01' }, 'before'],
  [{ item: 'pupil.dateOfBirth', before: '2020-02-30' }, 'before'],
  [{ item: 'pupil.dateOfBirth', after: 'yesterday' }, 'after'],
  [{ item: 'pupil.dateOfBirth', after: 'today-0' }, 'after'],
  [{ item: 'pupil.dateOfBirth', after: 'today+1' }, 'after'],
  [{ item: 'pupil.dateOfBirth', after: 'today-10000' }, 'after'],
  [{ item: 'pupil.dateOfBirth', before: 'today - 1' }, 'before'],
  [{ item: 'pupil.dateOfBirth', range: { from: 1, to: 2 } }, 'range'],
  [{ item: 'pupil.sessionsUnauthorised', range: { from: 2, to: 1 } }, 'range'],
  [{ item: 'pupil.sessionsUnauthorised', range: { from: 0.5, to: 1 } }, 'range'],
  [{ item: 'pupil.sessionsUnauthorised', range: { from: 1 } }, 'range'],
  [{ item: 'pupil.sessionsUnauthorised', equals: 1.5 }, 'equals'],
  [{ item: 'pupil.surname', present: false }, 'present'],
  [{ use: 'on-roll' }, 'use'],
  [{ any: [] }, 'any'],
  [{ all: { item: 'pupil.surname', present: true } }, 'all'],
  [{ not: { use: 'x' } }, 'not.use'],
  [
    { all: [{ item: 'pupil.surname', present: true }, { any: [{ item: 'pupil.x', present: true }] }] },
    'all[1].any[0].item',
  ],
]

describe('the condition language', () => {
  for (const [condition, path] of wrong) {
    it(`refuses ${JSON.stringify(condition)}`, () => {
      const faults = checkCondition(condition as Condition, testItems)
      assert.deepEqual(
        faults.map((fault) => fault.path),
        [path],
      )
    })
  }

  it('counts days back from today over the ends of months and leap years', () => {
    const holds = (leavingDate: string, condition: Condition, today: string): boolean => {
      assert.deepEqual(checkCondition(condition, testItems), [])
      return conditionHolds(condition, {
        values: { 'pupil.leavingDate': leavingDate },
        items: testItems,
        today,
      })
    }
    const item = 'pupil.leavingDate'
    for (const [today, days, day] of [
      ['2026-11-24', 365, '2025-11-24'],
      ['2025-02-28', 365, '2024-02-29'],
      ['2026-03-01', 1, '2026-02-28'],
      ['2026-11-24', 9999, '1999-07-10'],
    ] as const) {
      const constant = `today-${days}`
      assert.ok(holds(day, { item, equals: constant }, today), `${constant} of ${today}`)
      assert.ok(!holds(day, { item, after: constant }, today))
      assert.ok(!holds(day, { item, before: constant }, today))
      const parameters = newParameters()
      conditionSql({ item, in: [constant, 'today'] }, { items: testItems, today, parameters })
      assert.deepEqual(parameters.values, [day, today])
    }
    // In a text the same letters are just letters.
    const surname = { item: 'pupil.surname', equals: 'today-1' }
    assert.ok(
      conditionHolds(surname, {
        values: { 'pupil.surname': 'today-1' },
        items: testItems,
        today: '2026-11-24',
      }),
    )
  })

  it('refuses what is nested too deep to be meant', () => {
    const deep = Array.from({ length: 40 }).reduce<Condition>((inner) => ({ not: inner }), { all: [] })
    assert.equal(checkCondition(deep, testItems).length, 1)
  })

  it('keeps a case with such a condition from being compiled, and says where', () => {
    const population = { all: [{ item: 'pupil.shoeSize', equals: 4 }] }
    const compiled = compileCase(context, orderlyCase({ agreement: { population } }))
    assert.ok(!compiled.ok)
    assert.deepEqual(
      compiled.error.map(({ path }) => path),
      ['population.all[0].item'],
    )
    const prohibitions = [
      { id: 'p', label: '', law: '', confidence: 'official' as const, when: { pupil: { use: 'x' } } },
    ]
    const other = compileCase({ ...context, prohibitions }, orderlyCase())
    assert.ok(!other.ok)
    assert.deepEqual(
      other.error.map(({ path }) => path),
      ['prohibitions.p.when.pupil.use'],
    )
  })

  it('puts no value into the text of the SQL', () => {
    const parameters = newParameters()
    const evil = `'; drop table pupil; --`
    const sql = conditionSql(
      {
        any: [
          { item: 'pupil.surname', equals: evil },
          { item: 'pupil.forename', in: [evil, 'x'] },
        ],
      },
      { items: testItems, today: '2026-11-24', parameters },
    )
    assert.ok(!sql.includes('drop'))
    assert.deepEqual(parameters.values, [evil, 'x'])
    const items = new Map([[`a" or true --`, { ...[...testItems.values()][0]!, id: `a" or true --` }]])
    assert.equal(checkCondition({ item: `a" or true --`, present: true }, items).length, 1)
    assert.throws(() =>
      conditionSql({ item: `a" or true --`, present: true }, { items, today: '2026-11-24', parameters }),
    )
  })

  it('turns a condition by changing just the items it names', () => {
    const at = new Date('2026-11-24T12:00:00Z')
    const pupils = arbitraryPupils(at, '2026-11-24', null, { minLength: 1, maxLength: 1 })
    fc.assert(
      fc.property(arbitraryCondition, pupils, fc.boolean(), (condition, [pupil], wanted) => {
        const tested = { values: pupil?.values ?? {}, items: testItems, today: '2026-11-24' }
        const named = itemsToChange(condition, tested, wanted)
        // Nothing to change exactly when it holds already; where it doesn't, it names something, unless nothing can turn it.
        if (conditionHolds(condition, tested) === wanted) assert.deepEqual(named, [])
        for (const item of named) assert.ok(JSON.stringify(condition).includes(item))
      }),
    )
  })
})
