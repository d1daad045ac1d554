import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isMap, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import { GatehouseError } from '../../core/vocabulary/index.ts'
import { targets, type Field, type FieldType, type Target } from './fields.ts'

const column = z.strictObject({
  /** As the file's header row has it. */
  header: z.string().min(1),
  /** The register's field. */
  field: z.string().min(1),
  /** A row without a value is refused. */
  required: z.boolean().default(false),
  read: z.enum(['text', 'date', 'code', 'flag', 'list', 'number', 'instant']),
  form: z.enum(['yyyy-mm-dd', 'dd/mm/yyyy']).default('yyyy-mm-dd'),
  separator: z.string().min(1).default(';'),
  /** The source's words for codes; a word that is not here must be a code of the set itself. */
  codes: z.record(z.string(), z.string()).optional(),
  codeSet: z.string().optional(),
  /** What the source writes for “nothing”, beside an empty cell. */
  empty: z.array(z.string()).default([]),
})

const importMap = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  label: z.string().min(1),
  target: z.enum(Object.keys(targets) as [Target, ...Target[]]),
  /** Pupils: somebody missing from the file has left. Others: the file is whole for each pupil that it names. */
  wholeRoll: z.boolean().default(false),
  encoding: z.enum(['utf-8', 'windows-1252', 'detect']).default('utf-8'),
  delimiter: z.enum([',', ';', '\t']).default(','),
  columns: z.array(column).min(1),
})

/** How the columns of one kind of file become the register's fields: a file of `policy/imports/`. */
export type ImportMap = z.infer<typeof importMap>
export type ImportColumn = ImportMap['columns'][number]

const readable: Readonly<Record<ImportColumn['read'], readonly FieldType[]>> = {
  text: ['text', 'name', 'upn', 'uln', 'family'],
  code: ['text'],
  date: ['date'],
  flag: ['boolean'],
  list: ['list'],
  number: ['integer', 'decimal'],
  instant: ['instant'],
}

/** The register's field that a column fills. */
export const fieldOf = (map: ImportMap, one: ImportColumn): Field => {
  const field = targets[map.target].get(one.field)
  if (!field) throw new Error(`a checked map names the unknown field ${one.field}`)
  return field
}

/** The line of a path into the document, or of the nearest thing above it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    const range = (node as { range?: [number, number, number] } | undefined)?.range
    if (range && (length === path.length || isMap(node) || isSeq(node))) return lines.linePos(range[0]).line
  }
  return 1
}

/** What zod can't see: fields that exist, can be read so, and stand once. */
function* crossFaults(map: ImportMap): Generator<{ path: PropertyKey[]; message: string }> {
  const known = targets[map.target]
  const headers = new Set<string>()
  const given = new Set<string>()
  for (const [i, one] of map.columns.entries()) {
    const field = known.get(one.field)
    if (!field)
      yield { path: ['columns', i, 'field'], message: `${map.target} have no field “${one.field}”.` }
    else if (!readable[one.read].includes(field.type)) {
      yield { path: ['columns', i, 'read'], message: `“${one.field}” can’t be read as ${one.read}.` }
    }
    if (one.read === 'code' && !one.codes && !one.codeSet && !field?.codeSet && !field?.oneOf) {
      yield { path: ['columns', i], message: `“${one.field}” has neither codes nor a code set.` }
    }
    if (headers.has(one.header))
      yield { path: ['columns', i, 'header'], message: `“${one.header}” stands twice.` }
    if (given.has(one.field))
      yield { path: ['columns', i, 'field'], message: `“${one.field}” is filled twice.` }
    headers.add(one.header)
    given.add(one.field)
  }
  const keys =
    map.target === 'pupils' ? [] : [...known].filter(([, field]) => field.required).map(([name]) => name)
  for (const name of keys) {
    if (!given.has(name)) yield { path: ['columns'], message: `No column fills “${name}”.` }
  }
  if (map.target === 'pupils' && !['misId', 'upn', 'surname'].some((name) => given.has(name))) {
    yield { path: ['columns'], message: 'No column says which pupil a row is about.' }
  }
  if (map.target === 'pupils' && map.wholeRoll && !given.has('misId')) {
    yield { path: ['wholeRoll'], message: 'A whole roll needs the pupil’s id in the MIS (misId).' }
  }
}

/**
 * Reads one column map from the text of its YAML file.
 * @throws GatehouseError `bad-policy` naming file and line: unknown keys, unknown fields, a field read in a way it can't be.
 */
export function parseImportMap(text: string, file: string): ImportMap {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const refuse = (line: number, why: string): never => {
    throw new GatehouseError('bad-policy', 'A column map is wrong.', {
      where: `${file}, line ${line}`,
      why,
      todo: 'Correct the file; policy/imports/README.md says what may stand in it.',
    })
  }
  const [broken] = document.errors
  if (broken) refuse(lines.linePos(broken.pos[0]).line, 'It is not well-formed YAML.')
  const parsed = importMap.safeParse(document.toJS())
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return refuse(lineOf(document, lines, issue?.path ?? []), issue?.message ?? '')
  }
  for (const { path, message } of crossFaults(parsed.data)) refuse(lineOf(document, lines, path), message)
  return parsed.data
}

/** @see parseImportMap */
export const readImportMap = (file: string): ImportMap =>
  parseImportMap(readFileSync(file, 'utf8'), basename(file))

/** Every column map of a folder, by its id. */
export function readImportMaps(folder: string): ReadonlyMap<string, ImportMap> {
  const maps = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => readImportMap(join(folder, name)))
  return new Map(maps.map((map) => [map.id, map]))
}
