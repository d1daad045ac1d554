/** SQL text with numbered parameters; a value is always a parameter, never part of the text. */
export interface Statement {
  readonly text: string
  readonly parameters: readonly unknown[]
}

/** What a parameter is declared as, so that both engines read it alike. */
export type ParameterType = 'text' | 'text[]' | 'int4' | 'int8' | 'bool' | 'date' | 'timestamptz'

/** Collects the values of one statement and gives each its place; an equal value gets the same place. */
export interface Parameters {
  put(value: unknown, type: ParameterType): string
  readonly values: readonly unknown[]
}

export function newParameters(): Parameters {
  const places = new Map<string, string>()
  const values: unknown[] = []
  return {
    values,
    put(value, type) {
      const key = `${type} ${JSON.stringify(value)}`
      const place = places.get(key) ?? `$${values.push(value)}::${type}`
      places.set(key, place)
      return place
    },
  }
}
