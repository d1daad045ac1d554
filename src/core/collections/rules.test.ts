import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { CollectionDefinition } from './definition.ts'
import { readCollection } from './read-collection.ts'
import { readCases, yearBefore } from './testing/case-file.ts'
import { runCases, type CaseOutcome } from './testing/run-cases.ts'

const policy = join(import.meta.dirname, '../../../policy')

const folders = (await readdir(join(policy, 'collections'), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

const definitionOf = async (collection: string, year: number): Promise<CollectionDefinition> => {
  const read = await readCollection(policy, collection, year)
  if (!read.ok) throw new Error(JSON.stringify(read.error, null, 1))
  return read.value
}

/**
 * Every rule of every collection, on the small returns of its `cases/` folder: one that breaks it and one that keeps it. A
 * rule that a year takes from the one before is held against that one's cases, on that one's dates, and against those that
 * the year itself has of it. A year that differs by its dates alone shares that one's outcomes.
 */
const outcomesOfYear = new Map<string, Promise<readonly CaseOutcome[]>>()

for (const collection of folders) {
  for (const name of await readdir(join(policy, 'collections', collection))) {
    if (!/^\d{4}$/.test(name)) continue
    const year = Number(name)
    const definition = await definitionOf(collection, year)
    const own = await (outcomesOfYear.get(`${collection} ${name}`) ?? outcomesOf(definition, year))
    const from = await yearBefore(join(policy, 'collections', collection, name))
    const before = from === null ? null : await definitionOf(collection, from)
    const taken = new Set(
      definition.rules
        .filter((rule) =>
          before?.rules.some(({ number, fails }) => number === rule.number && same(fails, rule.fails)),
        )
        .map(({ number }) => number),
    )
    const earlier =
      before === null
        ? []
        : (await outcomesOnDatesOf(before, definition)).filter((outcome) => taken.has(outcome.case.rule))
    const byRule = Map.groupBy([...own, ...earlier], (outcome) => outcome.case.rule)
    describe(`rules of ${collection} ${name}`, () => {
      for (const { number } of definition.rules) {
        it(`${number}: breaks where it must, and nowhere else`, () => {
          const mine = byRule.get(number) ?? []
          assert.ok(
            mine.some((each) => each.case.breaks),
            'a case that breaks it',
          )
          assert.ok(
            mine.some((each) => !each.case.breaks),
            'a case that keeps it',
          )
          for (const outcome of mine)
            assert.equal(outcome.broken.has(number), outcome.case.breaks, JSON.stringify(outcome.case))
        })
      }
      it('has cases of its own rules alone', () => {
        const numbers = new Set(definition.rules.map(({ number }) => number))
        assert.deepEqual(
          [...byRule.keys()].filter((number) => !numbers.has(number)),
          [],
        )
      })
    })
  }
}

async function outcomesOnDatesOf(
  before: CollectionDefinition,
  definition: CollectionDefinition,
): Promise<readonly CaseOutcome[]> {
  const dated = { ...definition, year: before.year, terms: before.terms }
  if (!isDeepStrictEqual(dated, before)) return outcomesOf(dated, before.year)
  const key = `${before.id} ${String(before.year)}`
  const known = outcomesOfYear.get(key) ?? outcomesOf(before, before.year)
  outcomesOfYear.set(key, known)
  return known
}

async function outcomesOf(definition: CollectionDefinition, year: number): Promise<readonly CaseOutcome[]> {
  return runCases(
    definition,
    await readCases(join(policy, 'collections', definition.id, String(year), 'cases')),
  )
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
