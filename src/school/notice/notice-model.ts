import { dateInEngland, type AgreementVersion } from '../../core/vocabulary/index.ts'
import type { EntryState, NoticeEntry, NoticeModel, NoticePolicy, NoticeSchool } from './notice.ts'
import {
  basisInWords,
  consentInWords,
  countryInWords,
  itemsInWords,
  retentionInWords,
} from './plain-words.ts'

/** How the notice sees an agreement at an instant; `undefined` is an entry that no agreement answers to. */
export function stateAt(version: AgreementVersion | undefined, at: Date): EntryState {
  if (!version) return 'not-in-force'
  const { agreement, approvedAt } = version
  if (!agreement.enabled) return 'off'
  const today = dateInEngland(at)
  const { from, to } = agreement.inForce
  if (!approvedAt || approvedAt > at || today < from || (to !== undefined && today > to))
    return 'not-in-force'
  return agreement.kind === 'procedure' ? 'on-request' : 'feed'
}

export const isInForce = (state: EntryState): boolean => state === 'feed' || state === 'on-request'

function entryOf(
  policy: NoticePolicy,
  at: Date,
  place: { readonly id: string; readonly heading: string; readonly label: string },
): NoticeEntry {
  const version = policy.agreements.get(place.id)
  const state = stateAt(version, at)
  const standing = isInForce(state) ? version : undefined
  return {
    ...place,
    state,
    agreementHash: standing?.hash ?? null,
    version: standing?.version ?? null,
    facts: factsOf(policy, version, state),
  }
}

function factsOf(
  policy: NoticePolicy,
  version: AgreementVersion | undefined,
  state: EntryState,
): NoticeEntry['facts'] {
  const why = { term: 'Why', text: version?.agreement.why ?? '' }
  switch (state) {
    case 'off':
      return [why, { term: 'What', text: 'We send nothing at present.' }].filter((fact) => fact.text)
    case 'not-in-force':
      return [{ term: 'What', text: 'We send nothing at present: no agreement is in force.' }]
    case 'feed':
    case 'on-request': {
      if (!version) return []
      const { agreement } = version
      const items = itemsInWords(agreement.items, policy.items)
      const asked = 'Only on request. A named person at the school decides each request and records it.'
      const what =
        state === 'on-request'
          ? [asked, items && `It may hold no more than this. ${items}`].filter(Boolean).join(' ')
          : items
      return [
        why,
        { term: 'What', text: (what || 'Nothing is sent by the school itself').replace(/\.?$/, '.') },
        {
          term: 'What lets us',
          text: basisInWords(agreement.basis, policy.law.get(agreement.basis.instrument)),
        },
        { term: 'Consent', text: consentInWords(agreement) },
        { term: 'How long it is kept', text: retentionInWords(agreement) },
        { term: 'Where', text: countryInWords(agreement) },
        // So that the notice's own hash, which the ledger holds, binds the very agreements that it describes.
        { term: 'Agreement', text: `Version ${version.version}, fingerprint ${version.hash.slice(0, 16)}.` },
      ]
    }
  }
}

/** The notice as it reads at an instant, from the policy in force: pure. */
export function noticeModel(policy: NoticePolicy, school: NoticeSchool, at: Date): NoticeModel {
  const { notice } = policy
  return {
    title: notice.title,
    introduction: notice.introduction,
    school,
    sections: notice.sections.map((section) => ({
      id: section.id,
      heading: section.heading,
      introduction: section.introduction ?? null,
      entries: section.entries.map(({ id, label, also }) => {
        const one = (place: { readonly id: string; readonly label: string }): NoticeEntry =>
          entryOf(policy, at, { id: place.id, heading: section.heading, label: place.label })
        return { ...one({ id, label }), ...(also ? { also: also.map(one) } : {}) }
      }),
    })),
    national: {
      heading: notice.national.heading,
      paragraphs: notice.national.paragraphs,
      links: notice.national.links,
      entry: entryOf(policy, at, {
        id: notice.national.id,
        heading: notice.national.heading,
        label: notice.national.heading,
      }),
    },
    closing: notice.closing,
  }
}
