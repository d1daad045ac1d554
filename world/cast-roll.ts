import { castFamily, child, contactAt, dropChoices } from './cast-family.ts'
import type { CastFamily } from './cast-family.ts'
import { choice } from './choices.ts'
import { withCheckLetter } from './identifiers.ts'
import { giveFreeMeals } from './needs.ts'
import type { WorldPupil } from './pupil.ts'

const left = (pupil: WorldPupil, on: string, la: string, establishment: string, name: string) => {
  pupil.leavingDate = on
  pupil.destinationLa = la
  pupil.destinationEstablishment = establishment
  pupil.destinationName = name
}

const joined = (pupil: WorldPupil, on: string, upn: string) => {
  const from = { la: '893', establishment: '2996', name: 'Saltbarrow Church of England Primary School' }
  pupil.entryDate = on
  pupil.upn = withCheckLetter(upn)
  pupil.history = [{ ...from, entryDate: '2021-09-02', leavingDate: '2026-10-23', leavingReason: '' }]
}

/** Everybody who came, went, or stands on two rolls. */
export const comingAndGoing: readonly CastFamily[] = [
  castFamily('romanian', 'Dumitru', 'couple', [
    child('temporaryUpn', '3', 'M', 'Darius', (pupil) => {
      pupil.entryDate = '2026-09-02'
      pupil.upn = withCheckLetter('89429992690A')
      pupil.history = []
    }),
  ]),
  castFamily('african', 'Okafor', 'couple', [
    child('formerUpn', '4', 'F', 'Adaeze', (pupil) => {
      pupil.formerUpn = withCheckLetter('89429992590B')
      pupil.upn = withCheckLetter('330299322901')
    }),
  ]),
  castFamily('white-british', 'Cadwallader', 'couple', [
    child('dualMain', '4', 'M', 'Rhys', (pupil) => {
      pupil.enrolmentStatus = 'M'
      pupil.absence.fixed = [{ weekdays: [2, 4], sessions: ['AM', 'PM'], code: 'D' }]
    }),
  ]),
  castFamily('white-british', 'Bytheway', 'lone-mother', [
    child('dualSubsidiary', '6', 'M', 'Dexter', (pupil) => {
      pupil.enrolmentStatus = 'S'
      pupil.upn = withCheckLetter('894299820901')
      pupil.absence.fixed = [{ weekdays: [1, 3, 5], sessions: ['AM', 'PM'], code: 'D' }]
    }),
  ]),
  castFamily('white-british', 'Marsh', 'lone-mother', [
    child('guest', '6', 'F', 'Robyn', (pupil) => {
      pupil.enrolmentStatus = 'G'
      pupil.registrationGroup = ''
      pupil.mathsClass = ''
      pupil.upn = withCheckLetter('894299820902')
      pupil.choices = []
    }),
  ]),
  castFamily('white-british', 'Tipton', 'couple', [
    child('leaverToSchool', '5', 'M', 'Sonny', (pupil) =>
      left(pupil, '2026-10-23', '893', '2996', 'Saltbarrow Church of England Primary School'),
    ),
  ]),
  castFamily('traveller', 'Price', 'couple', [
    child('leaverUnknown', '2', 'F', 'Delilah', (pupil) => left(pupil, '2026-11-13', 'XXX', 'XXXX', '')),
  ]),
  castFamily('white-british', 'St John', 'couple', [
    child('leaverOutsideSector', '3', 'M', 'Hugo', (pupil) => left(pupil, '2026-10-23', 'MMM', 'MMMM', '')),
  ]),
  castFamily('white-british', 'Fenwick', 'couple', [
    child('plannedLeaver', '1', 'F', 'Willow', (pupil) =>
      left(pupil, '2026-12-18', '336', '2994', 'Foundry Orchard Primary School'),
    ),
  ]),
  castFamily('white-british', 'Titley', 'couple', [
    child('joiner', '6', 'M', 'Wilfred', (pupil) => joined(pupil, '2026-11-09', '893299620901')),
  ]),
  castFamily('pakistani', 'Qureshi', 'couple', [
    child('joinerWithTransferFile', '6', 'F', 'Zainab', (pupil) => {
      joined(pupil, '2026-11-16', '893299620902')
      pupil.history = []
      pupil.results = []
    }),
  ]),
  castFamily('white-british', 'Nock', 'lone-mother', [
    child('suspended', '6', 'M', 'Tyler', (pupil) => {
      pupil.suspensions = [{ startDate: '2026-10-13', category: 'SUSP', reasons: ['PP', 'DB'], sessions: 5 }]
      giveFreeMeals(pupil, '2024-02-05')
    }),
  ]),
  castFamily('white-british', 'Round', 'separated', [
    child('lunchtimeSuspension', '4', 'M', 'Jaxon', (pupil) => {
      pupil.suspensions = [{ startDate: '2026-11-10', category: 'LNCH', reasons: ['DB'], sessions: 2 }]
    }),
  ]),
  castFamily('white-british', 'Lilley', 'couple', [
    child('partTimeTimetable', '2', 'F', 'Bonnie', (pupil) => {
      pupil.partTime = true
      pupil.absence.fixed = [{ weekdays: [1, 2, 3, 4, 5], sessions: ['PM'], code: 'C2' }]
    }),
  ]),
  castFamily('white-british', 'Dawley', 'lone-mother', [
    child('persistentAbsence', '6', 'F', 'Skye', (pupil) => {
      pupil.absence = { rate: 0.2, fixed: [{ weekdays: [1], sessions: ['AM', 'PM'], code: 'O' }] }
      giveFreeMeals(pupil, '2023-05-15')
    }),
  ]),
  castFamily('mixed', 'Ashton-Lyle', 'couple', [
    child('twin', '1', 'F', 'Ottilie', (pupil) => (pupil.dateOfBirth = '2021-03-14')),
    child('otherTwin', '1', 'M', 'Otis', (pupil) => {
      pupil.dateOfBirth = '2021-03-14'
      dropChoices(pupil, 'classdojo-account')
      pupil.choices.push(choice('classdojo-account', 'refused', contactAt(pupil, 0)))
    }),
  ]),
  castFamily('white-british', 'Wellings', 'couple', [
    child('eldest', '6', 'F', 'Florence'),
    child('middle', '3', 'M', 'Arthur'),
    child('youngest', 'R', 'F', 'Nancy'),
  ]),
]
