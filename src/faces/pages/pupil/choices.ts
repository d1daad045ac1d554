import type { AgreementId } from '../../../core/vocabulary/index.ts'
import {
  purposesWith,
  standingNow,
  type ChoiceFault,
  type ConsentPolicy,
  type NewChoice,
  type RecordedChoice,
  type Relations,
} from '../../../school/consent/index.ts'
import { consentStateWords } from '../words/codes.ts'
import { askedFor, standingWords } from '../words/consent.ts'
import { longDate } from '../words/dates.ts'
import { asking, nothingSent } from '../form/form.ts'
import type { ChoiceFormView, PupilView } from './pupil.view.ts'

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

/** Nothing is chosen beforehand: a choice that nobody made must not be recorded by a tired hand. */
const choose = (all: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  '': 'Choose',
  ...all,
})

type Field = keyof Filled

/** The field to which each refusal to record belongs. */
const fieldOf: Readonly<Record<ChoiceFault['code'], Field>> = {
  'unknown-pupil': 'purpose',
  'unknown-purpose': 'purpose',
  'unknown-wording': 'purpose',
  'other-wording': 'purpose',
  'expiry-missing': 'purpose',
  'expiry-passed': 'purpose',
  'not-entitled': 'giver',
  'school-cannot-consent': 'giver',
  'not-a-next-state': 'state',
  'nothing-to-end': 'state',
  'out-of-order': 'state',
  'not-written': 'method',
  'evidence-missing': 'evidence',
  'code-missing': 'tiedTo',
}

const missing = {
  purpose: 'Choose what it is for',
  state: 'Choose what was decided',
  giver: 'Choose who decided',
  method: 'Choose how it reached the school',
} as const

/** What is wrong with a form whose choice was not recorded: each fault beside its own field. */
export function choiceErrors(filled: Filled, fault: ChoiceFault | null): ChoiceFormView['errors'] {
  if (fault) return [{ field: fieldOf[fault.code], text: `${fault.text} ${fault.todo}` }]
  const empty = (Object.keys(missing) as (keyof typeof missing)[]).filter((field) => !filled[field])
  return empty.length === 0
    ? [{ field: 'purpose', text: 'Choose one from each list' }]
    : empty.map((field) => ({ field, text: missing[field] }))
}

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
  const ask = asking({ ...nothingSent, text: (id) => filled[id as Field] ?? '' }, errors)
  return {
    errors,
    fields: [
      ask.select('purpose', 'For what', choose(purposes)),
      ask.select('state', 'What was decided', choose(states)),
      ask.select('giver', 'By whom', choose({ ...Object.fromEntries(people), pupil: 'The child' }), {
        hint: 'People with parental responsibility whom no court order limits, and the child.',
      }),
      ask.select('method', 'How it reached the school', choose(methods)),
      ask.text('evidence', 'Where the proof is kept', {
        hint: 'For example “consent forms 2026, folder 3”. Not needed to say no.',
      }),
      ask.text('tiedTo', 'Code that a permission names', {
        hint: 'Only for a permission, such as the eligibility code',
        width: 10,
      }),
    ],
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
