import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fundingCode, nationalInsuranceNumber, upnIssuer } from './identifiers.ts'
import { writtenWorld } from './written.ts'

/** Annex A of the UPN guide, written out again: the generator's own arithmetic must not be its judge. */
function hasRightCheckLetter(upn: string): boolean {
  const alphabet = Array.from('ABCDEFGHJKLMNPQRTUVWXYZ')
  const values = Array.from(upn, (c) => (/\d/.test(c) ? Number(c) : alphabet.indexOf(c)))
  const sum = values.slice(1).reduce((total, value, i) => total + value * (i + 2), 0)
  return upn.length === 13 && alphabet[sum % 23] === upn.charAt(0)
}

/** What the eligibility checking engine accepts as a National Insurance number. */
const engine =
  /^(?!BG)(?!GB)(?!NK)(?!KN)(?!TN)(?!NT)(?!ZZ)(?:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])(?:\s*\d\s*){6}([A-D]|\s)$/

test('the judge of check letters knows the guide’s own examples', () => {
  assert.ok(hasRightCheckLetter('H801200001001'))
  assert.ok(hasRightCheckLetter('X00180001701A'))
  assert.ok(!hasRightCheckLetter('B123456789012'))
})

test('every UPN has the right check letter, is held once, and is of a school that never gave one out', async () => {
  await using world = await writtenWorld()
  const pupils = await world.rows('bromcom/pupils.csv')
  const upns = pupils.flatMap((row) => [row['Upn']!, row['FormerUpn']!]).filter((upn) => upn !== '')
  assert.ok(upns.length > 420)
  assert.deepEqual(
    upns.filter((upn) => !hasRightCheckLetter(upn)),
    [],
  )
  assert.equal(new Set(upns).size, upns.length)
  assert.deepEqual(
    upns.filter((upn) => !/^.\d{3}29(8|9)\d/.test(upn)),
    [],
  )
})

test('a year and place with more than 998 pupils goes on at another unused place', () => {
  const { permanent } = upnIssuer()
  const upns = Array.from({ length: 3000 }, () => permanent(2024))
  assert.equal(new Set(upns).size, 3000)
  assert.ok(upns.every(hasRightCheckLetter))
  assert.ok(upns.every((upn) => /^.89429/.test(upn)))
})

test('National Insurance numbers pass the engine and carry the prefix that nobody has', async () => {
  for (let i = 0; i < 500; i++) assert.match(nationalInsuranceNumber(i), engine)
  await using world = await writtenWorld()
  const pupils = await world.rows('bromcom/pupils.csv')
  const coded = new Set(pupils.filter((row) => row['FundingCode']).map((row) => row['StudentId']))
  const families = new Set(pupils.filter((row) => coded.has(row['StudentId'])).map((row) => row['FamilyId']))
  const relatives = new Set(
    pupils.filter((row) => families.has(row['FamilyId'])).map((row) => row['StudentId']),
  )
  const held = (await world.rows('bromcom/contacts.csv')).filter((row) => row['NationalInsuranceNumber'])
  assert.ok(held.length > 10)
  for (const row of held) {
    assert.match(row['NationalInsuranceNumber']!, /^PP/)
    assert.ok(relatives.has(row['StudentId']), 'held only in families with a code to check')
  }
})

test('telephones, e-mail, postcodes and funding codes can be nobody’s', async () => {
  await using world = await writtenWorld()
  for (const row of await world.rows('bromcom/contacts.csv')) {
    assert.match(row['Mobile']!, /^07700 900\d{3}$/)
    assert.match(row['Telephone']!, /^(01632 960\d{3})?$/)
    assert.match(row['Email']!, /^[a-z0-9.]+@example\.org$/)
    assert.match(row['Postcode']!, /^TF2\d \d[ABD-HJLNP-UW-Z]{2}$/)
  }
  for (let i = 0; i < 500; i++) assert.match(fundingCode(i), /^9\d{10}$/)
})
