import assert from 'node:assert/strict'
import { it } from 'node:test'
import { compileCondition } from './condition/compile-condition.ts'
import { gatherNothing } from './condition/compiling.ts'
import { parseCondition } from './condition/parse-condition.ts'
import type { TermDefinition } from './definition.ts'
import { splitRules } from './split-rules.ts'
import { termOf } from './testing/sample-return.ts'

const census = await termOf('school-census', 2026, 'SPR')

/** Whether the one rule is asked in portions. */
function isWithin(definition: TermDefinition, on: string, condition: string): boolean {
  const [known] = definition.rules
  assert.ok(known)
  const fails = parseCondition(condition)
  assert.ok(fails.ok, condition)
  const rule = { ...known, on, fails: fails.value }
  const compiled = compileCondition(rule.fails, { definition, on, gathered: gatherNothing() })
  assert.ok(compiled.ok, JSON.stringify(compiled))
  const { within, across } = splitRules({ ...definition, rules: [rule] })
  assert.equal(within.length + across.length, 1)
  return within.length === 1
}

it('asks in portions what looks at a record, what is above and below it, and what stands once', () => {
  for (const [on, condition] of [
    ['pupil', 'upn is absent'],
    ['pupil', 'header.urn = upn'],
    ['pupil', 'none(address) and previous.headcount > 0'],
    ['pupil', 'any(learningAim where programmeAim.start > start)'],
    ['address', 'pupil.onRoll and repeatedBelow(postcode)'],
    ['senNeed', 'any(other senNeed where rank = this.rank)'],
    ['learningAim', 'any(other address within pupil)'],
  ] as const)
    assert.equal(isWithin(census, on, condition), true, `${on}: ${condition}`)
})

it('asks of the whole return what looks at more of it', () => {
  for (const [on, condition] of [
    ['school', 'phone is absent'],
    ['class', 'repeated(name)'],
    ['return', 'any(pupil)'],
    ['pupil', 'repeated(upn)'],
    ['pupil', 'repeatedBelow(upn)'],
    ['pupil', 'varies(dob, upn)'],
    ['pupil', 'any(other pupil where upn = this.formerUpn)'],
    ['address', 'repeated(postcode)'],
    ['address', 'count(return.pupil) > 1'],
    ['pupil', 'measure.headcount > 1'],
  ] as const)
    assert.equal(isWithin(census, on, condition), false, `${on}: ${condition}`)
})
