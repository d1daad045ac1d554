import type { TermDefinition } from '../../../core/collections/index.ts'
import { dateInEngland, type StaffRole } from '../../../core/vocabulary/index.ts'
import type { CurrentPolicy } from '../../../school/agreements/index.ts'
import { explanationOf, type NumberedFinding, type StoredBuild } from '../../../school/returns/index.ts'
import { may } from '../../index.ts'
import type { FieldView } from '../form/form.view.ts'
import type { TagView } from '../frame/tag.ts'
import { dateAndTime, longDate } from '../words/dates.ts'
import { count, list, number } from '../words/numbers.ts'
import type { CensusView, LinkView, RuleLineView } from './census.view.ts'
import type { NamedPupil } from './pupil-names.ts'
import { termPath, termTitle } from './terms.ts'
import { collectorState, severities, standing, stateMeanings, stateTags, whyWords } from './words.ts'
import type { CensusWork } from './work.ts'

const dayMilliseconds = 86_400_000

export const pupilLinks = (
  ids: readonly string[],
  names: ReadonlyMap<string, NamedPupil>,
): readonly LinkView[] =>
  ids.flatMap((id) => {
    const pupil = names.get(id)
    return pupil ? [{ href: `/pupils/${id}`, text: pupil.name }] : []
  })

/** “Census day: 1 October 2026.”, “Due: 28 October 2026, 27 days ago.” */
export function dateLines({ term }: TermDefinition, at: Date): readonly string[] {
  const today = Date.parse(dateInEngland(at))
  const away = (day: string): string => {
    const days = Math.round((Date.parse(day) - today) / dayMilliseconds)
    return days === 0 ? 'today' : days > 0 ? `in ${count(days, 'day')}` : `${count(-days, 'day')} ago`
  }
  return [
    `Census day: ${longDate(term.census)}, ${away(term.census)}`,
    ...(term.due === null ? [] : [`Due at the department by: ${longDate(term.due)}, ${away(term.due)}`]),
  ]
}

/** The findings of a build by severity and rule, those to be seen to first. */
function groupsOf({ findings, explanations, open }: CensusWork, path: string): CensusView['groups'] {
  const openOf = Map.groupBy(open, ({ rule }) => rule)
  const lineOf = (rule: string, found: readonly NumberedFinding[]): RuleLineView => {
    const pupils = new Set(found.flatMap(({ pupilId }) => pupilId ?? []))
    const left = openOf.get(rule)?.length ?? 0
    return {
      rule,
      href: `${path}/rules/${rule}`,
      message: found[0]?.message ?? '',
      places:
        pupils.size === 0
          ? found.length === 1
            ? 'the school'
            : count(found.length, 'place')
          : pupils.size === found.length
            ? count(pupils.size, 'pupil')
            : `${count(found.length, 'place')}, ${count(pupils.size, 'pupil')}`,
      status: statusOf(found, left, explanations),
    }
  }
  return (['error', 'query', 'term-on-term'] as const).flatMap((severity) => {
    const own = findings.filter((one) => one.severity === severity)
    if (own.length === 0) return []
    const rules = [...Map.groupBy(own, ({ rule }) => rule)].map(([rule, found]) => lineOf(rule, found))
    const isLeft = ({ rule }: RuleLineView): number => (openOf.has(rule) ? 0 : 1)
    const { heading, todo } = severities[severity]
    return [
      {
        heading: `${heading}: ${number(own.length)}, by ${count(rules.length, 'rule')}`,
        todo,
        rules: rules.sort((a, b) => isLeft(a) - isLeft(b)),
      },
    ]
  })
}

function statusOf(
  found: readonly NumberedFinding[],
  left: number,
  explanations: CensusWork['explanations'],
): readonly TagView[] {
  const done = found.filter((one) => one.explain && explanationOf(one, explanations) !== null).length
  const tag = found[0]?.explain === true ? standing.explain : standing.mend
  const many = (n: number, one: TagView): TagView =>
    n === found.length || n === 0 ? one : { ...one, text: `${one.text}: ${number(n)}` }
  return [...(left > 0 ? [many(left, tag)] : []), ...(done > 0 ? [many(done, standing.explained)] : [])]
}

function buildPart(
  build: StoredBuild | null,
  current: Pick<CurrentPolicy, 'items'>,
  names: ReadonlyMap<string, NamedPupil>,
  isBefore: boolean,
): CensusView['build'] {
  const dry = isBefore
    ? 'Census day has not come: this is a dry run, to see early what has to be mended. '
    : ''
  const hint = `${dry}The return is made from the register as it stands. Nothing leaves, and you may do it as often as you like. It takes some seconds.`
  if (!build) return { button: 'Build the return', hint, said: [], omitted: [], missing: [] }
  const label = (item: string): string => current.items.get(item)?.label ?? item
  const { summary, omitted, leftOut } = build
  const unwritable = Map.groupBy(omitted.unwritable, ({ item }) => item)
  return {
    button: 'Build it again',
    hint,
    said: [
      `Built on ${dateAndTime(build.builtAt)} by ${build.builtBy}: ${count(summary.onRoll, 'pupil')} on roll and ${count(summary.left, 'pupil')} who ${summary.left === 1 ? 'has' : 'have'} left.`,
    ],
    omitted: [
      ...Object.entries(leftOut).map(
        ([item, pupils]) => `${label(item)} of ${count(pupils, 'pupil')}: it may not leave.`,
      ),
      ...[...unwritable].map(
        ([item, places]) =>
          `${item} of ${count(places.length, 'pupil')}: it holds a character that no census file can carry. Mend it in the records system.`,
      ),
    ],
    missing: pupilLinks(omitted.missing, names),
  }
}

function sendPart(
  work: CensusWork,
  role: StaffRole,
  collector: string | undefined,
  reason: FieldView | null,
): CensusView['send'] {
  const { build, sent, state } = work
  const own = build && sent.find(({ buildId }) => buildId === build.id)
  const said: string[] = []
  if (own) {
    said.push(
      `Submitted on ${dateAndTime(own.submittedAt)} by ${own.submittedBy}, ledger entry ${own.ledgerIndex}.`,
    )
    if (state === 'received' && own.acknowledgedAt)
      said.push(
        `Received on ${dateAndTime(own.acknowledgedAt)}; when it arrived it stood there as: ${collectorState(own.state)}.`,
      )
    if (own.why !== '' && state !== 'received')
      said.push(`${state === 'not-received' ? 'What stopped it' : 'The last try'}: ${whyWords(own.why)}`)
    said.push(...notesSaid(own))
  } else if (state === 'signed') {
    said.push(
      'Everything in the file is decided once more before it leaves, encrypted to the department’s key and signed by the school. The ledger has an entry for it, and the collector’s receipt is kept.',
    )
  } else said.push('It can be sent when the head teacher has signed it off.')
  const mayGo = (state === 'signed' || state === 'not-received') && may(role, 'release')
  if (mayGo && collector === undefined)
    said.push(
      'No collector’s address is set on this server, so nothing can be sent from here. Whoever runs it sets COLLECTOR_URL.',
    )
  const button = mayGo && collector !== undefined
  return {
    said,
    button: button ? (state === 'signed' ? 'Send the return now' : 'Send it again') : null,
    reason: button ? reason : null,
  }
}

export function notesSaid({ notes, notesTaken }: CensusWork['sent'][number]): readonly string[] {
  if (notes.length === 0) return []
  if (!notesTaken) return [`${count(notes.length, 'note')} will follow it.`]
  if (notesTaken.byHand)
    return [
      `The collector has no way to take ${count(notes.length, 'note')} with the return: write ${notes.length === 1 ? 'it' : 'them'} on its own pages.`,
    ]
  const refused = notesTaken.refused.map(
    ({ rule, detail }) => `Note on rule ${rule} was not taken: ${detail}`,
  )
  return [`${count(notesTaken.taken, 'note')} went with it.`, ...refused]
}

function leftWords(open: number, isSigned: boolean): string {
  if (open === 0) return 'Nothing of it is left to do.'
  if (isSigned)
    return `${number(open)} ${open === 1 ? 'was' : 'were'} neither mended nor explained when the head teacher signed.`
  return `${number(open)} ${open === 1 ? 'is' : 'are'} still to be mended or explained.`
}

export interface CensusCase {
  readonly definition: TermDefinition
  readonly work: CensusWork
  readonly current: Pick<CurrentPolicy, 'items'>
  readonly names: ReadonlyMap<string, NamedPupil>
  readonly others: CensusView['others']
  readonly role: StaffRole
  readonly collector: string | undefined
  readonly reason: FieldView | null
  readonly at: Date
}

export function censusView(
  { definition, work, current, names, others, role, collector, reason, at }: CensusCase,
  more: Partial<Pick<CensusView, 'error' | 'stopped'>> = {},
): CensusView {
  const of = { year: definition.year, term: definition.term.name }
  const path = termPath(of)
  const { build, findings, open, state } = work
  const many = (kind: string): number => findings.filter(({ severity }) => severity === kind).length
  const kinds = [
    ...(many('error') > 0 ? [count(many('error'), 'error')] : []),
    ...(many('query') > 0 ? [count(many('query'), 'query', 'queries')] : []),
    ...(many('term-on-term') > 0 ? [count(many('term-on-term'), 'change')] : []),
  ]
  const isSigned = build?.signedOff != null
  return {
    heading: `${termTitle(of)} census`,
    path,
    state: stateTags[state],
    meaning: stateMeanings[state],
    dates: dateLines(definition, at),
    unsure:
      definition.term.confidence === 'official'
        ? null
        : 'These dates were not confirmed with the department: check them against its own guide for the year.',
    error: null,
    stopped: null,
    build: buildPart(build, current, names, definition.term.census > dateInEngland(at)),
    found:
      build === null
        ? null
        : findings.length === 0
          ? 'The check found nothing wrong.'
          : `The check found ${list(kinds)}. ${leftWords(open.length, isSigned)}`,
    folded: isSigned,
    groups: groupsOf(work, path),
    signed: build?.signedOff
      ? `Signed off by ${build.signedOff.by} on ${dateAndTime(build.signedOff.at)}.`
      : null,
    summary: build && {
      href: `${path}/summary`,
      text:
        build.signedOff === null && may(role, 'sign-off-return')
          ? 'Look at the numbers and sign off'
          : 'The numbers that the head teacher signs off',
    },
    send: sendPart(work, role, collector, reason),
    others,
    ...more,
  }
}
