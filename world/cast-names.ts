import { castFamily, child, contactAt } from './cast-family.ts'
import type { CastFamily } from './cast-family.ts'
import { giveFreeMeals } from './needs.ts'

/** Everybody whose name or notes try a file's patience, and those whose needs somebody must know. */
export const namesAndNeeds: readonly CastFamily[] = [
  castFamily('white-british', 'Brontë-Hughes', 'couple', [child('accent', '2', 'F', 'Renée')]),
  castFamily('white-british', 'Jones', 'lone-mother', [
    // Combining diaeresis (U+0308) after a plain e: the register must hold the composed letter.
    child('decomposedAccent', '1', 'F', 'Chloe\u0308'),
  ]),
  castFamily('white-irish', 'O’Connor', 'couple', [child('typographicApostrophe', '3', 'M', 'Oisín')]),
  castFamily('white-british', 'Pritchard-Rowe', 'couple', [child('hyphen', 'R', 'F', 'Lily-Rose')]),
  castFamily('romanian', 'Ștefănescu', 'couple', [child('letterBeyondLatin1', '4', 'F', 'Ilinca')]),
  castFamily('polish', 'Głowacki', 'couple', [child('polishLetters', '5', 'F', 'Łucja')], 'Głowacka'),
  castFamily('african', 'Wolstenholme-Featherstonehaugh-Chikwanha-Oluwaseun-Adebayo', 'couple', [
    child('veryLongName', '2', 'M', 'Oluwatobiloba-Chukwuemeka-Emmanuel-Ebenezer', (pupil) => {
      pupil.middleNames = 'Maximilian Bartholomew Montgomery'
      pupil.preferredForename = 'Tobi'
    }),
  ]),
  castFamily('white-british', 'Greenhalgh', 'couple', [
    child('formulaCell', '4', 'M', 'Milo', (pupil) => (pupil.medicalNeeds = "=cmd|' /C calc'!A0")),
  ]),
  castFamily('white-british', 'Harper', 'couple', [
    child('multilineNote', '3', 'F', 'Violet', (pupil) => {
      pupil.medicalNeeds =
        'Asthma: "preventer" morning, reliever as needed\nSpacer in class box, spare in the office'
    }),
  ]),
  castFamily('white-british', 'Saunders', 'couple', [
    child('severeAllergy', '1', 'M', 'Theo', (pupil) => {
      pupil.allergens = ['peanuts', 'tree nuts']
      pupil.medicalNeeds = 'Anaphylaxis: two auto-injectors, one in class and one in the office'
      pupil.choices = []
    }),
  ]),
  castFamily('white-british', 'Butler', 'couple', [
    child('healthCarePlan', '3', 'M', 'Jude', (pupil) => {
      pupil.senProvision = 'E'
      pupil.senStartDate = '2024-11-04'
      pupil.disabilities = ['AUT', 'COMM']
      pupil.needs = [
        { type: 'ASD', startDate: '2024-11-04' },
        { type: 'SLCN', startDate: '2024-11-04' },
      ]
    }),
  ]),
  castFamily('white-british', 'Gough', 'lone-mother', [
    child('youngCarer', '6', 'F', 'Martha', (pupil) => {
      pupil.youngCarer = 'P'
      giveFreeMeals(pupil, '2022-09-12')
    }),
  ]),
  castFamily('white-british', 'Stewart', 'couple', [
    child('serviceChild', '3', 'M', 'Harrison', (pupil) => {
      pupil.serviceChild = 'Y'
      pupil.pupilPremium = true
    }),
  ]),
  castFamily('white-british', 'Gray', 'couple', [
    child('ethnicityRefused', '4', 'F', 'Phoebe', (pupil) => {
      pupil.ethnicity = 'REFU'
      pupil.ethnicitySource = ''
      pupil.firstLanguage = 'REF'
    }),
  ]),
  castFamily('pakistani', 'Khan', 'couple', [
    child('namesake', '5', 'M', 'Muhammad', (pupil) => (pupil.registrationGroup = '5 Lime')),
  ]),
  castFamily('pakistani', 'Khan', 'lone-mother', [
    child('otherNamesake', '5', 'M', 'Muhammad', (pupil) => {
      pupil.registrationGroup = '5 Lime'
      contactAt(pupil, 0).forename = 'Samina'
    }),
  ]),
]
