import { answerLetters } from './consent-sql.store.ts'
import type { ConsentProblem } from './consent.ts'
import type { Findings } from './findings.ts'
import type { SqlFinding, SqlFindings } from './findings-sql.store.ts'

/** Reads one plan's part of the text `found` that a set-wise statement gives for each pupil. */
export interface FindingsReader {
  /** The letters that concern the plan: pupils with equal letters have equal findings. */
  pattern(found: string): string
  read(found: string): Findings
}

export function findingsReader({ inPopulation, objected, consent, bites }: SqlFindings): FindingsReader {
  const is = (finding: SqlFinding | null, found: string): boolean =>
    finding !== null && found.charAt(finding.place()) === '1'
  const places = [
    inPopulation,
    objected,
    ...consent.flatMap(({ answer, childRefuses, notNotified }) => [answer, childRefuses, notNotified]),
    ...bites.flat(),
  ].flatMap((finding) => (finding ? [finding.place()] : []))
  return {
    pattern: (found) => places.map((place) => found.charAt(place)).join(''),
    read: (found) => ({
      inPopulation: is(inPopulation, found),
      objected: is(objected, found),
      consent: consent.map(({ answer, childRefuses, notNotified }) => [
        ...(is(childRefuses, found) ? (['child-refuses'] as const) : []),
        ...(is(notNotified, found) ? (['not-notified'] as const) : []),
        ...problemOf(found.charAt(answer.place())),
      ]),
      bites: bites.map((tests) => tests.every((test) => is(test, found))),
    }),
  }
}

function problemOf(letter: string): readonly ConsentProblem[] {
  const problem = answerLetters[letter]
  if (problem === undefined) throw new Error('a finding is written in a letter that means nothing')
  return problem === null ? [] : [problem]
}
