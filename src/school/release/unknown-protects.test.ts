import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileCase, type SetRow } from '../../core/decide/index.ts'
import type { Decision } from '../../core/vocabulary/index.ts'
import { decideSchool, takeFacts } from '../agreements/index.ts'
import { addContact, addPupils, at, openSmallSchool, policyWith } from './testing/small-school.ts'

const small = await openSmallSchool('234567')
const flags = ['looked_after', 'child_in_need', 'child_protection_plan'] as const
const said = [true, false, null]

/** Every combination of what may be on record. */
const combinations = said.flatMap((looked_after) =>
  said.flatMap((child_in_need) =>
    said.map((child_protection_plan) => ({ looked_after, child_in_need, child_protection_plan })),
  ),
)

describe('a yes or no that nobody has said', () => {
  it('never reads as no: only a pupil with three recorded noes is published, by SQL and by the pure function', async () => {
    const ids = await addPupils(
      small.school,
      combinations.map((more) => ({ more })),
    )
    const policy = policyWith(
      { items: [{ item: 'pupil.preferredForename', as: 'as-is' }] },
      { recipient: { publishes: true } },
    )
    const item = 'pupil.preferredForename'
    const [version] = policy.agreements.values()
    const [recipient] = policy.recipients.values()
    const [standing] = policy.standings.values()
    assert.ok(version && recipient && standing)
    const compiled = compileCase(policy, { at, version, recipient, standing })
    assert.ok(compiled.ok)
    const decider = compiled.value
    await small.school.read(async (tx) => {
      const [decided] = await decideSchool(tx, policy, at)
      assert.ok(decided)
      for (const [i, id] of ids.entries()) {
        const may = flags.every((flag) => combinations[i]?.[flag] === false)
        const row: SetRow | undefined = decided.rows.find(({ pupilId }) => pupilId === id)
        const facts = await takeFacts(tx, id, at)
        assert.ok(row && facts)
        const decision: Decision = decider.decide(facts, item)
        assert.deepEqual(
          row.verdict.refused.get(item) ?? [],
          may ? [] : ['prohibited'],
          JSON.stringify(combinations[i]),
        )
        assert.equal(decision.outcome, may ? 'permit' : 'refuse')
        if (decision.outcome === 'refuse')
          assert.deepEqual(
            decision.reasons.map(({ about }) => about),
            ['publishing-social-care'],
          )
      }
    })
  })

  it('names no foster carer as such to a supplier while it is not known whether the pupil is looked after', async () => {
    const school = small.store.school('234567', small.school.actor)
    const [yes = '', no = '', unknown = ''] = await addPupils(
      school,
      said.map((looked_after, i) => ({
        id: `00000000-0000-4000-a000-00000000000${i}`,
        more: { looked_after },
      })),
    )
    for (const [i, id] of [yes, no, unknown].entries()) {
      await addContact(school, id, {
        id: `00000000-0000-4000-b000-00000000000${i}`,
        forename: 'Carer',
        priority: 1,
      })
    }
    const policy = policyWith({ items: [{ item: 'contact.relationship', as: 'as-is' }] })
    const [decided] = await school.read((tx) => decideSchool(tx, policy, at))
    const refused = (id: string) =>
      decided?.rows.find(({ pupilId }) => pupilId === id)?.verdict.refused.get('contact.relationship')
    assert.deepEqual(
      [refused(yes), refused(no), refused(unknown)],
      [['prohibited'], undefined, ['prohibited']],
    )
  })
})
