import { closeSync, openSync, writeSync } from 'node:fs'

const codes = ['/', '\\', 'I', 'M', 'L', 'O', 'N', 'B', 'V', 'C', 'G', 'U']
const languages = ['ENG', 'ENG', 'ENG', 'ENG', 'ENG', 'ENG', 'POL', 'URD', 'PNJ', 'BNG', 'ENG', 'SOM']
const ethnicities = ['WBRI', 'WBRI', 'WBRI', 'WBRI', 'AIND', 'APKN', 'BAFR', 'MWBC', 'WOTW', 'CHNE']
const needs = ['SPLD', 'MLD', 'SEMH', 'SLCN', 'ASD', 'HI']
const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ'

/** Small numbers that are always the same ones: xorshift. */
function draws(seed: number): (below: number) => number {
  let state = seed * 2654435761 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** An identifier made up, with its check letter (UPN guide, annex A). */
function upn(number: number): string {
  const rest = `894${String(1000 + Math.floor(number / 100_000))}${String(number % 100_000).padStart(5, '0')}`
  let sum = 0
  for (let i = 0; i < 12; i++) sum += (i + 2) * (rest.charCodeAt(i) - 48)
  return `${letters[sum % 23] ?? 'A'}${rest}`
}

/** The same of learners: ten digits, the last of which checks the others. */
function uln(number: number): string {
  for (let start = 100_000_000 + number * 7; ; start++) {
    const digits = String(start)
    let sum = 0
    for (let i = 0; i < 9; i++) sum += (digits.charCodeAt(i) - 48) * (10 - i)
    const rest = sum % 11
    if (rest > 0) return `${String(start)}${String(10 - rest)}`
  }
}

const two = (value: number): string => String(value).padStart(2, '0')

/**
 * Writes a school census message of the spring of 2026 with so many pupils of a secondary school, all of it made up and the
 * same for the same number. Most of it is right; one pupil in fifty has something that a rule finds.
 */
export function writeReturn(file: string, pupils: number): void {
  const handle = openSync(file, 'w')
  let text = head
  const put = (more: string): void => {
    text += more
    if (text.length < 1 << 20) return
    writeSync(handle, text)
    text = ''
  }
  for (let number = 1; number <= pupils; number++) put(pupil(number))
  put('    </PupilsOnRoll>\n  </Pupils>\n</Message>\n')
  writeSync(handle, text)
  closeSync(handle)
}

const head = `<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>SC</Collection>
      <Term>SPR</Term>
      <Year>2026</Year>
      <ReferenceDate>2026-01-15</ReferenceDate>
    </CollectionDetails>
    <Source>
      <SourceLevel>S</SourceLevel>
      <LEA>894</LEA>
      <Estab>4001</Estab>
      <URN>100001</URN>
      <SoftwareCode>Made up</SoftwareCode>
      <SerialNo>001</SerialNo>
      <DateTime>2026-01-16T09:00:00</DateTime>
    </Source>
  </Header>
  <School>
    <SchoolCharacteristics>
      <SchoolName>Bench Academy</SchoolName>
      <Phase>SS</Phase>
      <SchoolType>49</SchoolType>
      <Intake>COMP</Intake>
      <Governance>CA</Governance>
      <HighestNCyear>11</HighestNCyear>
      <LowestNCyear>7</LowestNCyear>
      <Email>office@bench.example</Email>
      <PhoneNo>01952000000</PhoneNo>
      <ChildMothers>false</ChildMothers>
      <ChildcarePlaces>false</ChildcarePlaces>
    </SchoolCharacteristics>
    <AdmissionsAppeals>
      <SecondaryLodged>2</SecondaryLodged>
      <SecondaryWithdrawn>0</SecondaryWithdrawn>
      <SecondaryHeard>2</SecondaryHeard>
      <SecondaryUpheld>0</SecondaryUpheld>
      <SecondaryRejected>2</SecondaryRejected>
    </AdmissionsAppeals>
    <PupilReconciliation>
      <PartTimeNotIn>0</PartTimeNotIn>
      <PrivateStudy>0</PrivateStudy>
      <PupilsAtOtherSchool>0</PupilsAtOtherSchool>
      <WorkExperience>0</WorkExperience>
      <FECollege>0</FECollege>
    </PupilReconciliation>
    <Miscellaneous>
      <FreeMealsTaken>100</FreeMealsTaken>
    </Miscellaneous>
  </School>
  <Pupils>
    <PupilsOnRoll>
`

function pupil(number: number): string {
  const draw = draws(number)
  const year = 7 + draw(5)
  // A school year’s children are born from September to August.
  const early = draw(3) === 0
  const born = 2013 - (year - 7) + (early ? 0 : 1)
  const month = early ? 9 + draw(4) : 1 + draw(8)
  const wrong = number % 50 === 0 ? draw(4) : -1
  const sen = draw(8) === 0 ? (draw(4) === 0 ? 'E' : 'K') : 'N'
  const meal = draw(4) === 0
  const entered = `${String(2025 - (year - 7))}-09-0${String(1 + draw(5))}`
  return `      <PupilOnRoll>
        <PupilIdentifiers>
          <UPN>${wrong === 0 ? 'A894200100001' : upn(number)}</UPN>
${year >= 9 ? `          <UniqueLearnerNumber>${uln(number)}</UniqueLearnerNumber>\n` : ''}          <Surname>Surname${String(draw(900))}</Surname>
          <Forename>Forename${String(draw(400))}</Forename>
          <Sex>${draw(2) === 0 ? 'F' : 'M'}</Sex>
          <DOB>${wrong === 1 ? '2014-13-01' : `${String(born)}-${two(month)}-${two(1 + draw(28))}`}</DOB>
        </PupilIdentifiers>
        <PupilCharacteristics>
          <Ethnicity>${ethnicities[draw(ethnicities.length)] ?? ''}</Ethnicity>
          <Language>${wrong === 2 ? 'XXX' : (languages[draw(languages.length)] ?? '')}</Language>
          <YSSA>Yes</YSSA>
          <PostLookedAfterArrangements>N</PostLookedAfterArrangements>
          <YoungCarer>N</YoungCarer>
          <ServiceChild>N</ServiceChild>
          <TopUpFunding>false</TopUpFunding>
${meal ? `          <FSMeligibility>\n            <FSMPeriod>\n              <FSMstartDate>2025-11-0${String(1 + draw(8))}</FSMstartDate>\n              <UKcountry>ENG</UKcountry>\n            </FSMPeriod>\n          </FSMeligibility>\n` : ''}        </PupilCharacteristics>
        <PupilStatus>
          <EnrolStatus>C</EnrolStatus>
          <EntryDate>${entered}</EntryDate>
          <PartTime>false</PartTime>
          <Boarder>N</Boarder>
          <NCyearActual>${String(year)}</NCyearActual>
        </PupilStatus>
        <SpecialEducationalNeeds>
          <SENprovision>${sen}</SENprovision>
${sen === 'N' ? '' : `          <SENneeds>\n            <SENneed>\n              <SENtypeRank>1</SENtypeRank>\n              <SENtype>${needs[draw(needs.length)] ?? ''}</SENtype>\n            </SENneed>\n          </SENneeds>\n          <SENunitIndicator>false</SENunitIndicator>\n          <ResourcedProvisionIndicator>false</ResourcedProvisionIndicator>\n`}        </SpecialEducationalNeeds>
        <HomeInformation>
          <Address>
            <PostCode>TF${String(1 + draw(9))} ${String(draw(10))}AB</PostCode>
            <PAON>${String(1 + draw(150))}</PAON>
            <Street>Example Street ${String(draw(80))}</Street>
            <Town>Exampleton</Town>
          </Address>
        </HomeInformation>
${draw(60) === 0 ? suspension(draw) : ''}        <Attendance>
          <TermlyAttendance>
            <SessionsPossible>146</SessionsPossible>
            <SessionDetails>
${sessions(draw, wrong === 3)}            </SessionDetails>
          </TermlyAttendance>
        </Attendance>
      </PupilOnRoll>
`
}

const suspension = (draw: (below: number) => number): string => `        <TermlyExclusions>
          <TermlyExclusion>
            <Category>SUSP</Category>
            <Reason1>DB</Reason1>
            <StartDate>2025-06-${two(2 + draw(20))}</StartDate>
            <Sessions>${String(2 * (1 + draw(4)))}</Sessions>
            <SENprovision>N</SENprovision>
          </TermlyExclusion>
        </TermlyExclusions>
`

/** Ten codes a pupil: half of the message, as in a school’s own. */
function sessions(draw: (below: number) => number, wrong: boolean): string {
  let left = wrong ? 170 : 146
  return codes
    .slice(0, 10)
    .map((code, i) => {
      const many = i === 0 ? 50 : i === 1 ? 50 : i === 9 ? left : Math.min(left, draw(4))
      left -= many
      return many === 0
        ? ''
        : `              <SessionDetail>\n                <AttendanceReason>${code}</AttendanceReason>\n                <Sessions>${String(many)}</Sessions>\n              </SessionDetail>\n`
    })
    .join('')
}
