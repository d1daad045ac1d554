import { schoolYear } from './calendar.ts'
import type { ContactLink, WorldPupil } from './pupil.ts'

/** Who sends a transfer file to whom: authority and establishment numbers. */
export interface Transfer {
  readonly from: { readonly la: string; readonly establishment: string; readonly name: string }
  readonly to: { readonly la: string; readonly establishment: string }
  readonly writtenAt: string
}

export const transferFileName = (transfer: Transfer, serial: number): string =>
  `${transfer.from.la}${transfer.from.establishment}_CTF_${transfer.to.la}${transfer.to.establishment}_${String(serial).padStart(3, '0')}.xml`

/*
 * A writer of its own, apart from the one under test: what the importer reads here was not made by its own code. Version
 * 25.0; header, identifiers, free meals, assessments and school history in the order that DfE's own reader takes, the order
 * inside the other containers not published. Elements without a value are left out.
 */
export function transferHead(transfer: Transfer): string {
  const { from, to } = transfer
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<CTfile>\n' +
    element('Header', [
      text('DocumentName', 'Common Transfer File'),
      text('CTFversion', '25.0'),
      text('DateTime', transfer.writtenAt),
      text('DocumentQualifier', 'full'),
      text('SupplierID', 'Gatehouse world'),
      element('SourceSchool', [
        text('LEA', from.la),
        text('Estab', from.establishment),
        text('SchoolName', from.name),
        text('AcademicYear', String(schoolYear)),
      ]),
      element('DestSchool', [text('LEA', to.la), text('Estab', to.establishment)]),
    ]) +
    '<CTFpupilData>\n'
  )
}

export const transferFoot = '</CTFpupilData>\n</CTfile>\n'

export function transferPupil(pupil: WorldPupil): string {
  return element('Pupil', [
    text('UPN', pupil.upn),
    text('Surname', pupil.surname),
    text('Forename', pupil.forename),
    text('DOB', pupil.dateOfBirth),
    text('Sex', pupil.sex),
    element('BasicDetails', [
      text('FormerUPN', pupil.formerUpn),
      text('PreferredSurname', pupil.preferredSurname),
      text('PreferredForename', pupil.preferredForename),
      text('MiddleNames', pupil.middleNames),
      text('NCyearActual', pupil.yearGroup),
      text('Ethnicity', pupil.ethnicity),
      text('EthnicitySource', pupil.ethnicitySource),
      element('Languages', [
        element('Type', [text('LanguageType', 'F'), text('Language', pupil.firstLanguage)]),
      ]),
      text('EnrolStatus', pupil.enrolmentStatus),
      text('ServiceChild', pupil.serviceChild),
      text('MedicalFlag', String(pupil.medicalNeeds !== '')),
      element(
        'Disabilities',
        pupil.disabilities.map((code) => text('Disability', code)),
      ),
    ]),
    element(
      'FSMhistory',
      pupil.fsm.map((one) =>
        element('FSMinstance', [
          text('FSMstartDate', one.startDate),
          text('FSMendDate', one.endDate),
          text('UKcountry', 'ENG'),
        ]),
      ),
    ),
    pupil.lookedAfter
      ? element('LookedAfter', [text('InCare', 'true'), text('CareAuthority', pupil.careAuthority)])
      : '',
    pupil.senProvision === 'N' ? '' : special(pupil),
    element('Address', address(pupil.address)),
    element('Contacts', pupil.contacts.map(contact)),
    results(pupil),
    element(
      'SchoolHistory',
      pupil.history.map((one) =>
        element('School', [
          text('LEA', one.la),
          text('Estab', one.establishment),
          text('SchoolName', one.name),
          text('EntryDate', one.entryDate),
          text('LeavingDate', one.leavingDate),
          text('LeavingReason', one.leavingReason),
        ]),
      ),
    ),
  ])
}

const special = (pupil: WorldPupil): string =>
  element('SENhistory', [
    element('SEN', [text('StartDate', pupil.senStartDate), text('SENprovision', pupil.senProvision)]),
    element(
      'SENneeds',
      pupil.needs.map((need, i) =>
        element('SENneed', [
          text('NeedStartDate', need.startDate),
          text('SENtypeRank', String(i + 1)),
          text('SENtype', need.type),
        ]),
      ),
    ),
  ])

const contact = (link: ContactLink, place: number): string =>
  element('Contact', [
    text('Order', String(place + 1)),
    text('Title', link.contact.title),
    text('Surname', link.contact.surname),
    text('Forename', link.contact.forename),
    text('Relationship', link.relationship),
    text('Responsibility', String(link.parentalResponsibility)),
    link.livesWithPupil
      ? '<AddressAsPupil>true</AddressAsPupil>\n'
      : element('Address', address(link.contact.address)),
    element('Phones', [
      element('Phone', [text('TelephoneType', 'M'), text('PhoneNo', link.contact.mobile)]),
      link.contact.phone &&
        element('Phone', [text('TelephoneType', 'H'), text('PhoneNo', link.contact.phone)]),
    ]),
    text('Email', link.contact.email),
  ])

const results = (pupil: WorldPupil): string =>
  element('StageAssessments', [
    element(
      'KeyStage',
      pupil.results.length === 0
        ? []
        : [
            text('Stage', pupil.results[0]?.stage ?? ''),
            ...pupil.results.map((one) =>
              element('StageAssessment', [
                text('Locale', 'ENG'),
                text('Year', one.year),
                text('Subject', one.subject),
                text('Method', one.method),
                text('Component', one.component),
                text('ResultStatus', 'R'),
                text('Result', one.result),
              ]),
            ),
          ],
    ),
  ])

/** The dwelling form: house name or number, street and town apart. */
function address(at: WorldPupil['address']): string[] {
  const [, flat = '', number = '', street = at.line1] = /^(?:(Flat \d+), )?(\d+) (.+)$/.exec(at.line1) ?? []
  return [
    text('SAON', flat),
    text('PAON', number),
    text('Street', street),
    text('Locality', at.line2),
    text('Town', at.town),
    text('County', at.county),
    text('PostCode', at.postcode),
  ]
}

const escape = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const text = (name: string, value: string): string =>
  value === '' ? '' : `<${name}>${escape(value)}</${name}>\n`

function element(name: string, parts: readonly string[]): string {
  const inside = parts.join('')
  return inside === '' ? '' : `<${name}>\n${inside}</${name}>\n`
}
