import type { CompiledCase, PupilFacts } from '../../../core/decide/index.ts'
import type { AgreementVersion, Decision } from '../../../core/vocabulary/index.ts'
import { shutReasons } from '../agreement/state.ts'
import type { TagView } from '../frame/tag.ts'
import { count } from '../words/numbers.ts'
import type { SharedView } from './pupil.view.ts'

type Line = SharedView
type Labels = ReadonlyMap<string, string>
type Refusal = Extract<Decision, { outcome: 'refuse' }>

const whole: TagView = { text: 'Shared', colour: 'green' }
const partly: TagView = { text: 'In part', colour: 'yellow' }
const nothing: TagView = { text: 'Not shared', colour: 'red' }
const shut: TagView = { text: 'Shut', colour: 'grey' }
const notCovered: TagView = { text: 'Not covered', colour: 'grey' }

/** What would have to happen for a yes; empty when nobody may bring it about, or when it takes more than one thing. */
function flipWords(refusal: Refusal, labels: Labels): string {
  const [change, ...more] = refusal.flip.changes
  if (!change || more.length > 0 || change.by === 'nobody') return ''
  return ` It would take: ${change.change.charAt(0).toLowerCase()}${inWords(change.change.slice(1), labels)}`
}

/** What a decision names by its code in brackets, such as a purpose, by its label. */
const inWords = (text: string, labels: Labels): string =>
  text.replaceAll(
    /\(([a-z0-9][a-z0-9-]*)\)/g,
    (whole, id: string) => `(${labels.get(id) ?? whole.slice(1, -1)})`,
  )

/** Each reason once, in the order of the conditions, with what would undo it. */
function reasonsOf(refusals: readonly Refusal[], labels: Labels): readonly string[] {
  const texts = new Map<string, { condition: number; text: string }>()
  for (const refusal of refusals) {
    for (const { text, condition } of refusal.reasons) {
      const flip = refusal.reasons.length === 1 ? flipWords(refusal, labels) : ''
      if (!texts.has(text) || flip !== '')
        texts.set(text, { condition, text: `${inWords(text, labels)}${flip}` })
    }
  }
  return [...texts.values()].sort((a, b) => a.condition - b.condition).map(({ text }) => text)
}

/** What one recipient's next file would hold of one pupil, with every reason against it said once, purposes by their `labels`. Null: it lists nothing. */
export function wouldShare(
  version: AgreementVersion,
  recipient: string,
  compiled: CompiledCase,
  facts: PupilFacts,
  labels: Labels,
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
    reasons: reasonsOf(refusals, labels),
  }
}
