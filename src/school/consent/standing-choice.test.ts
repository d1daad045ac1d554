import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { ChoiceKind } from '../../core/vocabulary/index.ts'
import { purposeStanding, type ChoiceMade, type PurposeStanding } from './standing-choice.ts'
import { choicesMade, naiveStanding } from './standing-choice.model.ts'

const at = new Date('2026-11-24T07:30:00Z')
const words = 'a'.repeat(64)

const made = (...rows: readonly [string, ChoiceMade['state'], Partial<ChoiceMade>?][]): ChoiceMade[] =>
  rows.map(([giver, state, more], i) => ({
    sequence: i + 1,
    kind: 'consent',
    state,
    giver: giver === 'pupil' || giver === 'school' ? giver : 'contact',
    giverContactId: giver === 'pupil' || giver === 'school' ? null : giver,
    wordingSha256: words,
    recordedAt: new Date('2026-10-01T00:00:00Z'),
    expiresAt: null,
    ...more,
  }))

const standing = (
  choices: ChoiceMade[],
  kind: ChoiceKind = 'consent',
  entitled: string[] = ['ann', 'bob', 'pupil'],
): PurposeStanding =>
  purposeStanding(
    choices.map((choice) => ({ ...choice, kind })),
    (giver) => entitled.includes(giver),
    { kind, wordingSha256: words },
    at,
  )

describe('purposeStanding', () => {
  it('is unknown without a record, and silence is never a yes', () => {
    assert.equal(standing([]), 'unknown')
    assert.equal(standing(made(['ann', 'requested'], ['ann', 'deferred'])), 'deferred')
  })

  it('takes one yes and no objection as a yes', () => {
    assert.equal(standing(made(['ann', 'given'])), 'given')
    assert.equal(standing(made(['ann', 'given'], ['bob', 'requested'])), 'given')
  })

  it('calls a yes and an objection a disagreement, and a no where any objection wins', () => {
    const both = made(['ann', 'given'], ['bob', 'refused'])
    assert.equal(standing(both), 'disagreement')
    assert.equal(standing(both, 'permission'), 'disagreement')
    assert.equal(standing(both, 'biometric'), 'refused')
    assert.equal(standing(both, 'opt-out'), 'refused')
  })

  it('does not let a second question lift a refusal', () => {
    assert.equal(standing(made(['ann', 'refused'], ['ann', 'requested'])), 'refused')
    assert.equal(standing(made(['ann', 'given'], ['bob', 'refused'], ['bob', 'requested'])), 'disagreement')
  })

  it('ignores whoever is not entitled', () => {
    assert.equal(standing(made(['ann', 'given'], ['bob', 'refused']), 'consent', ['ann']), 'given')
    assert.equal(standing(made(['ann', 'given']), 'consent', ['bob']), 'unknown')
  })

  it('ends a yes by time, by the school and by other words, and never a no', () => {
    assert.equal(standing(made(['ann', 'given', { expiresAt: at }])), 'expired')
    assert.equal(standing(made(['ann', 'given'], ['school', 'revoked'])), 'revoked')
    assert.equal(standing(made(['ann', 'given', { wordingSha256: 'b' }])), 'other-wording')
    assert.equal(standing(made(['ann', 'refused'], ['school', 'invalidated'])), 'refused')
    assert.equal(standing(made(['ann', 'given'], ['school', 'revoked'], ['ann', 'given'])), 'given')
  })

  it('agrees with a naive model on random histories', () => {
    fc.assert(
      fc.property(
        choicesMade(['ann', 'bob', 'cat'], words, at, 'permission'),
        fc.subarray(['ann', 'bob', 'cat', 'pupil']),
        fc.constantFrom<ChoiceKind>('consent', 'opt-out', 'biometric', 'permission'),
        (choices, entitled, kind) => {
          const rule = { kind, wordingSha256: kind === 'opt-out' ? null : words }
          assert.equal(
            purposeStanding(choices, (giver) => entitled.includes(giver), rule, at),
            naiveStanding(choices, (giver) => entitled.includes(giver), rule, at),
          )
        },
      ),
      { numRuns: 3000 },
    )
  })
})
