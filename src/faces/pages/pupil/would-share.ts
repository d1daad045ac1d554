import type { CompiledCase, PupilFacts } from '../../../core/decide/index.ts'
import type { AgreementVersion, Decision } from '../../../core/vocabulary/index.ts'
import { shutReasons } from '../agreement/state.ts'
import type { TagView } from '../frame/tag.ts'
import { count } from '../words/numbers.ts'
import type { SharedView } from './pupil.view.ts'

type Line = SharedView
type Refusal = Extract<Decision, { outcome: 'refuse' }>

const whole: TagView = { text: 'Shared', colour: 'green' }
const partly: TagView = { text: 'In part', colour: 'yellow' }
const nothing: TagView = { text: 'Not shared', colour: 'red' }
const shut: TagView = { text: 'Shut', colour: 'grey' }
const notCovered: TagView = { text: 'Not covered', colour: 'grey' }

/** What would have to happen for a yes; empty when nobody may bring it about, or when it takes more than one thing. */
function flipWords(refusal: Refusal): string {
  const [change, ...more] = refusal.flip.changes
  return change && more.length === 0 && change.by !== 'nobody'
    ? ` It would take: ${change.change.charAt(0).toLowerCase()}${change.change.slice(1)}`
    : ''
}

/** Each reason once, in the order of the conditions, with what would undo it. */
function reasonsOf(refusals: readonly Refusal[]): readonly string[] {
  const texts = new Map<string, { condition: number; text: string }>()
  for (const refusal of refusals) {
    for (const { text, condition } of refusal.reasons) {
      const flip = refusal.reasons.length === 1 ? flipWords(refusal) : ''
      if (!texts.has(text) || flip !== '') texts.set(text, { condition, text: `${text}${flip}` })
    }
  }
  return [...texts.values()].sort((a, b) => a.condition - b.condition).map(({ text }) => text)
}

/** What one recipient's next file would hold of one pupil, with every reason against it said once. Null: it lists nothing. */
export function wouldShare(
  version: AgreementVersion,
  recipient: string,
  compiled: CompiledCase,
  facts: PupilFacts,
): Line | null {
  const { agreement } = version
  const line = { recipient, href: `/agreements/${agreement.id}` }
  const closed = shutReasons(agreement, compiled)
  if (closed.length > 0) {
    return { ...line, covered: true, state: shut, shared: 'none', reasons: closed.map(({ text }) => text) }
  }
  if (agreement.items.length === 0) return null
  const decisions = agreement.items.map(({ item }) => compiled.decide(facts, item))
  const refusals = decisions.filter((decision): decision is Refusal => decision.outcome === 'refuse')
  const permitted = decisions.length - refusals.length
  const outside = refusals.flatMap(({ reasons }) => reasons).find(({ code }) => code === 'not-in-population')
  if (outside) {
    return { ...line, covered: false, state: notCovered, shared: 'none', reasons: [outside.text] }
  }
  return {
    ...line,
    covered: true,
    state: refusals.length === 0 ? whole : permitted > 0 ? partly : nothing,
    shared: permitted === 0 ? 'none' : `${permitted} of ${count(decisions.length, 'item')}`,
    reasons: reasonsOf(refusals),
  }
}
