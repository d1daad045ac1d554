import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { checkReturn } from './check-return.ts'
import type { TermDefinition } from './definition.ts'
import { readCollection } from './read-collection.ts'
import { recognise } from './recognise.ts'
import { termDefinition } from './term-definition.ts'

const read = await readCollection(join(import.meta.dirname, '../../../policy'), 'children-in-need', 2026)
assert.ok(read.ok, JSON.stringify(read))
const collection = read.value
const term = termDefinition(collection, 'YEAR')
assert.ok(term)
const definition: TermDefinition = term

/** A child whose case led to a protection plan and was open at the end of the year, and one who is not born yet. */
const sound = `<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection><Year>2026</Year><ReferenceDate>2026-03-31</ReferenceDate>
    </CollectionDetails>
    <Source>
      <SourceLevel>L</SourceLevel><LEA>894</LEA><SoftwareCode>Example</SoftwareCode><SerialNo>001</SerialNo>
      <DateTime>2026-05-01T12:00:00</DateTime>
    </Source>
  </Header>
  <Children>
    <Child>
      <ChildIdentifiers>
        <LAchildID>C0001</LAchildID><UPN>H801200001001</UPN>
        <PersonBirthDate>2014-06-15</PersonBirthDate><Sex>F</Sex>
      </ChildIdentifiers>
      <ChildCharacteristics>
        <Ethnicity>WBRI</Ethnicity>
        <Disabilities>
          <Disability>MOB</Disability><Disability>HAND</Disability><Disability>PC</Disability>
          <Disability>INC</Disability><Disability>COMM</Disability><Disability>LD</Disability>
          <Disability>HEAR</Disability><Disability>VIS</Disability>
        </Disabilities>
      </ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>2025-06-02</CINreferralDate><ReferralSource>2A</ReferralSource>
        <PrimaryNeedCode>N1</PrimaryNeedCode>
        <Assessments>
          <AssessmentActualStartDate>2025-06-09</AssessmentActualStartDate>
          <AssessmentAuthorisationDate>2025-07-14</AssessmentAuthorisationDate>
          <FactorsIdentifiedAtAssessment>
            <AssessmentFactors>3B</AssessmentFactors><AssessmentFactors>16A</AssessmentFactors>
          </FactorsIdentifiedAtAssessment>
        </Assessments>
        <CINPlanDates>
          <CINPlanStartDate>2025-11-28</CINPlanStartDate>
        </CINPlanDates>
        <Section47>
          <S47ActualStartDate>2025-06-16</S47ActualStartDate><InitialCPCtarget>2025-07-07</InitialCPCtarget>
          <DateOfInitialCPC>2025-07-04</DateOfInitialCPC><ICPCnotRequired>false</ICPCnotRequired>
        </Section47>
        <ReferralNFA>0</ReferralNFA>
        <ChildProtectionPlans>
          <CPPstartDate>2025-07-04</CPPstartDate><CPPendDate>2025-11-28</CPPendDate>
          <InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>
          <NumberOfPreviousCPP>0</NumberOfPreviousCPP>
          <Reviews>
            <CPPreviewDate>2025-10-01</CPPreviewDate><CPPreviewDate>2025-11-28</CPPreviewDate>
          </Reviews>
        </ChildProtectionPlans>
      </CINdetails>
    </Child>
    <Child>
      <ChildIdentifiers>
        <LAchildID>C0002</LAchildID><UPNunknown>UN7</UPNunknown>
        <ExpectedPersonBirthDate>2026-06-01</ExpectedPersonBirthDate><Sex>U</Sex>
      </ChildIdentifiers>
      <ChildCharacteristics><Ethnicity>NOBT</Ethnicity></ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>2026-03-16</CINreferralDate><ReferralSource>3A</ReferralSource>
        <ReferralNFA>true</ReferralNFA>
      </CINdetails>
    </Child>
  </Children>
</Message>
`

/** In pieces, as a stream brings them. */
const bytes = (text: string): AsyncIterable<Uint8Array> =>
  Readable.from(text.match(/[^]{1,700}/g)?.map((piece) => Buffer.from(piece)) ?? [])

/** The message with each text in place of another that stands in it. */
function changed(...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((message, [from, to]) => {
    assert.ok(message.includes(from), from)
    return message.replace(from, to)
  }, sound)
}

async function checked(
  message: string,
): Promise<{ found: readonly string[]; counts: Record<string, number> }> {
  const result = await checkReturn(bytes(message), definition)
  assert.ok(result.ok, JSON.stringify(result))
  const { findings, counts } = result.value
  await result.value.close()
  return {
    found: findings.map(({ rule, location }) => `${rule} ${location}`),
    counts: Object.fromEntries(counts),
  }
}

void test('a message says what it is before anything of it is loaded', async () => {
  const header = await recognise(bytes(sound), definition)
  assert.ok(header.ok, JSON.stringify(header))
  assert.equal(header.value['collection'], 'CIN')
  assert.ok(collection.message.known.includes(header.value['collection']))
  assert.equal(header.value['year'], '2026')
  assert.equal(header.value['referenceDate'], '2026-03-31')
  assert.equal(header.value['lea'], '894')
})

void test('a sound return has no finding, whichever way its yes and no are written', async () => {
  const { found, counts } = await checked(sound)
  assert.deepEqual(found, [])
  assert.deepEqual(counts, {
    header: 1,
    child: 2,
    disability: 8,
    referral: 2,
    assessment: 1,
    factor: 2,
    plan: 1,
    section47: 1,
    protectionPlan: 1,
    reviews: 1,
    review: 2,
  })
})

void test('each fault is found at its record, and nothing stops at the first', async () => {
  const { found } = await checked(
    changed(
      ['H801200001001', 'A801200001001'],
      ['<Disability>VIS</Disability>', '<Disability>HEAR</Disability>'],
      ['<AssessmentFactors>16A</AssessmentFactors>', '<AssessmentFactors>21</AssessmentFactors>'],
      ['<CINPlanStartDate>2025-11-28', '<CINPlanStartDate>2025-11-27'],
      ['<DateOfInitialCPC>2025-07-04', '<DateOfInitialCPC>2025-07-05'],
      ['<CPPreviewDate>2025-11-28</CPPreviewDate>', '<CPPreviewDate/>'],
      ['<ReferralNFA>true', '<ReferralNFA>false'],
    ),
  )
  assert.deepEqual(found, [
    '2887Q Return: Disability',
    '1510 Child 1, line 13: Unique pupil number',
    '8772 Child 2, line 54: Reason why the UPN is unknown, Referral with no further action',
    '8794 Disability 7, line 23: Disability',
    '8794 Disability 8, line 23: Disability',
    "8875 Referral 1, line 26: Date of the initial conference, Date of the enquiry's conference",
    '8610 Referral 2, line 60: Primary need',
    '8869 Assessment 1, line 29: Factor',
    '4016 Child in need plan 1, line 36: Start of plan',
    '2885 Child protection plan 1, line 44: Start of protection plan, Date of the initial conference',
  ])
})

void test('what the collection does not know is said, with its place', async () => {
  const { found } = await checked(
    changed(
      ['<Sex>F</Sex>', '<GenderCurrent>2</GenderCurrent>'],
      ['<ReferralNFA>0</ReferralNFA>', '<ReferralNFA>0</ReferralNFA><ReferralNFA>1</ReferralNFA>'],
    ),
  )
  assert.deepEqual(
    found.map((each) => each.slice(0, each.indexOf(' '))),
    ['S1', 'S2', '2886Q', '4180'],
  )
  assert.ok(found[0]?.endsWith('Message/Children/Child/ChildIdentifiers/GenderCurrent'))
})

void test('a file that is no message of the kind is refused', async () => {
  const refused = await checkReturn(bytes(sound.replaceAll('Message>', 'Return>')), definition)
  assert.ok(!refused.ok)
  assert.match(refused.error.message, /not a message of this kind/)
})
