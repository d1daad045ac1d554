import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readPolicyFile, readShape, type PolicyFault, type PolicyFile } from '../policy/index.ts'
import { fail, ok, type Result } from '../vocabulary/index.ts'
import { checkCollection } from './check-collection.ts'
import { measuresShape, rulesShape, tablesShape } from './definition-shapes.ts'
import { csvTables, nameFits } from './csv/csv-tables.ts'
import type { CollectionDefinition, ListedRule, Rule } from './definition.ts'
import { keepDefinition } from './keep-definition.ts'
import { readCalendar } from './read-calendar.ts'
import { readCodes } from './read-codes.ts'
import { checkMeasures, readMeasures } from './read-measures.ts'
import { readRules } from './read-rules.ts'
import { readTables } from './read-tables.ts'
import { readYear } from './read-year.ts'

/**
 * Reads `collections/<id>/<year>/` of a policy folder: `collection.yaml`, `tables.yaml`, `measures.yaml` and the files under `rules/`. A year
 * that names another with `from` takes that year’s tables, code lists, measures and rules where it has none of its own; a rule
 * with the same number replaces the other’s. A past year may name a later one that stands for itself. Everything is checked,
 * conditions are compiled: a fault has file and line.
 */
export function readCollection(
  policy: string,
  id: string,
  year: number,
): Promise<Result<CollectionDefinition, readonly PolicyFault[]>> {
  return keepDefinition(policy, id, year, () => readFiles(policy, id, year))
}

async function readFiles(
  policy: string,
  id: string,
  year: number,
): Promise<Result<CollectionDefinition, readonly PolicyFault[]>> {
  const folder = join('collections', id, String(year))
  const file = await read(policy, join(folder, 'collection.yaml'))
  if (!file) return fail([missing(join(folder, 'collection.yaml'))])
  const head = readYear(file)
  if (!head.ok) return head
  const own = head.value
  if (own.id !== id || own.year !== year)
    return fail([
      file.fault(
        [],
        'The folder has another collection or year.',
        'Mend id and year, or the folder’s name.',
        'id',
      ),
    ])
  let before: CollectionDefinition | null = null
  if (own.from !== null) {
    if (own.from === year || (own.from > year && (await buildsOnAnother(policy, id, own.from))))
      return fail([
        file.fault(
          ['from'],
          'A year builds on an earlier one, or on a later one that stands for itself.',
          'Name such a year.',
        ),
      ])
    const earlier = await readCollection(policy, id, own.from)
    if (!earlier.ok) return earlier
    before = earlier.value
  }
  const tables = await tablesOf(policy, folder, before)
  const rules = await rulesOf(policy, folder)
  const measures = await measuresOf(policy, folder)
  if (!tables.ok || !rules.ok || !measures.ok)
    return fail([tables, rules, measures].flatMap((each) => (each.ok ? [] : each.error)))
  const codes = await readCodes(policy, own.codes, tables.value, before?.codes)
  if (!codes.ok) return codes
  const holidays =
    own.calendar === null ? ok(before?.holidays ?? null) : await readCalendar(policy, own.calendar)
  if (!holidays.ok) return holidays
  const numbers = new Set([...rules.value.rules, ...rules.value.listed].map(({ number }) => number))
  const kept = <R extends Rule | ListedRule>(list: readonly R[]): readonly R[] =>
    list.filter(({ number }) => !numbers.has(number))
  const definition: CollectionDefinition = {
    id,
    year,
    ...own.says(before),
    tables: tables.value,
    codes: codes.value,
    lists: new Map([...(before?.lists ?? []), ...own.lists]),
    maps: new Map([...(before?.maps ?? []), ...own.maps]),
    parameters: new Map([...(before?.parameters ?? []), ...own.parameters]),
    measures: new Map([...(before?.measures ?? []), ...measures.value.measures]),
    terms: own.terms,
    holidays: holidays.value,
    rules: [...kept(before?.rules ?? []), ...rules.value.rules],
    listed: [...kept(before?.listed ?? []), ...rules.value.listed],
  }
  const { csv } = definition.message
  const shaped = csv && csvTables(definition)
  if (csv && !shaped)
    return fail([
      file.fault(
        ['message', 'csv'],
        'A CSV message has a table “header”, once, at “header”, and one table at “row”, each item in a column of its own.',
        'Mend tables.yaml.',
      ),
    ])
  if (csv && shaped && !nameFits(csv, shaped))
    return fail([
      file.fault(
        ['message', 'csv', 'fileName'],
        'This is not a pattern whose groups are items of the header.',
        'Mend the pattern.',
      ),
    ])
  const faults = [
    ...(measures.value.file
      ? checkMeasures(measures.value.file, [...measures.value.measures.keys()], definition)
      : []),
    ...checkCollection(definition, rules.value.places, (message) =>
      file.fault(['from'], message, 'Give the rule anew under this year’s rules, or list it.'),
    ),
  ]
  return faults.length > 0 ? fail(faults) : ok(definition)
}

/** So that no year builds on itself by a detour. */
async function buildsOnAnother(policy: string, id: string, year: number): Promise<boolean> {
  const file = await read(policy, join('collections', id, String(year), 'collection.yaml'))
  const head = file && readYear(file)
  return head?.ok === true && head.value.from !== null
}

async function tablesOf(
  policy: string,
  folder: string,
  before: CollectionDefinition | null,
): Promise<Result<CollectionDefinition['tables'], readonly PolicyFault[]>> {
  const name = join(folder, 'tables.yaml')
  const file = await read(policy, name)
  if (!file) return before ? ok(before.tables) : fail([missing(name)])
  const shaped = readShape(file, tablesShape)
  return shaped.ok ? readTables(file, shaped.value) : shaped
}

async function measuresOf(
  policy: string,
  folder: string,
): Promise<
  Result<
    { readonly file: PolicyFile | null; readonly measures: CollectionDefinition['measures'] },
    readonly PolicyFault[]
  >
> {
  const file = await read(policy, join(folder, 'measures.yaml'))
  if (!file) return ok({ file: null, measures: new Map() })
  const shaped = readShape(file, measuresShape)
  if (!shaped.ok) return shaped
  const measures = readMeasures(file, shaped.value)
  return measures.ok ? ok({ file, measures: measures.value }) : measures
}

/** Where a rule stands, to say so when its condition has a fault. */
export type RulePlaces = ReadonlyMap<string, (message: string, key: string) => PolicyFault>

async function rulesOf(
  policy: string,
  folder: string,
): Promise<
  Result<
    { rules: readonly Rule[]; listed: readonly ListedRule[]; places: RulePlaces },
    readonly PolicyFault[]
  >
> {
  const names = await readdir(join(policy, folder, 'rules')).catch(() => [])
  const rules: Rule[] = []
  const listed: ListedRule[] = []
  const faults: PolicyFault[] = []
  const places = new Map<string, (message: string, key: string) => PolicyFault>()
  for (const name of names.filter((each) => each.endsWith('.yaml')).sort()) {
    const file = await read(policy, join(folder, 'rules', name))
    if (!file) continue
    const shaped = readShape(file, rulesShape)
    if (!shaped.ok) {
      faults.push(...shaped.error)
      continue
    }
    const found = readRules(file, shaped.value, places)
    rules.push(...found.rules)
    listed.push(...found.listed)
    faults.push(...found.faults)
  }
  return faults.length > 0 ? fail(faults) : ok({ rules, listed, places })
}

const missing = (file: string): PolicyFault => ({
  file,
  line: 1,
  column: 1,
  message: 'There is no such file.',
  todo: 'Add it; a collection’s README says what it holds.',
})

async function read(policy: string, name: string): Promise<PolicyFile | null> {
  try {
    return readPolicyFile(name, await readFile(join(policy, name), 'utf8'))
  } catch {
    return null
  }
}
