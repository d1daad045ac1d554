import type { CompiledCase, PupilFacts } from '../../../core/decide/index.ts'
import type { AgreementVersion, Decision } from '../../../core/vocabulary/index.ts'
import type { TagView } from '../frame/tag.ts'
import { count } from '../words/numbers.ts'
import type { PupilView } from './pupil.view.ts'

const partly: TagView = { text: 'In part', colour: 'yellow' }
const whole: TagView = { text: 'Shared', colour: 'green' }
const nothing: TagView = { text: 'Not shared', colour: 'red' }
const notCovered: TagView = { text: 'Not covered', colour: 'grey' }

type Refusal = Extract<Decision, { outcome: 'refuse' }>

/** What would have to happen for a yes, by whom; empty when nothing may change it. */
function flipWords(refusal: Refusal): string {
  const changes = refusal.flip.changes.filter((change) => change.by !== 'nobody')
  return changes.length === 0
    ? ''
    : ` It would take: ${changes.map((change) => change.change).join('; and ')}`
}

/** What one recipient's next file would hold of one pupil, with every reason against it said once. */
export function wouldShare(
  version: AgreementVersion,
  recipient: string,
  compiled: CompiledCase,
  facts: PupilFacts,
): PupilView['recipients'][number] {
  const { agreement } = version
  const decisions = agreement.items.map(({ item }) => compiled.decide(facts, item))
  const refusals = decisions.filter((decision): decision is Refusal => decision.outcome === 'refuse')
  const permitted = decisions.length - refusals.length
  const outside = refusals.some((refusal) => refusal.reasons.some(({ code }) => code === 'not-in-population'))
  const reasons = new Map<string, string>()
  for (const refusal of refusals) {
    for (const reason of refusal.reasons) {
      if (!reasons.has(reason.text)) reasons.set(reason.text, reason.text)
    }
    const flip = flipWords(refusal)
    const [first] = refusal.reasons
    if (first && flip && refusal.reasons.length === 1) reasons.set(first.text, `${first.text}${flip}`)
  }
  return {
    recipient,
    href: `/agreements/${agreement.id}`,
    state: permitted === decisions.length ? whole : permitted > 0 ? partly : outside ? notCovered : nothing,
    shared: permitted === 0 ? 'none' : `${permitted} of ${count(decisions.length, 'item')}`,
    reasons: [...reasons.values()],
  }
}
