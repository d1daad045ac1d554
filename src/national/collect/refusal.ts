import type { SubmissionProblem } from '../../core/collections/index.ts'

/** Why a return is not taken in. Nothing of it was kept. Words are shown as they are, and never repeat a value. */
export interface Refusal {
  readonly problem: SubmissionProblem
  readonly detail: string
  readonly todo: string
  readonly line?: number
}

export const refusal = (
  problem: SubmissionProblem,
  detail: string,
  todo: string,
  line?: number,
): Refusal => ({ problem, detail, todo, ...(line === undefined ? {} : { line }) })
