import assert from 'node:assert/strict'
import { before, after, describe, test } from 'node:test'
import { cast, castNames, castStories, joinerToCome } from './cast.ts'
import type { CastName } from './cast.ts'
import type { Row } from './data.ts'
import { writtenWorld } from './written.ts'
import type { WrittenWorld } from './written.ts'

describe('the cast', () => {
  let world: WrittenWorld
  let pupils: readonly Row[]
  let contacts: readonly Row[]
  let consents: readonly Row[]
  let protections: readonly Row[]
  before(async () => {
    world = await writtenWorld({ seed: 7 })
    pupils = await world.rows('bromcom/pupils.csv')
    contacts = await world.rows('bromcom/contacts.csv')
    consents = await world.rows('office/consents.csv')
    protections = await world.rows('office/protections.csv')
  })
  after(() => world[Symbol.asyncDispose]())

  const pupil = (name: CastName) => pupils.find((row) => row['StudentId'] === cast[name])!
  const contactsOf = (name: CastName) => contacts.filter((row) => row['StudentId'] === cast[name])
  const choices = (name: CastName, purpose: string) =>
    consents
      .filter((row) => row['Pupil MIS id'] === cast[name] && row['Purpose'] === purpose)
      .map((row) => `${row['By']} ${row['Choice']}`)
  const marks = (name: CastName) => protections.filter((row) => row['Pupil MIS id'] === cast[name])

  test('everybody is in the MIS, with a story, and nobody twice', () => {
    for (const name of castNames) {
      assert.equal(pupils.filter((row) => row['StudentId'] === cast[name]).length, 1, name)
      assert.ok(castStories[name].length > 10)
    }
    assert.equal(new Set(Object.values(cast)).size, castNames.length)
  })

  test('protections', () => {
    assert.equal(
      marks('confidentialAddress')[0]!['Recipients who may still have it'],
      'local-authority; cpoms',
    )
    assert.equal(marks('adoption')[0]!['Kind'], 'Adoption')
    for (const field of ['FormerUpn', 'FormerLastName', 'FormerFirstName'])
      assert.equal(pupil('adoption')[field], '')
    const bound = contactsOf('courtOrder').filter((row) => row['CourtOrderFlag'] === 'Yes')
    assert.deepEqual(
      bound.map((row) => row['ContactId']),
      [marks('courtOrder')[0]!['Contact MIS id']],
    )
    assert.equal(marks('restriction')[0]!['Agreement'], 'otrack')
    assert.deepEqual(
      marks('objection').map((row) => row['Agreement']),
      ['times-tables-rock-stars', 'oxford-reading-buddy'],
    )
    assert.equal(marks('safeguarding').length, 1)
  })

  test('in care: carers decide nothing, brother and sister share them, no form was signed', () => {
    const ids = (name: CastName) => contactsOf(name).map((row) => row['ContactId'])
    assert.deepEqual(ids('lookedAfter'), ids('lookedAfterSibling'))
    for (const row of contactsOf('lookedAfter').filter((one) => one['Relationship']!.startsWith('Foster')))
      assert.equal(row['ParentalResponsibility'], 'No')
    assert.equal(pupil('lookedAfter')['CareAuthority'], '894')
    assert.deepEqual(
      consents.filter((row) => row['Pupil MIS id'] === cast.lookedAfter),
      [],
    )
  })

  test('choices', () => {
    assert.deepEqual(choices('parentsDisagree', 'website-photo'), ['Contact Given', 'Contact Refused'])
    const homes = contactsOf('parentsDisagree')
      .slice(0, 2)
      .map((row) => row['Postcode'])
    assert.notEqual(homes[0], homes[1])
    assert.deepEqual(choices('consentWithdrawn', 'classdojo-account'), ['Contact Given', 'Contact Withdrawn'])
    assert.deepEqual(choices('onePurposeOnly', 'app-gallery'), ['Contact Given'])
    assert.deepEqual(choices('onePurposeOnly', 'website-photo'), ['Contact Refused'])
    assert.deepEqual(choices('measurementOptOut', 'child-measurement'), ['Contact Refused'])
    assert.equal(pupil('measurementOptOutYear6')['MeasurementOptOutFlag'], 'Yes')
    assert.deepEqual(choices('biometricParentObjects', 'meal-biometrics'), [
      'Contact Given',
      'Contact Refused',
    ])
    assert.equal(choices('biometricChildRefuses', 'meal-biometrics').at(-1), 'Pupil Refused')
    assert.deepEqual(choices('severeAllergy', 'classdojo-account'), [])
    const grandparent = consents.find((row) => row['Pupil MIS id'] === cast.grantByGrandparent)!
    const giver = contactsOf('grantByGrandparent').find(
      (row) => row['ContactId'] === grandparent['Contact MIS id'],
    )!
    assert.equal(giver['ParentalResponsibility'], 'No')
  })

  test('permissions to check a code', () => {
    const tied = (name: CastName) =>
      consents.find((row) => row['Pupil MIS id'] === cast[name] && row['Purpose'] === 'eligibility-check')
    assert.equal(tied('permissionStands')!['Tied to'], pupil('permissionStands')['FundingCode'])
    assert.notEqual(tied('permissionForOldCode')!['Tied to'], pupil('permissionForOldCode')['FundingCode'])
    assert.ok(tied('permissionExpired')!['Expires at']! < '2026-11-24')
    assert.equal(tied('permissionMissing'), undefined)
    for (const name of [
      'permissionStands',
      'permissionForOldCode',
      'permissionExpired',
      'permissionMissing',
    ] as const)
      assert.match(contactsOf(name)[0]!['NationalInsuranceNumber']!, /^PP\d{6}[A-D]$/)
  })

  test('coming, going, and two rolls', () => {
    assert.match(pupil('temporaryUpn')['Upn']!, /[A-Z]$/)
    assert.match(pupil('formerUpn')['FormerUpn']!, /[A-Z]$/)
    assert.deepEqual(
      (['dualMain', 'dualSubsidiary', 'guest'] as const).map((name) => pupil(name)['EnrolmentStateName']),
      ['M', 'S', 'G'],
    )
    assert.equal(pupil('leaverUnknown')['DestinationLa'], 'XXX')
    assert.ok(pupil('plannedLeaver')['LeavingDate']! > '2026-11-24')
    assert.ok(pupil('joiner')['EntryDate']! > '2026-11-01')
  })

  test('names and notes that try a file’s patience', () => {
    const decomposed = pupil('decomposedAccent')['FirstName']!
    assert.notEqual(decomposed, decomposed.normalize('NFC'))
    assert.ok(pupil('typographicApostrophe')['LastName']!.includes('’'))
    assert.ok(pupil('veryLongName')['LastName']!.length + pupil('veryLongName')['FirstName']!.length > 95)
    assert.ok(pupil('formulaCell')['MedicalNeeds']!.startsWith('=cmd'))
    assert.match(pupil('multilineNote')['MedicalNeeds']!, /"preventer"[^]*\n/)
    assert.match(pupil('letterBeyondLatin1')['LastName']!, /Ș/)
    const alike = (['namesake', 'otherNamesake'] as const).map(
      (name) => `${pupil(name)['FirstName']} ${pupil(name)['LastName']} ${pupil(name)['TutorGroupName']}`,
    )
    assert.equal(alike[0], alike[1])
    assert.notEqual(
      pupil('polishLetters')['LastName'],
      contactsOf('polishLetters').find((row) => row['Relationship'] === 'Father')!['LastName'],
    )
  })

  test('brothers, sisters and twins', () => {
    const one = (field: string, names: readonly CastName[]) =>
      new Set(names.map((name) => pupil(name)[field])).size
    assert.equal(one('FamilyId', ['eldest', 'middle', 'youngest']), 1)
    assert.equal(one('DateOfBirth', ['twin', 'otherTwin']), 1)
    assert.equal(one('FamilyId', ['namesake', 'otherNamesake']), 2)
  })

  test('attendance and suspensions', async () => {
    const marksOf = (await world.rows('bromcom/attendance.csv')).filter(
      (row) => row['StudentId'] === cast.suspended,
    )
    assert.equal(marksOf.filter((row) => row['Mark'] === 'E').length, 5)
    const all = await world.rows('bromcom/attendance.csv')
    const often = all.filter((row) => row['StudentId'] === cast.persistentAbsence)
    assert.ok(often.filter((row) => /^[OGUN]$/.test(row['Mark']!)).length >= 10)
    assert.ok(!all.some((row) => row['StudentId'] === cast.guest))
    const left = all.filter((row) => row['StudentId'] === cast.leaverToSchool)
    assert.equal(left.at(-1)!['CalendarStartDate'], '2026-10-23')
  })

  test('transfer files: one for a pupil on roll, one for a pupil the MIS does not know', async () => {
    const [first, second] = world.files.filter((name) => name.startsWith('ctf/'))
    assert.match(first!, /^ctf\/\d{7}_CTF_8942999_001\.xml$/)
    const texts = [await world.text(first!), await world.text(second!)].join('')
    assert.ok(texts.includes(`<UPN>${pupil('joinerWithTransferFile')['Upn']}</UPN>`))
    assert.ok(texts.includes(`<Surname>${joinerToCome.surname}</Surname>`))
    assert.ok(!pupils.some((row) => row['LastName'] === joinerToCome.surname))
  })
})
