export const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`
export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const parquet = (files: readonly string[]): string => `read_parquet([${files.map(quoted).join(', ')}])`
