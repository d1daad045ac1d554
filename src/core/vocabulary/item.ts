/** One named piece of data about a pupil, a contact or the school, e.g. `pupil.dateOfBirth`. */
export type ItemId = string

/** Which view of the facts an item lives in: one row a pupil, or several. The school's items stand in the pupil view. */
export type Subject =
  | 'pupil'
  | 'school'
  | 'contact'
  | 'attendance'
  | 'result'
  | 'suspension'
  | 'freeMeals'
  | 'senNeed'
  | 'schoolHistory'

export type ValueType = 'text' | 'date' | 'boolean' | 'integer' | 'code'

/** UK GDPR Article 9(1) kinds that occur in a school; `offence` is Article 10 data. */
export type ItemClass = 'ordinary' | 'health' | 'ethnicity' | 'religion' | 'biometric' | 'offence'

/**
 * Rules that follow the item wherever it goes; prohibitions name them.
 * `blind-number`: DfE UPN guide s.2. `address`: gives away where somebody lives. `contact-channel`: reaches a person.
 * `former-identity`: would join an old identity to a new one. `safeguarding`: its presence says something.
 * `image`: a likeness. `name`: identifies on its face. `national-insurance`: only for one eligibility check.
 */
export type Handling =
  | 'blind-number'
  | 'address'
  | 'contact-channel'
  | 'former-identity'
  | 'safeguarding'
  | 'image'
  | 'name'
  | 'national-insurance'

/** An entry of the data dictionary, `policy/items.yaml`. */
export interface Item {
  readonly id: ItemId
  readonly label: string
  /** For parents, in plain words. */
  readonly description: string
  readonly subject: Subject
  readonly type: ValueType
  /** Common basic data set reference, where one is known. */
  readonly cbds?: string
  readonly codeSet?: string
  readonly class: ItemClass
  /** 1 (direct identifier) to 5, as the Department grades items. */
  readonly identificationRisk: 1 | 2 | 3 | 4 | 5
  /** A (highly sensitive) to E. */
  readonly sensitivity: 'A' | 'B' | 'C' | 'D' | 'E'
  readonly handling: readonly Handling[]
  /** Transformations that make sense for it; `as-is` is always among them unless the item may never leave as it is. */
  readonly transformations: readonly Transformation[]
}

/**
 * How a value leaves. `initial`: first letter. `year`: year of birth. `age-band`: whole years in bands of five at the
 * instant. `district`: outward part of a postcode. `flag`: "yes" when there is a value that is not "no", else "no"; nothing
 * for a yes or no that nobody has said. `pseudonym`: keyed to this recipient alone, so that two recipients cannot join their files.
 */
export type Transformation = 'as-is' | 'initial' | 'year' | 'age-band' | 'district' | 'flag' | 'pseudonym'

export const transformations: readonly Transformation[] = [
  'as-is',
  'initial',
  'year',
  'age-band',
  'district',
  'flag',
  'pseudonym',
]

/** A value of an item as the facts hold it; a date is `YYYY-MM-DD`; null is "no value". */
export type Value = string | number | boolean | null

export type Dictionary = ReadonlyMap<ItemId, Item>
