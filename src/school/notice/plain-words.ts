import type {
  Agreement,
  Article6,
  Article9,
  Basis,
  ConsentRule,
  Dictionary,
  Instrument,
  ItemGrant,
  Subject,
  Transformation,
} from '../../core/vocabulary/index.ts'

const article6: Readonly<Record<Article6, string>> = {
  a: 'You have agreed to it',
  b: 'It is needed for what you and the school have agreed',
  c: 'The law requires it',
  d: 'It protects somebody’s life',
  e: 'It is needed for the task that the law gives the school',
  ea: 'It serves an interest that the law recognises, such as safety or an emergency',
  f: 'It serves a legitimate interest that does not outweigh your child’s rights',
}

const article9: Readonly<Record<Article9, string>> = {
  a: 'you have agreed to it explicitly',
  b: 'employment, social security and social protection law',
  c: 'protecting somebody’s life',
  d: 'the work of a not-for-profit body for its members',
  e: 'information made public by the person',
  f: 'legal claims',
  g: 'a substantial public interest set out in law',
  h: 'health or social care',
  i: 'public health',
  j: 'archives, research and statistics',
}

const forms: Readonly<Record<Transformation, string | null>> = {
  'as-is': null,
  initial: 'first letter only',
  year: 'year only',
  'age-band': 'age group only',
  district: 'area only',
  flag: 'yes or no only',
  pseudonym: 'as a code that this recipient alone can use',
}

const subjects: Readonly<Record<Subject, string>> = {
  pupil: 'About the pupil',
  school: 'About the school',
  contact: 'About parents and other contacts',
  attendance: 'About attendance',
  result: 'About results',
  suspension: 'About suspensions and exclusions',
  freeMeals: 'About free school meals',
  senNeed: 'About special educational needs',
  schoolHistory: 'About earlier schools',
}

/** What is shared, by whom it is about, in the dictionary's labels. */
export function itemsInWords(grants: readonly ItemGrant[], items: Dictionary): string {
  const bySubject = Map.groupBy(grants, (grant) => items.get(grant.item)?.subject ?? 'pupil')
  return [...bySubject]
    .map(([subject, some]) => {
      const labels = some.map((grant) => {
        const label = items.get(grant.item)?.label ?? grant.item
        const notes = [forms[grant.as], grant.consent && ruleInShort(grant.consent)].filter(Boolean)
        return notes.length > 0 ? `${label} (${notes.join(', ')})` : label
      })
      return `${subjects[subject]}: ${[...new Set(labels)].join('; ')}`
    })
    .join('. ')
}

const ruleInShort = (rule: ConsentRule): string | null => {
  switch (rule.rule) {
    case 'none':
      return null
    case 'opt-in':
      return 'only with your consent'
    case 'opt-out':
      return 'unless you say no'
    case 'biometric':
      return 'only with your written consent, and never if the child refuses'
    case 'permission':
      return 'only with your written permission'
  }
}

/** Why the school may: the basis and its instrument, and the further condition for sensitive information. */
export function basisInWords(basis: Basis, instrument: Instrument | undefined): string {
  const law = instrument ? ` (${[instrument.title, instrument.provision].filter(Boolean).join(', ')})` : ''
  const sensitive = basis.article9
    ? ` For sensitive information the ground is ${article9[basis.article9]}.`
    : ''
  const offence = basis.article10
    ? ' Information about offences is covered by a condition of the Data Protection Act 2018.'
    : ''
  return `${article6[basis.article6]}${law}.${sensitive}${offence}`
}

const objections: Readonly<Record<Agreement['objection'], string>> = {
  refuse: 'You may object; if we uphold your objection, nothing more is shared about your child.',
  pseudonymise: 'You may object; if we uphold your objection, your child’s name is replaced by a code.',
  unavailable: 'It can’t be switched off for one child; if you object, write to the data protection officer.',
}

/** UK GDPR Art. 21(1): the right reaches tasks and interests, not legal obligations. */
const noRightToObject = 'As the law requires it, there is no right to object.'

/** Consent said as it is: never called consent where it is not, nor offered where a no would change nothing. */
export function consentInWords({ basis, consent, objection }: Agreement): string {
  switch (consent.rule) {
    case 'none':
      return `We do not ask for consent, because the sharing does not rest on it. ${objection === 'unavailable' && basis.article6 === 'c' ? noRightToObject : objections[objection]}`
    case 'opt-in':
      return 'Only if somebody with parental responsibility said yes and nobody who holds it said no. You may change your mind at any time, as easily as you agreed.'
    case 'opt-out':
      return 'Unless you tell us that your child does not take part; you may do so at any time.'
    case 'biometric':
      return 'Only with a parent’s consent in writing, and never if another parent objects or your child refuses. There is always another way to take part.'
    case 'permission':
      return 'Only with your written permission, which the scheme itself asks for. It covers one code, ends with it, and you may take it back.'
  }
}

const endings: Readonly<Record<Agreement['retention']['onEnding'], string>> = {
  delete: 'After that, or when our agreement ends, it is deleted.',
  return: 'When our agreement ends, it comes back to us.',
  'keep-by-law': 'The law that binds whoever keeps it says how long.',
}

export const retentionInWords = ({ retention }: Agreement): string =>
  `${retention.atRecipient.replace(/\.?$/, '.')} ${endings[retention.onEnding]}`

const regions = new Intl.DisplayNames(['en-GB'], { type: 'region' })

export function countryInWords({ transfer }: Agreement): string {
  if (transfer.country === 'GB') return 'In the United Kingdom.'
  const country = /^[A-Z]{2}$/.test(transfer.country)
    ? (regions.of(transfer.country) ?? transfer.country)
    : transfer.country
  const article = /^United |^Netherlands/.test(country) ? 'the ' : ''
  return transfer.safeguard
    ? `In ${article}${country}, under this safeguard: ${transfer.safeguard.replace(/\.?$/, '.')}`
    : `In ${article}${country}. Nothing is sent before a safeguard is in place.`
}
