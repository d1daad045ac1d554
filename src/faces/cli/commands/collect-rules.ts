import type { Command } from 'commander'
import {
  listCollections,
  readCollection,
  ruleCoverage,
  type CollectionDefinition,
} from '../../../core/collections/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { lines, table } from '../answer.ts'
import { does, text, type Runner } from '../define.ts'
import { nearest } from '../nearest.ts'

/** @throws GatehouseError `bad-policy`, with the first fault’s place. */
async function read(policy: string, collection: string, year: number): Promise<CollectionDefinition> {
  const definition = await readCollection(policy, collection, year)
  if (definition.ok) return definition.value
  const [fault] = definition.error
  throw new GatehouseError('bad-policy', fault?.message ?? 'The collection can’t be read.', {
    where: `${fault?.file ?? collection}, line ${String(fault?.line ?? 1)}`,
    ...(fault ? { todo: fault.todo } : {}),
  })
}

export function defineCollectRules(collect: Command, run: Runner): void {
  const rules = collect
    .command('rules')
    .description(
      'the rules of the collections: those that run, and those that are listed with the reason why not',
    )
    .option('--coverage', 'how many there are of each, by collection')
    .option('--collection <id>', 'of one collection only')
    .option('--year <year>', 'as they are in this year, not in the newest that each collection has')
  does(rules, run, async ({ settings }, options) => {
    const policy = settings().policyFolder
    const only = text(options, 'collection')
    const all = await listCollections(policy)
    const asked = all.filter(({ collection }) => only === undefined || collection === only)
    if (only !== undefined && asked.length === 0)
      throw new GatehouseError('not-found', 'The policy has no such collection.', {
        where: only,
        todo: nearest(only, [...new Set(all.map(({ collection }) => collection))]),
      })
    const wanted = text(options, 'year')
    // A year takes most of its rules from the one before: they are counted once.
    const years = asked.filter(({ collection, year }, i) =>
      wanted === undefined ? asked[i - 1]?.collection !== collection : String(year) === wanted,
    )
    if (wanted !== undefined && years.length === 0)
      throw new GatehouseError('not-found', 'No such collection has that year.', {
        where: wanted,
        todo: `There are ${[...new Set(asked.map(({ year }) => year))].sort((a, b) => a - b).join(', ')}.`,
      })
    const definitions: CollectionDefinition[] = []
    for (const { collection, year } of years) definitions.push(await read(policy, collection, year))
    return options['coverage'] === true ? coverage(definitions) : listing(definitions)
  })
}

function coverage(definitions: readonly CollectionDefinition[]): { json: unknown; text: string } {
  const whole = ruleCoverage(definitions)
  const each = definitions.map((one) => ({ collection: one.id, year: one.year, ...ruleCoverage([one]) }))
  const reasons = Object.keys(whole.byReason) as (keyof typeof whole.byReason)[]
  const row = (name: string, of: typeof whole): (string | number)[] => [
    name,
    of.total,
    of.implemented,
    of.listed,
    ...reasons.map((reason) => of.byReason[reason] ?? 0),
  ]
  return {
    json: { ...whole, collections: each },
    text: table([
      ['Collection', 'Rules', 'Run', 'Listed', ...reasons],
      ...each.map((one) => row(`${one.collection} ${String(one.year)}`, one)),
      row('All', whole),
    ]),
  }
}

function listing(definitions: readonly CollectionDefinition[]): { json: unknown; text: string } {
  const all = definitions.flatMap(({ id, year, rules, listed }) => [
    ...rules.map(({ number, severity, level, terms, phases, message }) => ({
      collection: id,
      year,
      rule: number,
      severity,
      level,
      terms,
      phases,
      runs: true,
      says: message,
    })),
    ...listed.map(({ number, severity, reason, about }) => ({
      collection: id,
      year,
      rule: number,
      severity,
      runs: false,
      reason,
      says: about,
    })),
  ])
  const order = all.toSorted(
    (a, b) =>
      a.collection.localeCompare(b.collection) ||
      b.year - a.year ||
      a.rule.localeCompare(b.rule, 'en', { numeric: true }),
  )
  return {
    json: order,
    text: lines(
      ...order.map((each) =>
        [
          `${each.collection} ${String(each.year)}`,
          each.rule,
          each.severity,
          'reason' in each ? `(not run: ${each.reason}) ${each.says}` : each.says,
        ].join('  '),
      ),
    ),
  }
}
