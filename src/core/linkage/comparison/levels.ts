import type { ComparisonDefinition } from '../definition.ts'

/** A degree of agreement. A pair is at the first level of its comparison whose test holds. */
export interface Level {
  readonly label: string
  /** A test over the comparison's measures and both sides' fields; never null. The last level has none. */
  readonly test: string | null
  /** Fields whose shared value's rarity counts at this level. */
  readonly rarity: readonly string[]
}

/** What is worked out once for a pair and tested by several levels, such as a similarity. */
export interface PairMeasure {
  readonly name: string
  readonly sql: string
}

export interface Comparison {
  readonly name: string
  readonly termFrequency: boolean
  /** Fields that it reads. */
  readonly fields: readonly string[]
  readonly measures: readonly PairMeasure[]
  /** True where a side lacks what is compared: the comparison then says nothing. */
  readonly absent: string
  readonly levels: readonly Level[]
}

const both = (test: string): string => `coalesce(${test}, false)`
const similarity = (field: string): string =>
  `CASE WHEN l."${field}" = r."${field}" THEN 1.0 ELSE jaro_winkler_similarity(l."${field}", r."${field}") END`
const lacking = (field: string): string => `l."${field}" IS NULL OR r."${field}" IS NULL`
const other: Level = { label: 'anything else', test: null, rarity: [] }

/** The levels of each kind of comparison. */
export function comparisonOf(definition: ComparisonDefinition): Comparison {
  const { name, termFrequency } = definition
  const base = { name, termFrequency }
  if (definition.kind === 'names') return { ...base, ...names(definition.first, definition.last) }
  if (definition.kind === 'number') return { ...base, ...numberOf(definition) }
  const { field } = definition
  const one = { ...base, fields: [field], absent: lacking(field) }
  const exact: Level = { label: 'the same', test: `l."${field}" = r."${field}"`, rarity: [field] }
  const measure = (what: string): string => `"${name}$${what}"`
  switch (definition.kind) {
    case 'exact':
      return { ...one, measures: [], levels: [exact, other] }
    case 'name':
      return {
        ...one,
        measures: [{ name: `${name}$similar`, sql: similarity(field) }],
        levels: [
          exact,
          { label: 'a letter or two apart', test: `${measure('similar')} > 0.92`, rarity: [] },
          { label: 'much alike', test: `${measure('similar')} > 0.88`, rarity: [] },
          { label: 'somewhat alike', test: `${measure('similar')} > 0.7`, rarity: [] },
          other,
        ],
      }
    case 'text':
      return {
        ...one,
        measures: [{ name: `${name}$similar`, sql: similarity(field) }],
        levels: [
          exact,
          { label: 'much alike', test: `${measure('similar')} > 0.9`, rarity: [] },
          { label: 'somewhat alike', test: `${measure('similar')} > 0.75`, rarity: [] },
          other,
        ],
      }
    case 'identifier':
      return {
        ...one,
        measures: [{ name: `${name}$steps`, sql: steps(field) }],
        levels: [
          exact,
          { label: 'one character wrong or two swapped', test: `${measure('steps')} <= 1`, rarity: [] },
          other,
        ],
      }
    case 'date':
      return {
        ...one,
        measures: [{ name: `${name}$steps`, sql: steps(field) }],
        levels: [
          exact,
          { label: 'one digit wrong or two swapped', test: `${measure('steps')} <= 1`, rarity: [] },
          {
            label: 'day and month swapped',
            test: `left(l."${field}", 4) = left(r."${field}", 4) AND substr(l."${field}", 5, 2) = substr(r."${field}", 7, 2) AND substr(l."${field}", 7, 2) = substr(r."${field}", 5, 2)`,
            rarity: [],
          },
          { label: 'two digits wrong', test: `${measure('steps')} <= 2`, rarity: [] },
          { label: 'the same year', test: `left(l."${field}", 4) = left(r."${field}", 4)`, rarity: [] },
          other,
        ],
      }
    case 'postcode': {
      // A postcode's last two letters are its unit, its last three characters the sector's digit and the unit.
      const shorter = (cut: number): string =>
        `length(l."${field}") > ${String(cut)} AND left(l."${field}", length(l."${field}") - ${String(cut)}) = left(r."${field}", length(r."${field}") - ${String(cut)})`
      return {
        ...one,
        measures: [],
        levels: [
          exact,
          { label: 'the same sector', test: shorter(2), rarity: [] },
          { label: 'the same district', test: shorter(3), rarity: [] },
          {
            label: 'the same area',
            test: `regexp_extract(l."${field}", '^[A-Za-z]+') = regexp_extract(r."${field}", '^[A-Za-z]+') AND regexp_matches(l."${field}", '^[A-Za-z]')`,
            rarity: [],
          },
          other,
        ],
      }
    }
  }
}

const steps = (field: string): string =>
  `CASE WHEN l."${field}" = r."${field}" THEN 0 ELSE damerau_levenshtein(l."${field}", r."${field}") END`

/** Two numbers that are surely right and differ are two people’s, unless one was the other’s before. */
function numberOf({
  field,
  former,
  sure,
}: Extract<ComparisonDefinition, { kind: 'number' }>): Omit<Comparison, 'name' | 'termFrequency'> {
  const unsure = `(l."${sure}" IS NULL OR r."${sure}" IS NULL)`
  return {
    fields: [field, former, sure],
    absent: lacking(field),
    measures: [{ name: `${field}$steps`, sql: steps(field) }],
    levels: [
      { label: 'the same', test: `l."${field}" = r."${field}"`, rarity: [] },
      {
        label: 'one’s number was the other’s before',
        test: both(`l."${former}" = r."${field}" OR r."${former}" = l."${field}"`),
        rarity: [],
      },
      {
        label: 'one character wrong, and one of them is no sound number',
        test: both(`"${field}$steps" <= 1 AND ${unsure}`),
        rarity: [],
      },
      { label: 'different, and one of them is no sound number', test: unsure, rarity: [] },
      { label: 'both sound, and different', test: null, rarity: [] },
    ],
  }
}

/** First name and surname are not independent: they are swapped together, and changed together. */
function names(first: string, last: string): Omit<Comparison, 'name' | 'termFrequency'> {
  const measure = (field: string): string => `"${first}+${last}$${field}"`
  const alike = (limit: string): string =>
    both(`${measure(first)} > ${limit} AND ${measure(last)} > ${limit}`)
  return {
    fields: [first, last],
    absent: `(l."${first}" IS NULL AND l."${last}" IS NULL) OR (r."${first}" IS NULL AND r."${last}" IS NULL)`,
    measures: [
      { name: `${first}+${last}$${first}`, sql: similarity(first) },
      { name: `${first}+${last}$${last}`, sql: similarity(last) },
    ],
    levels: [
      {
        label: 'both the same',
        test: both(`l."${first}" = r."${first}" AND l."${last}" = r."${last}"`),
        rarity: [first, last],
      },
      {
        label: 'first name and surname swapped',
        test: both(`l."${first}" = r."${last}" AND l."${last}" = r."${first}"`),
        rarity: [],
      },
      { label: 'both a letter or two apart', test: alike('0.92'), rarity: [] },
      { label: 'both much alike', test: alike('0.88'), rarity: [] },
      {
        label: 'the same surname, first names much alike',
        test: both(`l."${last}" = r."${last}" AND ${measure(first)} > 0.7`),
        rarity: [last],
      },
      {
        label: 'the same first name, surnames somewhat alike',
        test: both(`l."${first}" = r."${first}" AND ${measure(last)} > 0.7`),
        rarity: [first],
      },
      { label: 'the same surname', test: both(`l."${last}" = r."${last}"`), rarity: [last] },
      { label: 'the same first name', test: both(`l."${first}" = r."${first}"`), rarity: [first] },
      {
        label: 'one much alike',
        test: both(`greatest(${measure(first)}, ${measure(last)}) > 0.88`),
        rarity: [],
      },
      other,
    ],
  }
}
