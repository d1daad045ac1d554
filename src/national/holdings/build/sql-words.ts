/** A text as a SQL literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A name of a table or column. */
export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const parquet = (files: readonly string[]): string => `read_parquet([${files.map(quoted).join(', ')}])`

/** A whole number for SQL: never anything else. */
export const whole = (value: number): string => {
  if (!Number.isSafeInteger(value)) throw new TypeError('not a whole number')
  return String(value)
}
