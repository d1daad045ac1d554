import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import type { PupilFinding } from './pupil-findings.ts'

/** Why what a rule found is right, as it stands with the school until the return takes it along. */
export interface Explanation {
  readonly rule: string
  /** Null: of everything that the rule found. */
  readonly pupilId: string | null
  readonly text: string
  readonly writtenAt: Date
  readonly writtenBy: string
}

/** What the line to a collector takes. */
export const longestExplanation = 2000
/** What is too short to be a reason. Whether a longer one is a good one, the collector judges. */
export const shortestReason = 15

/** Whether a text may go with the return as a note on this rule; else what to do about it. It is read by many. */
export function judgeExplanation(
  given: string,
  accepts: PupilFinding['note']['accepts'],
): Result<string, string> {
  const text = given.trim()
  if (accepts === 'none') return fail('No note is accepted on this rule. Correct the data and build again.')
  if (text === '') return fail('Write what there is to say')
  if (text.length > longestExplanation) return fail(`Say it in at most ${longestExplanation} characters`)
  if (/\b[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]\b/i.test(text))
    return fail('Leave the pupil’s number out: the note goes with the place in the file')
  if (accepts === 'reason' && text.length < shortestReason)
    return fail('Say why it is right. A word like “confirmed” alone is sent back')
  return ok(text)
}

/** The explanation that a finding has: its pupil’s own before the one of the whole rule. */
export const explanationOf = (
  { rule, pupilId }: Pick<PupilFinding, 'rule' | 'pupilId'>,
  explanations: readonly Explanation[],
): Explanation | null =>
  explanations.find((one) => one.rule === rule && one.pupilId !== null && one.pupilId === pupilId) ??
  explanations.find((one) => one.rule === rule && one.pupilId === null) ??
  null

/** Whether there is still something to be done about a finding before the head signs off. */
export const isOpen = (
  finding: Pick<PupilFinding, 'rule' | 'pupilId' | 'explain'>,
  explanations: readonly Explanation[],
): boolean => !finding.explain || explanationOf(finding, explanations) === null
