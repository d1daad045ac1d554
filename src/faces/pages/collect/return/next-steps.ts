import type { StoredReturn } from '../../../../national/collect/index.ts'
import type { MoveOffer } from '../../../../national/collect/show/index.ts'

interface Left {
  readonly errors: number
  readonly unexplained: number
  readonly undecided: number
  readonly rejected: number
}

const many = (n: number, one: string, more: string): string =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : more}`

/** What is left to be done with a return, in sentences for whoever looks at it. */
export function nextSteps(of: StoredReturn, left: Left, offers: readonly MoveOffer[]): readonly string[] {
  if (!of.stands || of.state === 'authorised') return []
  const sentences: string[] = []
  if (left.errors > 0)
    sentences.push(
      `${many(left.errors, 'error has', 'errors have')} to be corrected, or explained where the rule takes a note.`,
    )
  if (left.unexplained > 0)
    sentences.push(`${many(left.unexplained, 'query has', 'queries have')} no note yet.`)
  if (left.rejected > 0)
    sentences.push(
      `${many(left.rejected, 'place has', 'places have')} only a note that was rejected: correct the data, or write a better note.`,
    )
  if (left.undecided > 0)
    sentences.push(
      `${many(left.undecided, 'note waits', 'notes wait')} for the collector to accept or reject.`,
    )
  if (sentences.length === 0) sentences.push('Nothing is left to correct or to explain.')
  for (const { move, refusal } of offers) {
    if (refusal?.why === 'unresolved')
      sentences.push(`It can’t be ${move === 'submit' ? 'submitted' : `${move}d`} before that.`)
  }
  if (of.state === 'submitted' && of.approver === 'authority')
    sentences.push('Next, the local authority approves it or sends it back.')
  else if (of.state === 'submitted' || of.state === 'approved')
    sentences.push('Next, the collector authorises it or sends it back.')
  return sentences
}
