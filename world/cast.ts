/**
 * The pupils that the demonstration is about: each has one thing that a rule must get right. Tests, journeys and the guide
 * name them by these keys; the numbers are their ids in the MIS and are the same for every seed.
 */
const people = {
  confidentialAddress: [
    '1001',
    'Lives at an address that only two recipients may have: every other file leaves it out.',
  ],
  adoption: [
    '1002',
    'Adopted in 2025 under a new identity: no former name, no former UPN, no link to a former record.',
  ],
  lookedAfter: ['1003', 'In care of the authority, with foster carers who hold no parental responsibility.'],
  lookedAfterSibling: [
    '1004',
    'Brother of the former, same carers and social worker: he is nobody’s publicity either.',
  ],
  parentsDisagree: [
    '1005',
    'Mother agrees to a picture on the website, father refuses: not sent, and a task for the DPO.',
  ],
  courtOrder: [
    '1006',
    'An order binds the father: he is left out of contacts, and the consent that he gave does not count.',
  ],
  consentWithdrawn: ['1007', 'ClassDojo was agreed to in 2025 and withdrawn on 2 November 2026.'],
  restriction: [
    '1008',
    'Processing for one service is restricted (UK GDPR Art. 18). Absence there reads as leaving, so the file is held for the DPO.',
  ],
  objection: [
    '1009',
    'Objected to two learning services and was right: both get a code in place of the name.',
  ],
  safeguarding: [
    '1010',
    'Carries a safeguarding mark: never published, and nobody outside may see that the mark exists.',
  ],
  temporaryUpn: ['1011', 'Came with an unknown UPN and has a temporary one for now.'],
  formerUpn: ['1012', 'Had a temporary UPN until the permanent one was found; it stands as former UPN.'],
  dualMain: ['1013', 'Registered here and, two days a week, at a second school: main registration here.'],
  dualSubsidiary: ['1014', 'Registered here as the second school: the main one allocates the UPN.'],
  guest: [
    '1015',
    'A guest for some sessions: on no roll of ours, in no feed but the one that says who is in the building.',
  ],
  leaverToSchool: [
    '1016',
    'Left in October for a named school: a transfer file is due within fifteen school days.',
  ],
  leaverUnknown: ['1017', 'Left without a known destination: traced first, then a lost-pupil transfer file.'],
  leaverOutsideSector: ['1018', 'Left for a school outside the state sector.'],
  plannedLeaver: ['1019', 'Will leave at Christmas: still on roll, and not a leaver in any file today.'],
  joiner: ['1020', 'Joined on 9 November: a new-pupil return to the authority is due.'],
  joinerWithTransferFile: [
    '1021',
    'Joined on 16 November; the transfer file of the former school waits in ctf/.',
  ],
  accent: ['1022', 'A name with marks, as most files take it.'],
  decomposedAccent: [
    '1023',
    'The same sort of name, its marks written as separate characters by some other system.',
  ],
  typographicApostrophe: ['1024', 'A surname with a typographic apostrophe.'],
  hyphen: ['1025', 'Two hyphenated names.'],
  letterBeyondLatin1: [
    '1026',
    'A Romanian letter that some recipients’ checks refuse: never changed without a word.',
  ],
  polishLetters: ['1027', 'Polish letters, and a surname that differs between father and daughter.'],
  veryLongName: ['1028', 'A name of a hundred and more characters: sent whole or not at all, never cut.'],
  formulaCell: [
    '1029',
    'A medical note that a spreadsheet would run as a formula: a file with it is held until it is mended.',
  ],
  multilineNote: ['1030', 'A medical note with a line break, quotes and commas inside one cell.'],
  severeAllergy: ['1031', 'Anaphylaxis: the kitchen and the nursery must know, whatever anybody agreed to.'],
  permissionStands: [
    '1032',
    'Thirty hours: the parent permits the check of this very code until the end of term.',
  ],
  permissionForOldCode: ['1033', 'The permission names last term’s code: the new code may not be checked.'],
  permissionExpired: ['1034', 'The permission ran out at the end of October.'],
  permissionMissing: ['1035', 'A code, but nobody permitted its check.'],
  onePurposeOnly: ['1036', 'Agrees to a picture in the closed app, and to no other purpose.'],
  consentExpired: ['1037', 'Agreed to the website for one year; that year is over.'],
  measurementOptOut: ['1038', 'Reception: the parent opted out of height and weight measuring.'],
  measurementOptOutYear6: ['1039', 'Year 6: the same opt-out, at the other age that is measured.'],
  biometricGranted: ['1040', 'One parent’s written consent to a fingerprint at the till, and no objection.'],
  biometricParentObjects: [
    '1041',
    'One parent consents, the other objects in writing: one objection is enough.',
  ],
  biometricChildRefuses: ['1042', 'Both parents consent; the child refuses, and that settles it.'],
  suspended: ['1043', 'Suspended for five sessions in October.'],
  lunchtimeSuspension: ['1044', 'Suspended at lunchtime twice in November.'],
  partTimeTimetable: ['1045', 'An agreed part-time timetable: afternoons are coded C2.'],
  persistentAbsence: ['1046', 'Has missed more than a tenth of sessions, much of it unauthorised.'],
  twin: ['1047', 'One of twins: same surname, birthday, address and class year.'],
  otherTwin: ['1048', 'The other twin; their mother agreed for one of them only.'],
  eldest: ['1049', 'Eldest of three who share parents, address and contacts.'],
  middle: ['1050', 'The middle one: two classes, one household.'],
  youngest: ['1051', 'The youngest, in Reception.'],
  healthCarePlan: ['1052', 'An education, health and care plan with two ranked needs.'],
  youngCarer: ['1053', 'A young carer, told by a parent.'],
  serviceChild: ['1054', 'A parent serves in the armed forces.'],
  childInNeed: [
    '1055',
    'A child in need: told to the authority, to no supplier but the safeguarding record.',
  ],
  childProtectionPlan: ['1056', 'A child protection plan; the class list must not show it.'],
  kinship: ['1057', 'Raised by grandparents under a special guardianship order: they decide.'],
  grantByGrandparent: [
    '1058',
    'A grandmother without parental responsibility signed the form: it does not count.',
  ],
  ethnicityRefused: [
    '1059',
    'The parents refused to give ethnicity and language: sent as refused, never as blank.',
  ],
  namesake: ['1060', 'One of two pupils of the same name in the same class.'],
  otherNamesake: ['1061', 'The other of the two; no file may mix them up.'],
} as const satisfies Record<string, readonly [misId: string, story: string]>

export type CastName = keyof typeof people

const names = Object.keys(people) as CastName[]

/** MIS ids by what the pupil stands for. */
export const cast = Object.fromEntries(names.map((name) => [name, people[name][0]])) as {
  readonly [Name in CastName]: (typeof people)[Name][0]
}

/** In one sentence, for a reader of the demonstration. */
export const castStories: Readonly<Record<CastName, string>> = Object.fromEntries(
  names.map((name) => [name, people[name][1]]),
) as Record<CastName, string>

export const castNames: readonly CastName[] = names

/** Starts this morning and has no id in the MIS yet: she stands in a transfer file alone, known by her UPN. */
export const joinerToCome = { forename: 'Wren', surname: 'Castellano', dateOfBirth: '2019-01-17' } as const
