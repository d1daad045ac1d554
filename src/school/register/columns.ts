import { targets, type Field, type FieldType, type Target } from './fields.ts'

const sqlTypes: Readonly<Record<FieldType, string>> = {
  text: 'text',
  name: 'text',
  upn: 'text',
  uln: 'text',
  family: 'uuid',
  date: 'date',
  boolean: 'boolean',
  integer: 'int',
  decimal: 'numeric',
  list: 'text[]',
  instant: 'timestamptz',
}

/** What a column holds when the file gives nothing and the register must have something. */
const neverNull: Readonly<Record<string, string>> = {
  uk_country: `'ENG'`,
  component: `''`,
}

/** Columns of staged rows that name other records and are no columns of the target's table. */
const references = new Set(['pupil_mis_id', 'contact_mis_id'])

export interface Column {
  readonly name: string
  /** The field's name, as column maps and reports write it. */
  readonly field: string
  readonly sqlType: string
  /** SQL for the staged value (of the record `b`), with what stands for nothing. */
  readonly value: string
  readonly required: boolean
}

const columnOf = (field: string, { column, type, required, mayBeUnknown }: Field): Column => {
  const nothing =
    neverNull[column] ??
    (type === 'boolean' && !mayBeUnknown ? 'false' : type === 'list' ? `'{}'::text[]` : undefined)
  return {
    name: column,
    field,
    sqlType: sqlTypes[type],
    value: nothing === undefined ? `b.${column}` : `coalesce(b.${column}, ${nothing})`,
    required: required ?? false,
  }
}

/** The columns of a target's own table. */
export const columnsOf = (target: Target): readonly Column[] =>
  [...targets[target]]
    .filter(([, field]) => !references.has(field.column))
    .map(([name, field]) => columnOf(name, field))

/**
 * SQL that makes a record `b` of a staged row `r`, with these columns and any of the references. A query that joins `b` to a
 * table of the register does so outside (`offset 0`), or the planner may search that table once for each row.
 */
export const recordOf = (columns: readonly Column[]): string =>
  `jsonb_to_record(r.body) as b(${[...columns.map(({ name, sqlType }) => `${name} ${sqlType}`), 'contact_mis_id text'].join(', ')})`

/** SQL for the names of the fields in which a staged row, as `b`, differs from the register's row. */
export const changedFields = (columns: readonly Column[], table = 't'): string =>
  `array_remove(array[${columns
    .map(
      ({ name, field, value }) =>
        `case when r.body ? '${name}' and ${table}.${name} is distinct from ${value} then '${field}' end`,
    )
    .join(', ')}]::text[], null)`
