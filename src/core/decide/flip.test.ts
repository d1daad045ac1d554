import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Agreement, Decision, Flip, Prohibition, RefusalCode } from '../vocabulary/index.ts'
import { compileCase } from './compile-case.ts'
import type { DecisionCase, PolicyContext, PupilFacts } from './policy-context.ts'
import { context, facts, orderlyCase } from './testing/orderly-case.ts'

interface World {
  readonly context: PolicyContext
  readonly c: DecisionCase
  readonly facts: PupilFacts
}

const orderly: World = { context, c: orderlyCase(), facts }
const withAgreement = (world: World, change: Partial<Agreement>): World => ({
  ...world,
  c: { ...world.c, version: { ...world.c.version, agreement: { ...world.c.version.agreement, ...change } } },
})
const withStanding = (world: World, change: Partial<DecisionCase['standing']>): World => ({
  ...world,
  c: { ...world.c, standing: { ...world.c.standing, ...change } },
})
const withProhibition = (world: World, change: Partial<Prohibition>): World => ({
  ...world,
  context: {
    ...world.context,
    prohibitions: [
      ...world.context.prohibitions,
      {
        id: `p${world.context.prohibitions.length}`,
        label: 'No',
        law: 'A law',
        confidence: 'official',
        when: {},
        ...change,
      },
    ],
  },
})
const withMark = (world: World, kind: 'confidential-address' | 'objection'): World => ({
  ...world,
  facts: {
    ...world.facts,
    marks: [
      ...world.facts.marks,
      { kind, agreementId: null, allowedRecipients: [], contactId: null, from: '2026-09-01', to: null },
    ],
  },
})

const decided = (world: World, item = 'pupil.surname'): Decision => {
  const compiled = compileCase(world.context, world.c)
  assert.ok(compiled.ok)
  return compiled.value.decide(world.facts, item)
}

const flipOf = (world: World, item?: string): Flip['changes'] => {
  const decision = decided(world, item)
  if (decision.outcome === 'permit') assert.fail('it is permitted')
  return decision.flip.changes
}

/** Things that can be wrong one beside another, and who could put each right. */
const damages: readonly {
  readonly code: RefusalCode
  readonly by: Flip['changes'][number]['by']
  readonly do: (world: World) => World
}[] = [
  { code: 'agreement-off', by: 'dpo', do: (w) => withAgreement(w, { enabled: false }) },
  {
    code: 'agreement-not-approved',
    by: 'dpo',
    do: (w) => ({ ...w, c: { ...w.c, version: { ...w.c.version, approvedAt: null } } }),
  },
  {
    code: 'review-overdue',
    by: 'dpo',
    do: (w) => withAgreement(w, { review: { due: '2025-08-31', graceDays: 0 } }),
  },
  { code: 'recipient-identity', by: 'recipient', do: (w) => withStanding(w, { identityVerifiedOn: null }) },
  { code: 'recipient-contract', by: 'dpo', do: (w) => withStanding(w, { contractOn: null }) },
  { code: 'recipient-key', by: 'recipient', do: (w) => withStanding(w, { ageRecipient: null }) },
  {
    code: 'recipient-transfer',
    by: 'dpo',
    do: (w) => withAgreement(w, { transfer: { country: 'US', safeguard: 'addendum' } }),
  },
  {
    code: 'not-in-population',
    by: 'dpo',
    do: (w) => withAgreement(w, { population: { item: 'pupil.yearGroup', equals: '6' } }),
  },
  { code: 'item-not-listed', by: 'dpo', do: (w) => withAgreement(w, { items: [] }) },
  {
    code: 'consent-missing',
    by: 'parent',
    do: (w) => withAgreement(w, { consent: { rule: 'opt-in', purpose: 'meals', wording: 'meals-1' } }),
  },
  {
    code: 'prohibited',
    by: 'dpo',
    do: (w) =>
      withMark(withProhibition(w, { when: { mark: 'confidential-address' } }), 'confidential-address'),
  },
  { code: 'objection-upheld', by: 'parent', do: (w) => withMark(w, 'objection') },
]

describe('the smallest change that would turn a refusal', () => {
  it('has one change for each thing that is wrong, none to spare, whoever can make it', () => {
    fc.assert(
      fc.property(fc.subarray([...damages], { minLength: 1 }), (chosen) => {
        const world = chosen.reduce((before, damage) => damage.do(before), orderly)
        const changes = flipOf(world).map(({ code, by }) => `${code} by ${by}`)
        assert.deepEqual(changes.sort(), chosen.map(({ code, by }) => `${code} by ${by}`).sort())
        // Making all changes but one leaves it refused; making all of them is the orderly case.
        for (const left of chosen) assert.equal(decided(left.do(orderly)).outcome, 'refuse')
        assert.equal(decided(orderly).outcome, 'permit')
      }),
      { numRuns: 200 },
    )
  })

  it('is nobody’s where a law forbids, whatever else is wrong', () => {
    const world = withProhibition(withAgreement(orderly, { enabled: false }), {
      items: { handling: ['name'] },
    })
    assert.deepEqual(
      flipOf(world).map(({ code, by }) => ({ code, by })),
      [{ code: 'prohibited', by: 'nobody' }],
    )
  })

  it('is another form where every prohibition that bites would let that form pass', () => {
    const world = withProhibition(withProhibition(orderly, { unless: { as: ['pseudonym', 'flag'] } }), {
      items: { ids: ['pupil.surname'] },
      unless: { as: ['pseudonym', 'district'] },
    })
    const [change, ...more] = flipOf(world)
    assert.deepEqual(more, [])
    assert.equal(change?.by, 'dpo')
    assert.match(change.change, /pseudonym/)
    const pseudonymous = withAgreement(world, { items: [{ item: 'pupil.surname', as: 'pseudonym' }] })
    assert.equal(decided(pseudonymous).outcome, 'permit')
  })

  it('is nobody’s where no one form satisfies all prohibitions', () => {
    const world = withProhibition(withProhibition(orderly, { unless: { as: ['pseudonym'] } }), {
      unless: { as: ['flag'] },
    })
    assert.deepEqual(
      flipOf(world).map(({ by }) => by),
      ['nobody'],
    )
  })

  it('counts one act once: a safeguard missed by two rules, a consent asked twice', () => {
    const abroad = withAgreement(orderly, { transfer: { country: 'US', safeguard: 'addendum' } })
    const twice = withProhibition(abroad, { when: { transferUnsafeguarded: true } })
    const safe = withStanding(twice, { transferSafeguard: 'addendum', transferSafeguardOn: '2026-09-01' })
    assert.equal(flipOf(twice).length, 1)
    assert.equal(decided(safe).outcome, 'permit')

    const optIn: Agreement['consent'] = { rule: 'opt-in', purpose: 'meals', wording: 'meals-1' }
    const asked = withAgreement(orderly, {
      consent: optIn,
      items: [{ item: 'pupil.surname', as: 'as-is', consent: optIn }],
    })
    assert.equal(flipOf(asked).length, 1)
  })

  it('names the items, and only those, on which membership hangs; never their values', () => {
    const [change] = flipOf(
      withAgreement(orderly, {
        population: {
          any: [
            {
              all: [
                { item: 'pupil.yearGroup', equals: '6' },
                { item: 'pupil.lookedAfter', equals: true },
              ],
            },
            { not: { item: 'pupil.surname', present: true } },
          ],
        },
      }),
    )
    assert.match(change?.change ?? '', /pupil\.surname\.$/)
    assert.doesNotMatch(change?.change ?? '', /yearGroup|lookedAfter|Briain/)
  })

  it('asks the office to tell a parent who was not told, and the parents for the rest', () => {
    const world = withAgreement(orderly, {
      consent: { rule: 'biometric', purpose: 'meals', wording: 'meals-1' },
    })
    assert.deepEqual(
      flipOf(world)
        .map(({ by }) => by)
        .sort(),
      ['office', 'parent'],
    )
  })
})
