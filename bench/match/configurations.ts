/** The public test sets with their configuration. Truth columns are cut off before anything is compared. */
export interface TestSet {
  readonly name: string
  readonly files: readonly string[]
  readonly configuration: string
  /** The person of a record, from its row. */
  readonly personOf: (row: readonly string[]) => string
  /** Columns that give the answer away. */
  readonly hidden: readonly string[]
}

const febrl = (social: boolean): string => `
id: rec_id
fields:
  given: { column: given_name, as: [letters] }
  surname: { column: surname, as: [letters] }
  dob: { column: date_of_birth, as: [digits] }
${social ? '  soc: { column: soc_sec_id, as: [digits] }' : ''}
  postcode: { column: postcode, as: [digits] }
  street: { column: address_1, as: [alphanumeric] }
  number: { column: street_number, as: [digits] }
  suburb: { column: suburb, as: [letters] }
  state: { column: state, as: [letters] }
comparisons:
  - { compare: names, of: [given, surname], termFrequency: true }
  - { compare: date, of: dob }
${social ? '  - { compare: identifier, of: soc }' : ''}
  - { compare: identifier, of: postcode, termFrequency: true }
  - { compare: text, of: street, termFrequency: true }
  - { compare: identifier, of: number }
  - { compare: text, of: suburb, termFrequency: true }
  - { compare: exact, of: state }
blocking:
${social ? '  - [soc]' : ''}
  - [surname, dob]
  - [given, dob]
  - [dob, postcode]
  - [given, surname]
  - [surname, postcode]
  - [given, postcode]
  - [street, number]
  - [dob, suburb]
  - [street, postcode]
  - [dob]
training:
  sure: ${social ? '[[given, surname, dob], [soc]]' : '[[given, surname, dob]]'}
  recall: ${social ? '0.9' : '0.4'}
  learn: [[dob], [given, surname]${social ? ', [soc]' : ''}]
threshold: 0.9
`

const febrlPerson = ([record = '']: readonly string[]): string => record.split('-')[1] ?? ''

export const testSets: readonly TestSet[] = [
  ...[true, false].flatMap((social): TestSet[] => {
    const which = social ? '' : ', without soc_sec_id'
    const common = { configuration: febrl(social), personOf: febrlPerson, hidden: [] }
    return [
      { name: `FEBRL 3${which}`, files: ['febrl-dataset3.csv'], ...common },
      { name: `FEBRL 4${which}`, files: ['febrl-dataset4a.csv', 'febrl-dataset4b.csv'], ...common },
    ]
  }),
  {
    name: 'fake_1000',
    files: ['fake_1000.csv'],
    personOf: (row) => row.at(-1) ?? '',
    hidden: ['cluster'],
    configuration: `
id: unique_id
fields:
  given: { column: first_name, as: [letters] }
  surname: { column: surname, as: [letters] }
  dob: { column: dob, as: [date] }
  city: { column: city, as: [letters] }
  email: { column: email, as: [lower] }
comparisons:
  - { compare: names, of: [given, surname], termFrequency: true }
  - { compare: date, of: dob }
  - { compare: text, of: city, termFrequency: true }
  - { compare: text, of: email }
blocking: [[email], [given, surname], [given, dob], [surname, dob], [dob], [surname, city], [given, city]]
training:
  sure: [[given, surname, dob], [email]]
  recall: 0.6
  learn: [[dob], [given, surname], [email]]
threshold: 0.9
`,
  },
]
