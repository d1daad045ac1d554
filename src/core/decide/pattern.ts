import type { ConsentProblem } from './consent.ts'
import type { Findings } from './findings.ts'
import { answerLetters, type FindingExpressions } from './findings-sql.store.ts'
import type { CasePlan } from './plan.ts'

/** A pattern is the findings about a pupil, one letter each, so that equal findings are equal texts. */
export function readPattern(plan: CasePlan, pattern: string): Findings {
  let place = 0
  const next = (): string => pattern.charAt(place++)
  const inPopulation = next() === '1'
  const objected = next() === '1'
  const consent = plan.rules.map(({ rule }) => {
    const problems: ConsentProblem[] = []
    const answer = answerLetters[next()]
    if (answer === undefined) throw new Error('a pattern has a letter that means nothing')
    if (rule.rule === 'biometric') {
      if (next() === '1') problems.push('child-refuses')
      if (next() === '1') problems.push('not-notified')
    }
    return answer === null ? problems : [...problems, answer]
  })
  const bites = plan.prohibitions.map(({ perPupil }) => !perPupil || next() === '1')
  if (place !== pattern.length) throw new Error('a pattern is not as long as its plan')
  return { inPopulation, objected, consent, bites }
}

/** The expressions whose letters, one after the other, are the pattern. */
export const patternParts = ({
  inPopulation,
  objected,
  consent,
  bites,
}: FindingExpressions): readonly string[] => {
  const bit = (test: string): string => (test === 'false' ? `'0'` : `case when ${test} then '1' else '0' end`)
  return [
    bit(inPopulation),
    bit(objected),
    ...consent.flatMap(({ letter, childRefuses, notNotified }) => [
      letter,
      ...(childRefuses === null ? [] : [bit(childRefuses)]),
      ...(notNotified === null ? [] : [bit(notNotified)]),
    ]),
    ...bites.filter((test) => test !== null).map(bit),
  ]
}
