import type { Severity } from '../../../core/collections/index.ts'
import type { HeldReturn, MendPath, PupilFinding } from '../../../school/returns/index.ts'
import type { TagView } from '../frame/tag.ts'

export type CensusState =
  'not-built' | 'to-mend' | 'to-sign' | 'signed' | 'on-its-way' | 'not-received' | 'received'

export const stateTags: Readonly<Record<CensusState, TagView>> = {
  'not-built': { text: 'Not built yet', colour: 'grey' },
  'to-mend': { text: 'Built: findings to see to', colour: 'yellow' },
  'to-sign': { text: 'Ready for the head', colour: 'blue' },
  signed: { text: 'Signed off: not sent yet', colour: 'blue' },
  'on-its-way': { text: 'Submitted: on its way', colour: 'blue' },
  'not-received': { text: 'Not received', colour: 'red' },
  received: { text: 'Received by the department', colour: 'green' },
}

export const stateMeanings: Readonly<Record<CensusState, string>> = {
  'not-built':
    'Build the return to see what would be sent and what is wrong with it. Nothing leaves by that.',
  'to-mend': 'Some of what was found is neither mended nor explained.',
  'to-sign': 'Nothing is left to mend or explain. The head teacher looks at the numbers and signs off.',
  signed: 'The head teacher has signed it off. It can be sent.',
  'on-its-way': 'It has been released. Gatehouse tries until the collector has it.',
  'not-received': 'The collector did not take it. The reason stands below; put it right and send it again.',
  received: 'The collector has it and has signed for it.',
}

export const severities: Readonly<
  Record<Severity, { readonly heading: string; readonly todo: string; readonly tag: TagView }>
> = {
  error: {
    heading: 'Errors',
    todo: 'The department takes these for mistakes. Mend each in the records system. A few may be explained instead.',
    tag: { text: 'Error', colour: 'red' },
  },
  query: {
    heading: 'Queries',
    todo: 'Unusual, but they may be right. Mend what is wrong; explain what is right.',
    tag: { text: 'Query', colour: 'yellow' },
  },
  'term-on-term': {
    heading: 'Changes since the last census',
    todo: 'A number is very different from last time. If it is right, say why.',
    tag: { text: 'Change', colour: 'orange' },
  },
}

/** How a finding stands with the school. */
export const standing = {
  explained: { text: 'Explained', colour: 'blue' },
  explain: { text: 'Mend or explain', colour: 'yellow' },
  mend: { text: 'To mend', colour: 'red' },
} as const satisfies Readonly<Record<string, TagView>>

export const acceptsWords: Readonly<Record<PupilFinding['note']['accepts'], string>> = {
  none: 'This can’t be explained: the department takes no note on it. The data have to be mended.',
  confirmation: 'If it is right as it is, a note that confirms it is enough.',
  reason: 'If it is right as it is, a note must say why. “Confirmed” alone is sent back.',
}

export const mendWords: Readonly<Record<MendPath, string>> = {
  mis: 'In the records system',
  settings: 'In the school’s settings for the census',
  'not-held': 'Not in the register',
}

/** Where a return stood at the collector when it arrived. */
const collectorStates: Readonly<Record<string, string>> = {
  'waiting-for-validation': 'received, and being checked there',
  'loaded-and-validated': 'received and checked there',
  'amended-by-source': 'amended by the school there',
  'amended-by-agent': 'amended by the local authority there',
  submitted: 'submitted there',
  rejected: 'sent back',
  approved: 'approved by the local authority',
  authorised: 'authorised',
  withdrawn: 'withdrawn',
}
export const collectorState = (state: string | null): string =>
  state === null ? 'nothing heard yet' : (collectorStates[state] ?? state)

/** What stands of a delivery, of a return that was submitted. */
export const deliveryState = ({ delivery }: Pick<HeldReturn, 'delivery'>): CensusState =>
  delivery === 'acknowledged'
    ? 'received'
    : delivery === 'dead' || delivery === 'cancelled'
      ? 'not-received'
      : 'on-its-way'

/** What a delivery’s error says, without its code. */
export const whyWords = (why: string): string => why.replace(/^[a-z-]+: /, '')
