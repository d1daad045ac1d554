import { z } from 'zod'

const word = z.string().min(1)
const words = z.array(word)

/** One level of geography: the columns that hold its places, and on rows of which other levels they may be filled. */
export const geographicLevelShape = z.strictObject({
  name: word,
  /** In the query API. */
  code: word,
  codeColumn: word.optional(),
  nameColumn: word,
  /** A second code: the old one of an authority, the establishment number of a school. */
  otherColumn: word.optional(),
  /** The official list that its places must be in. */
  list: word.optional(),
  onePlaceOneCode: z.boolean().default(false),
  /** Never a file of its own: the table tool passes such rows over. */
  ancillary: z.boolean().default(false),
  filledOn: z.union([z.literal('all'), words]),
})

export const levelsShape = z.strictObject({ levels: z.array(geographicLevelShape).min(1) })
export const timesShape = z.strictObject({
  groups: z
    .array(
      z.strictObject({ digits: z.union([z.literal(4), z.literal(6)]), identifiers: z.record(word, word) }),
    )
    .min(1),
})
export const symbolsShape = z.strictObject({
  symbols: z.record(word, word),
  units: z.array(z.string()),
  unknownPlace: z.strictObject({ code: word, name: word }),
  customPlaceCode: word,
})
export const harmonisedShape = z.strictObject({
  topics: z.array(z.strictObject({ topic: word, touches: words, accepted: words })),
  items: z.record(word, words),
  aggregatePrefix: word,
  ethnicityGroups: words,
})
export const screenerShape = z.strictObject({
  mostFilterItems: z.int().positive(),
  filterWords: words,
  missingWords: words,
  doubtfulWords: words,
  notIndicatorValues: z.array(z.string()),
  totals: words,
  placeStarts: words,
  placeEnds: words,
  lengths: z.strictObject({
    column: z.int().positive(),
    label: z.int().positive(),
    locationCode: z.int().positive(),
    item: z.int().positive(),
  }),
})

export type GeographicLevel = z.infer<typeof geographicLevelShape>

/** An official list of places: the codes, the names, and for authorities the old codes, as one text a place. */
export type OfficialPlaces = ReadonlySet<string>
/** How a place of an official list is named in it. */
export const placeKey = (code: string, name: string, other = ''): string =>
  `${code}\u0001${name}\u0001${other}`

/** The open data standards, as `policy/statistics-standards` states them. */
export interface EesStandards
  extends
    z.infer<typeof levelsShape>,
    z.infer<typeof timesShape>,
    z.infer<typeof symbolsShape>,
    z.infer<typeof harmonisedShape> {
  readonly screener: z.infer<typeof screenerShape>
  /** By the list's name; a list that is not here is not held. */
  readonly places: ReadonlyMap<string, OfficialPlaces>
  /** The data dictionary of the query API; null: not held. */
  readonly dictionary: { readonly columns: ReadonlySet<string>; readonly items: ReadonlySet<string> } | null
}

export const timeColumns = ['time_period', 'time_identifier'] as const
export const levelColumn = 'geographic_level'
export const mandatoryColumns = [...timeColumns, levelColumn, 'country_code', 'country_name'] as const

/** The columns of a level, in the order in which a file has them. */
export const columnsOfLevel = (level: GeographicLevel): readonly string[] =>
  [level.codeColumn, level.nameColumn, level.otherColumn].filter((each) => each !== undefined)

export const levelNamed = (standards: EesStandards, name: string): GeographicLevel | undefined =>
  standards.levels.find((level) => level.name === name)

/** Which group of time identifiers a file is of; undefined: none has this identifier. */
export const timeGroupOf = (
  standards: EesStandards,
  identifier: string,
): EesStandards['groups'][number] | undefined =>
  standards.groups.find(({ identifiers }) => Object.hasOwn(identifiers, identifier))
