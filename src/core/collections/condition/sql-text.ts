/** A text as a SQL literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A name of a table or column. Names come from definitions, which allow letters, digits and hyphens. */
export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A column of a table under its own name. */
export const column = (table: string, name: string): string => `${named(table)}.${named(name)}`
