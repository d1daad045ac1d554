import { isDeepStrictEqual } from 'node:util'
import type { Agreement, Dictionary, Recipient } from '../../../core/vocabulary/index.ts'
import type { CurrentPolicy } from '../../../school/agreements/index.ts'
import {
  absenceWords,
  article6Words,
  consentRuleWords,
  endingWords,
  recipientKindWords,
  scheduleWords,
  transformationWords,
  transportWords,
} from '../words/codes.ts'
import { conditionWords } from '../words/condition.ts'
import { longDate } from '../words/dates.ts'
import { list } from '../words/numbers.ts'
import type { AgreementView } from './agreement.view.ts'

const sentence = (text: string): string => {
  const trimmed = text.trim()
  const begun = trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}

const roleWords: Readonly<Record<Recipient['role'], string>> = {
  controller: 'It decides for itself what it does with the data (controller).',
  processor: 'It works for the school and on its instructions (processor).',
  joint: 'It and the school decide together (joint controllers).',
  'data-subject-side': 'It stands on the child’s side.',
  unknown: 'Whether it works for the school or for itself is not known yet.',
}

const countries = new Intl.DisplayNames('en-GB', { type: 'region', fallback: 'code' })

function transferWords({ transfer }: Agreement): string {
  if (transfer.country === 'GB') return 'The data stays in the United Kingdom.'
  const country = /^[A-Z]{2}$/.test(transfer.country) ? countries.of(transfer.country) : transfer.country
  return transfer.safeguard
    ? `The data goes to another country (${country}) under this safeguard: ${transfer.safeguard}.`
    : `The data goes to another country (${country}). No safeguard is named.`
}

const itemWords = (agreement: Agreement, items: Dictionary): string =>
  agreement.items.length === 0
    ? 'Whatever the request names and a named person allows, and nothing else.'
    : sentence(
        list(
          agreement.items.map((grant) => {
            const label = items.get(grant.item)?.label ?? grant.item
            return grant.as === 'as-is' ? label : `${label} (${transformationWords[grant.as]})`
          }),
        ),
      )

/** A population by the name the policy gives it; one that has none is read out. */
function populationWords(
  { population }: Agreement,
  { items, populations, populationLabels }: Pick<CurrentPolicy, 'items' | 'populations' | 'populationLabels'>,
): string {
  const named = [...populations].find(([, condition]) => isDeepStrictEqual(condition, population))
  const label = named && populationLabels.get(named[0])
  return label ?? `those of whom this is true: ${conditionWords(population, items)}`
}

/** One agreement as a list of labelled sentences, for somebody who reads no law. */
export function agreementFacts(
  agreement: Agreement,
  recipient: Recipient,
  policy: Pick<CurrentPolicy, 'law' | 'items' | 'populations' | 'populationLabels'>,
): AgreementView['facts'] {
  const { law, items } = policy
  const instrument = law.get(agreement.basis.instrument)
  const basis = [
    // Consent is its own instrument: its title would say the same twice.
    instrument?.kind === 'consent'
      ? article6Words[agreement.basis.article6]
      : `${instrument ? `${instrument.title}, ${instrument.provision}` : agreement.basis.instrument}: ${article6Words[agreement.basis.article6]}`,
    agreement.basis.article9 && `special category data by Article 9(2)(${agreement.basis.article9})`,
    agreement.basis.schedule1 && `Data Protection Act 2018 Schedule 1 ${agreement.basis.schedule1}`,
    agreement.basis.article10 && `criminal offence data by ${agreement.basis.article10}`,
  ].filter((part): part is string => Boolean(part))
  const fact = (label: string, text: string, warn = false) => ({ label, text, warn })
  return [
    fact(
      'Who',
      `${sentence(recipient.name)} ${recipientKindWords[recipient.kind]}. ${roleWords[recipient.role]}`,
    ),
    fact('Which pupils', sentence(populationWords(agreement, policy))),
    fact('What', itemWords(agreement, items)),
    fact('What makes it lawful', sentence(basis.join('; ')), agreement.basis.confidence === 'unverified'),
    fact('Consent', consentRuleWords[agreement.consent.rule]),
    fact('When', `${sentence(scheduleWords[agreement.schedule.every])} ${agreement.schedule.note}`.trim()),
    fact(
      'How',
      agreement.transport.kind === 'none'
        ? `Nothing is sent by Gatehouse. ${agreement.transport.note}`
        : `${sentence(transportWords[agreement.transport.kind])} ${agreement.transport.encrypt ? 'Encrypted to the recipient.' : ''} ${agreement.transport.note}`,
    ),
    fact('If a pupil is no longer in the file', sentence(absenceWords[agreement.absenceMeans])),
    fact(
      'How long it is kept there',
      `${sentence(agreement.retention.atRecipient)} When the agreement ends the data is ${endingWords[agreement.retention.onEnding]}.`,
    ),
    fact('Where the data goes', transferWords(agreement)),
    fact(
      'In force',
      `From ${longDate(agreement.inForce.from)}${agreement.inForce.to ? ` to ${longDate(agreement.inForce.to)}` : ''}. To be reviewed by ${longDate(agreement.review.due)}.`,
    ),
  ]
}
