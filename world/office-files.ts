import type { Report } from './mis-files.ts'
import type { Choice, Protection } from './pupil.ts'

const ukDate = (date: string): string => date.split('-').reverse().join('/')

const kinds: Readonly<Record<Protection['kind'], string>> = {
  'confidential-address': 'Confidential address',
  adoption: 'Adoption',
  'court-order': 'Court order',
  restriction: 'Restriction of processing',
  objection: 'Upheld objection',
  safeguarding: 'Safeguarding',
}

const methods: Readonly<Record<Choice['method'], string>> = {
  paper: 'Paper',
  portal: 'Portal',
  'spoken-witnessed': 'Spoken before a witness',
  written: 'Written',
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** The office's own two sheets, typed by people: dates as people write them, words in place of codes. */
export const officeSheets: readonly Report[] = [
  {
    id: 'protections',
    columns: [
      'Pupil MIS id',
      'Kind',
      'Agreement',
      'Recipients who may still have it',
      'Contact MIS id',
      'From',
      'To',
      'Ground',
    ],
    *rows(family) {
      for (const pupil of family.pupils)
        for (const one of pupil.protections)
          yield [
            pupil.misId,
            kinds[one.kind],
            one.agreementId,
            one.allowedRecipients.join('; '),
            one.contact?.misId ?? '',
            ukDate(one.from),
            one.to && ukDate(one.to),
            one.ground,
          ]
    },
  },
  {
    id: 'consents',
    columns: [
      'Pupil MIS id',
      'Purpose',
      'Kind',
      'Choice',
      'By',
      'Contact MIS id',
      'Wording',
      'Method',
      'Evidence',
      'Tied to',
      'Recorded at',
      'Expires at',
    ],
    *rows(family) {
      for (const pupil of family.pupils)
        for (const one of [...pupil.choices].sort((a, b) =>
          a.recordedAt < b.recordedAt ? -1 : a.recordedAt > b.recordedAt ? 1 : 0,
        ))
          yield [
            pupil.misId,
            one.purpose,
            capital(one.kind),
            capital(one.state),
            capital(one.giver),
            one.contact?.misId ?? '',
            `${one.purpose}-1`,
            methods[one.method],
            one.evidence,
            one.tiedTo,
            one.recordedAt,
            one.expiresAt,
          ]
    },
  },
]
