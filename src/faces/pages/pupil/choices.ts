import type { AgreementId } from '../../../core/vocabulary/index.ts'
import {
  purposesWith,
  standingNow,
  type ConsentPolicy,
  type NewChoice,
  type RecordedChoice,
  type Relations,
} from '../../../school/consent/index.ts'
import { consentStateWords } from '../words/codes.ts'
import { askedFor, standingWords } from '../words/consent.ts'
import { longDate } from '../words/dates.ts'
import type { ChoiceFormView, Option, PupilView } from './pupil.view.ts'

const giverWords = (choice: RecordedChoice, names: ReadonlyMap<string, string>): string => {
  if (choice.giver === 'pupil') return 'the child'
  if (choice.giver === 'school') return 'the school'
  return names.get(choice.giverContactId ?? '') ?? 'somebody who is no longer a contact'
}

/** Where the pupil stands for each purpose, with every choice ever recorded for it. */
export function consents(
  policy: ConsentPolicy,
  agreements: ReadonlyMap<AgreementId, string>,
  choices: readonly RecordedChoice[],
  relations: Relations,
  names: ReadonlyMap<string, string>,
  at: Date,
): PupilView['consents'] {
  return [...purposesWith(policy, choices).values()].map((purpose) => {
    const made = choices.filter((choice) => choice.purpose === purpose.id)
    return {
      purpose: purpose.label,
      askedFor: askedFor(purpose, agreements),
      state: standingWords[standingNow(made, purpose, relations, at)],
      history: made.map(
        (choice) =>
          `${longDate(choice.recordedAt)}: ${consentStateWords[choice.state].text.toLowerCase()} by ${giverWords(choice, names)}, recorded by ${choice.recordedBy}`,
      ),
    }
  })
}

/** What was filled in; absent on a fresh form. */
export type Filled = Readonly<
  Partial<Record<'purpose' | 'state' | 'giver' | 'method' | 'evidence' | 'tiedTo', string>>
>

const states = {
  given: 'Yes, given',
  refused: 'No, refused',
  withdrawn: 'Withdrawn: said yes before and now no',
} as const
const methods = {
  paper: 'On paper',
  written: 'In another writing, such as an e-mail',
  'spoken-witnessed': 'Spoken, before a witness',
} as const

const options = (all: Readonly<Record<string, string>>, chosen: string | undefined): readonly Option[] =>
  Object.entries(all).map(([value, text]) => ({ value, text, selected: value === chosen }))

export function choiceForm(
  policy: ConsentPolicy,
  choices: readonly RecordedChoice[],
  relations: Relations,
  names: ReadonlyMap<string, string>,
  filled: Filled,
  errors: ChoiceFormView['errors'],
): ChoiceFormView {
  const purposes = Object.fromEntries(
    [...purposesWith(policy, choices).values()].map(({ id, label }) => [id, label]),
  )
  const people = relations.contacts
    .filter((contact) => contact.parentalResponsibility && !contact.courtOrder)
    .map((contact): [string, string] => [contact.contactId, names.get(contact.contactId) ?? 'A contact'])
  return {
    errors,
    purposes: options(purposes, filled.purpose),
    states: options(states, filled.state),
    givers: options(Object.fromEntries([...people, ['pupil', 'The child']]), filled.giver),
    methods: options(methods, filled.method),
    evidence: filled.evidence ?? '',
    tiedTo: filled.tiedTo ?? '',
  }
}

/** The filled form as a choice to record; null when one of its lists was tampered with. */
export function choiceOf(pupilId: string, filled: Filled): NewChoice | null {
  const { purpose, state, giver, method } = filled
  if (!purpose || !giver || !state || !method) return null
  if (!Object.hasOwn(states, state) || !Object.hasOwn(methods, method)) return null
  return {
    pupilId,
    purpose,
    state: state as keyof typeof states,
    giver: giver === 'pupil' ? { kind: 'pupil' } : { kind: 'contact', contactId: giver },
    method: method as keyof typeof methods,
    ...(filled.evidence ? { evidence: filled.evidence } : {}),
    ...(filled.tiedTo ? { tiedTo: filled.tiedTo } : {}),
  }
}
