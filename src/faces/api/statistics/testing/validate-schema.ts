import { readFileSync } from 'node:fs'

/** The part of JSON Schema that the description uses. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly allOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly nullable?: boolean
  readonly format?: string
  readonly minLength?: number
}

interface Operation {
  readonly operationId: string
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >
}

export const description = JSON.parse(readFileSync('test/vectors/ees/openapi-v1.json', 'utf8')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const named = ({ $ref = '' }: Schema): Schema =>
  description.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {}

/** The properties that a schema knows, also by what it is made of. */
function propertiesOf(schema: Schema): ReadonlySet<string> {
  const own = schema.$ref === undefined ? schema : named(schema)
  return new Set([
    ...Object.keys(own.properties ?? {}),
    ...(own.allOf ?? []).flatMap((each) => [...propertiesOf(each)]),
  ])
}

/** Where a value departs from its schema. */
export function departures(
  value: unknown,
  schema: Schema,
  at = '$',
  inherited?: ReadonlySet<string>,
): readonly string[] {
  if (schema.$ref !== undefined) return departures(value, named(schema), at, inherited)
  if (value === null) return schema.nullable ? [] : [`${at} is null`]
  // Parts of one whole forbid what only the others know: what all of them know together counts.
  if (schema.allOf) {
    const known = new Set([...(inherited ?? []), ...propertiesOf(schema)])
    return schema.allOf.flatMap((each) => departures(value, each, at, known))
  }
  if (schema.oneOf) {
    const tried = schema.oneOf.map((each) => departures(value, each, at))
    return tried.some((each) => each.length === 0)
      ? []
      : [`${at} fits none: ${tried.map((each) => each[0]).join(' / ')}`]
  }
  if (schema.enum) return schema.enum.includes(value) ? [] : [`${at} is not one of the list`]
  switch (schema.type) {
    case 'object':
      return ofObject(value, schema, at, inherited)
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((each, i) => departures(each, schema.items ?? {}, `${at}[${String(i)}]`))
        : [`${at} is no list`]
    case 'string': {
      if (typeof value !== 'string' || value.length < (schema.minLength ?? 0)) return [`${at} is no text`]
      if (schema.format === 'uuid' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value))
        return [`${at} is no UUID`]
      return schema.format === 'date-time' && !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)
        ? [`${at} is no instant`]
        : []
    }
    case 'integer':
      return Number.isInteger(value) ? [] : [`${at} is no whole number`]
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${at} is not true or false`]
    case undefined:
    default:
      return []
  }
}

function ofObject(
  value: unknown,
  schema: Schema,
  at: string,
  inherited?: ReadonlySet<string>,
): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no object`]
  const { properties = {}, required = [], additionalProperties } = schema
  return [
    ...required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, each]) => {
      const own = properties[name]
      if (own) return departures(each, own, `${at}.${name}`)
      if (typeof additionalProperties === 'object')
        return departures(each, additionalProperties, `${at}.${name}`)
      return additionalProperties === false && !inherited?.has(name) ? [`${at}.${name} is not known`] : []
    }),
  ]
}
