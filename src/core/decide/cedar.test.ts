import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { dateInEngland } from '../vocabulary/index.ts'
import { compileCase } from './compile-case.ts'
import { arbitraryPolicy, contextOf } from './testing/arbitrary-policy.ts'
import { arbitraryPupils, askedBy } from './testing/arbitrary-pupil.ts'
import { cedarOracle } from './testing/cedar-oracle.ts'
import { testItems } from './testing/items.ts'
import { factsOf } from './testing/pupil-model.ts'

const items = [...testItems.keys(), 'pupil.unheardOf']

describe('an independent engine', () => {
  it('permits and refuses as Cedar does, for random policies and pupils', (t) => {
    const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)
    t.diagnostic(`seed ${seed}: repeat with FC_SEED`)
    const count = { cases: 0, permits: 0 }
    const world = arbitraryPolicy.chain((policy) => {
      const { at } = policy.decisionCase
      return fc.record({
        policy: fc.constant(policy),
        pupils: arbitraryPupils(at, dateInEngland(at), askedBy(policy.decisionCase.version.agreement), {
          minLength: 1,
          maxLength: 3,
          size: 'max',
        }),
      })
    })
    fc.assert(
      fc.property(world, ({ policy, pupils }) => {
        const context = contextOf(policy)
        const { at } = policy.decisionCase
        const today = dateInEngland(at)
        const compiled = compileCase(context, policy.decisionCase)
        assert.ok(compiled.ok)
        const cedar = cedarOracle(context, policy.decisionCase, today)
        for (const pupil of pupils) {
          const facts = factsOf(pupil, at, today)
          for (const item of items) {
            const { outcome } = compiled.value.decide(facts, item)
            count.cases++
            if (outcome === 'permit') count.permits++
            assert.equal(outcome, cedar.permits(pupil, item) ? 'permit' : 'refuse', item)
          }
        }
      }),
      { seed, numRuns: 360 },
    )
    t.diagnostic(`${count.cases} cases, ${count.permits} of them permits`)
    assert.ok(count.cases >= 10_000, 'too few cases')
    assert.ok(count.permits >= count.cases / 50, 'hardly anything was permitted: the cases say little')
  })
})
